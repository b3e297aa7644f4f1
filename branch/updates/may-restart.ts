/** Whether the program may end now to become another version. Never during an application, nor while something runs that would begin anew. */
import type { Failure } from '../../contract/failure.ts';
import { hasDraftOf } from '../../db/drafts.ts';
import type { Branch } from '../open-branch.ts';
import type { AppOffer } from './app-offer.ts';

export type RestartHindrance = 'application-open' | 'work-runs' | 'not-yet' | 'not-offered';

const TOLD: Record<RestartHindrance, readonly [happened: string, next: string]> = {
  'application-open': [
    'An application has been begun and is not decided.',
    'Decide it, begin it anew, or lock the screen: what was typed is kept. Then install the update.',
  ],
  'work-runs': ['A backup, an export or another long piece of work is running.', 'Wait until it has finished, then install the update.'],
  'not-yet': ['Head office has this version used from a later day on.', 'Nothing needs to be done: it is here already.'],
  'not-offered': ['This version does not reach this branch any more.', 'Nothing needs to be done: the next check tells what does.'],
};

interface Asked {
  /** Accounts that are at work, not behind a locked screen. */
  atWork: readonly string[];
  /** A call of a screen is being answered. */
  isBusy: boolean;
  version: string;
  /** What reaches this branch now. */
  offer: Pick<AppOffer, 'version' | 'activateFrom'> | null;
}

/** @returns null: nothing is in the way */
export function whyNotRestart({ log, clock }: Pick<Branch, 'log' | 'clock'>, { atWork, isBusy, version, offer }: Asked): Failure | null {
  // Head office may have withdrawn it since it was fetched.
  if (offer === null || offer.version !== version) return refusal('not-offered');
  if (offer.activateFrom !== null && Date.parse(offer.activateFrom) > clock.now()) return refusal('not-yet');
  if (isBusy) return refusal('work-runs');
  return atWork.some((account) => hasDraftOf(log.db, account)) ? refusal('application-open') : null;
}

function refusal(cause: RestartHindrance): Failure {
  const [happened, next] = TOLD[cause];
  return { kind: 'restart-refused', happened, safe: 'The update is not installed, and the program goes on.', next, facts: { cause } };
}
