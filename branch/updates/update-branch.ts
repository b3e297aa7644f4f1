/**
 * The use case: look at the repository, fetch what reaches this branch, hand each verified file on, and remember what came of it. Work goes on
 * meanwhile, and whatever fails here leaves what is active as it is.
 */
import type { Failure } from '../../contract/failure.ts';
import type { WaitingRelease } from '../../contract/update-calls.ts';
import { inTransaction } from '../../db/handle.ts';
import type { Received } from '../activation/offer.ts';
import { appendEntries } from '../log/append-entries.ts';
import { keepingPlace } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import type { AppOffer } from './app-offer.ts';
import { MOST_REMEMBERED_CAUSES } from './limits.ts';
import type { Offer, Refusal } from './offers.ts';
import type { Updates } from './open-updates.ts';
import type { Receiver } from './receiver.ts';
import { keepCheck, keepToldCauses, toldCauses } from './update-state.ts';

export type CheckStep =
  | { step: 'refresh' }
  | { step: 'download'; target: string; done: number; total: number }
  | { step: 'check'; target: string };

export interface CheckOptions {
  updates: Updates;
  receiver: Receiver;
  /** Version of the program that runs here. */
  current: string;
  /** Only look: fetch nothing and hand nothing on. */
  onlyLook?: boolean;
  onStep?: (step: CheckStep) => void;
  signal?: AbortSignal;
}

export interface Checked {
  /** Why nothing of the repository counts; null: it was verified. */
  failure: Failure | null;
  offers: { offer: Offer; outcome: Received | { state: 'offered'; failure: Failure | null } }[];
  /** What was withdrawn with nothing in its place, by name of the artefact. */
  withdrawn: string[];
  refusals: Refusal[];
  app: AppOffer | null;
}

/** @throws Failed where the log or the database cannot be written; the signal's reason */
export async function checkForUpdates(branch: Branch, options: CheckOptions): Promise<Checked> {
  const { updates, receiver, current, onStep = () => {}, signal } = options;
  onStep({ step: 'refresh' });
  const { failure, channels } = await updates.refresh(signal);
  const checked: Checked = { failure, offers: [], withdrawn: [], refusals: [], app: null };
  if (failure === null) {
    const found = await updates.offers(receiver.held(branch));
    const failed = Object.entries(channels).map(([kind, why]): Refusal => ({ target: `${kind} channel`, failure: why }));
    const app = await updates.app(current);
    // A channel that could not be had is told once: by what the refresh met.
    const others = [...found.refusals, ...(app !== null && 'failure' in app ? [app] : [])].filter(
      ({ failure: { facts } }) => facts.cause !== 'missing',
    );
    checked.refusals.push(...failed, ...others);
    checked.app = app !== null && 'version' in app ? app : null;
    for (const offer of found.offers) checked.offers.push({ offer, outcome: await take(branch, offer, options) });
    if (options.onlyLook !== true)
      for (const withdrawal of found.withdrawn) {
        await receiver.withdraw(branch, withdrawal);
        checked.withdrawn.push(`${withdrawal.artefact.name} ${withdrawal.artefact.version}`);
      }
  }
  remember(branch, checked);
  await removeOthers(updates, checked);
  branch.tellChange();
  return checked;
}

async function take(branch: Branch, offer: Offer, options: CheckOptions): Promise<Checked['offers'][number]['outcome']> {
  const { updates, receiver, onlyLook, onStep = () => {}, signal } = options;
  if (onlyLook === true) return { state: 'offered', failure: null };
  const { target } = offer;
  const got = await updates.download(offer, (done, total) => onStep({ step: 'download', target, done, total }), signal);
  if ('failure' in got) return { state: 'offered', failure: got.failure };
  onStep({ step: 'check', target });
  // Whoever asked may have been signed out while it was fetched.
  branch.requireAtWork();
  const release = { file: got.file, offer };
  return offer.kind === 'model' ? await receiver.receiveModel(branch, release) : await receiver.receivePolicy(branch, release);
}

/** A file stays for as long as its release is offered and not active: it is not fetched again at every check. */
async function removeOthers(updates: Updates, { failure, offers, app }: Checked): Promise<void> {
  if (failure !== null) return;
  const kept = offers.filter(({ outcome }) => outcome.state !== 'active').map(({ offer }) => offer.target);
  await updates.removeOthers([...kept, ...(app === null ? [] : [app.target])]);
}

/** What went wrong is an entry once per distinct cause; what the last check found is kept with it. */
function remember(branch: Branch, checked: Checked): void {
  const { log } = branch;
  const failures = failuresOf(checked);
  const told = toldCauses(log.db);
  const isNews = failures.filter((one) => isRefusal(one.failure) && !told.includes(causeOf(one)));
  const { failure, offers, app } = checked;
  keepingPlace(log, () =>
    inTransaction(log.db, () => {
      keepCheck(log.db, {
        at: new Date(branch.clock.now()).toISOString(),
        failure: failures[0]?.failure ?? null,
        waiting: offers.flatMap(({ offer, outcome }) => (outcome.state === 'offered' ? [waitingOf(offer, outcome.failure)] : [])),
        app: app === null ? null : { version: app.version, notes: app.notes, bytes: app.bytes },
      });
      keepToldCauses(log.db, nextTold(told, failures, failure === null));
      if (isNews.length > 0)
        appendEntries(
          log,
          isNews.map((one) => ({ entry: entryOf(branch, one) })),
        );
    }),
  );
}

type Told = { target: string | null; failure: Failure };

function failuresOf({ failure, refusals, offers }: Checked): Told[] {
  const ofDownloads = offers.flatMap(({ offer, outcome }) =>
    outcome.state === 'offered' && outcome.failure !== null ? [{ target: offer.target, failure: outcome.failure }] : [],
  );
  return [...(failure === null ? [] : [{ target: null, failure }]), ...refusals, ...ofDownloads];
}

/** Being offline is no refusal: it is how a branch mostly is. */
function isRefusal({ kind }: Failure): boolean {
  return kind === 'update-refused' || kind === 'update-malformed' || kind === 'update-expired';
}

const causeOf = ({ target, failure: { kind, facts } }: Told): string =>
  [target ?? '-', kind, facts.cause ?? '-', facts.about ?? '-'].join(' ');

/** A repository that was verified as a whole clears what it no longer shows: the same cause is news again if it comes back. */
function nextTold(before: readonly string[], failures: readonly Told[], isVerified: boolean): string[] {
  const now = failures.filter(({ failure }) => isRefusal(failure)).map(causeOf);
  return [...new Set(isVerified ? now : [...before, ...now])].slice(-MOST_REMEMBERED_CAUSES);
}

function entryOf({ actor, role }: Branch, { target, failure: { kind, happened } }: Told) {
  return { type: 'update-refused' as const, actor, role, target, kind, happened };
}

function waitingOf({ product, kind, alias, artefact, bytes, activateFrom }: Offer, failure: Failure | null): WaitingRelease {
  return {
    product,
    kind,
    alias,
    artefact,
    bytes,
    state: 'offered',
    activateFrom: activateFrom === null ? null : momentOf(activateFrom),
    failure,
  };
}

/** As the calls want it, with milliseconds. */
function momentOf(text: string): string {
  return new Date(text).toISOString();
}
