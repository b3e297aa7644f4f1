/** `outpost update status`. */
import type { ChainState } from '../../branch/updates/chain-cache.ts';
import type { LastCheck } from '../../branch/updates/update-state.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import { lookAtWork, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, sayFailure } from '../print.ts';
import { trustPath } from './trust.ts';

interface Status {
  repository: string | null;
  /** null: there is no root of trust to verify it by. */
  chain: ChainState | null;
  last: LastCheck | null;
  active: { product: string; place: string; name: string; version: string; since: string; suspended: boolean }[];
  waiting: { product: string; alias: string; sha256: string; state: string; activateFrom: string | null }[];
  failure: Failure | null;
}

export async function runStatus({ trust, json, ...work }: WorkOptions & { trust?: string; json?: true }): Promise<ExitCode> {
  const { activeIn, waitingIn } = await import('../../branch/updates/what-stands.ts');
  const { lastCheck, updatePlace } = await import('../../branch/updates/update-state.ts');
  return await lookAtWork(work, ['see-updates'], async ({ dataDir, db }) => {
    const { chain, failure } = await chainOf({ dataDir, db }, trust);
    const last = lastCheck(db);
    const { repository } = updatePlace(db);
    const status: Status = { repository, chain, last, active: activeIn(db), waiting: waitingIn(db), failure };
    if (json === true) printJson(status);
    else tell(status);
    return chain?.isStale === true ? EXIT.found : EXIT.done;
  });
}

/** Without a root of trust the rest can still be told. */
async function chainOf(
  folder: Parameters<typeof import('../../branch/updates/open-branch-updates.ts')['openBranchUpdates']>[0],
  trust: string | undefined,
): Promise<Pick<Status, 'chain' | 'failure'>> {
  const { openBranchUpdates } = await import('../../branch/updates/open-branch-updates.ts');
  const { readTrustRoot } = await import('../../branch/updates/trust-root.ts');
  try {
    const updates = openBranchUpdates(folder, { trust: readTrustRoot(trustPath(trust)), fetch, clock: { now: () => Date.now() } });
    return { chain: updates.chain(), failure: null };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { chain: null, failure: error.failure };
  }
}

function tell({ repository, chain, last, active, waiting, failure }: Status): void {
  const lines = [
    `repository  ${repository ?? 'none is set: name one with --from'}`,
    `last check  ${last === null ? 'never' : `${last.at}${last.failure === null ? '' : `: ${last.failure.happened}`}`}`,
    `chain       ${chain === null ? 'cannot be verified' : chainText(chain)}`,
    ...active.map(
      ({ product, place, name, version, since, suspended }) =>
        `active      ${product}  ${place}  ${name} ${version}  since ${since}${suspended ? '  SUSPENDED' : ''}`,
    ),
    ...waiting.map(
      ({ product, alias, sha256, state, activateFrom }) => `${state.padEnd(10)}  ${product}  ${alias}  ${sha256}  ${activateFrom ?? ''}`,
    ),
    ...(last?.waiting ?? []).map(
      ({ product, alias, artefact }) => `offered     ${product}  ${alias}  ${artefact.name} ${artefact.version}`,
    ),
    ...(last?.app ? [`offered     outpost ${last.app.version}`] : []),
  ];
  printData(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);
  if (failure !== null) sayFailure(failure);
}

function chainText({ metadata, issued, expires, isExpired, isStale }: ChainState): string {
  const roles = Object.entries(metadata).map(([role, version]) => `${role} ${version}`);
  if (roles.length === 0) return 'none verified here yet';
  const state = isExpired ? 'EXPIRED: nothing new is accepted' : isStale ? 'STALE: not renewed for long' : 'fresh';
  return `${state}; signed ${issued ?? 'at an unknown time'}, expires ${expires ?? '-'}; ${roles.join(', ')}`;
}
