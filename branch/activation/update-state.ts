/** What the screens are told of updates: what stands in its place, what waits, how old the signed repository is; and a check, step by step. */
import type { Failure } from '../../contract/failure.ts';
import type { UpdateProgress, UpdateState, WaitingRelease } from '../../contract/update-calls.ts';
import type { Branch } from '../branch.ts';
import type { Updates } from '../updates/open-updates.ts';
import type { CheckStep } from '../updates/update-branch.ts';
import { lastCheck } from '../updates/update-state.ts';
import { needsTwo } from './four-eyes.ts';
import { heldArtefacts, proposals, waitingReleases } from './what-is-held.ts';

/** How this program reaches the signed repository; injected by its shell. */
export interface UpdateAccess {
  /** How old what is known of it is, without asking it. Null: it was never reached, or nothing is known that it could be verified by. */
  known(branch: Branch): Pick<Updates, 'repository' | 'chain'> | null;
  /**
   * Looks at it, fetches what reaches this branch and hands it on.
   * @param folder a USB stick with the same repository; null: the one that is set
   * @throws Failed where nothing can be verified or stored; the signal's reason
   */
  check(branch: Branch, folder: string | null, onStep: (step: CheckStep) => void, signal: AbortSignal): Promise<unknown>;
  /** The program's own updates, which its shell installs. */
  app(branch: Branch): UpdateState['app'];
}

/** Nothing here asks the network. */
export async function updateState(branch: Branch, access: UpdateAccess): Promise<UpdateState> {
  const { db } = branch.log;
  const last = lastCheck(db);
  const known = access.known(branch);
  const { issued, expires, isStale, metadata } = known?.chain() ?? { issued: null, expires: null, isStale: false, metadata: {} };
  return {
    repository: known?.repository ?? null,
    lastCheck: last?.at ?? null,
    issued,
    expires,
    isStale,
    metadata,
    failure: last?.failure ?? null,
    held: await heldArtefacts(db, branch.store),
    waiting: waitingOf(branch, last?.waiting ?? []),
    proposals: proposals(db),
    fourEyes: needsTwo(db),
    app: access.app(branch),
  };
}

/** What the last check left to be fetched; what is here by now, or was refused here, is told as that. */
function waitingOf({ log }: Branch, offered: readonly WaitingRelease[]): WaitingRelease[] {
  const here = waitingReleases(log.db);
  const isHere = ({ product, alias, artefact }: WaitingRelease) =>
    here.some((one) => one.product === product && one.alias === alias && one.artefact.sha256 === artefact.sha256);
  return [...here, ...offered.filter((one) => !isHere(one))];
}

/** Steps that nobody takes in time are left out but for the last: a slow screen does not hold a download up. */
export async function* checkForUpdates(
  branch: Branch,
  access: UpdateAccess,
  folder: string | null,
  signal: AbortSignal,
): AsyncGenerator<UpdateProgress, void, void> {
  let latest: CheckStep | null = null;
  let wake = (): void => {};
  const told = { isDone: false };
  const checking = access
    .check(
      branch,
      folder,
      (step) => {
        latest = step;
        wake();
      },
      signal,
    )
    .finally(() => {
      told.isDone = true;
      wake();
    });
  // It is awaited below, where its failure is told.
  checking.catch(() => undefined);
  for (;;) {
    const step = latest as CheckStep | null;
    latest = null;
    if (step !== null) yield step;
    else if (told.isDone) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  await checking;
  yield { step: 'done', state: await updateState(branch, access) };
}

/** For a program that knows of no repository: what came with it stays active, and updates come by nobody. */
export function noUpdates(version: string, failure: Failure | null = null): UpdateAccess {
  return {
    known: () => null,
    check: () => Promise.resolve(),
    app: () => ({ current: version, offered: null, state: 'none', failure }),
  };
}
