/** Legal holds: what may not be erased, whoever asks, until the hold is lifted. What holds follows from the log's own entries. */
import type { HoldRequest } from '../../contract/audit.ts';
import { Failed } from '../../contract/failure.ts';
import { applicationOf, findSubject } from '../../db/erasure.ts';
import type { Reader } from '../../db/handle.ts';
import { type Hold, listHolds } from '../../db/holds.ts';
import { type AppendedEntry, appendEntries } from '../log/append-entries.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';

/**
 * Sets or lifts a hold; setting it again with another reason is another entry.
 * @throws Failed `not-allowed`, `entry-unknown` (no such application), `usage` (it stands like that already; or `ended` as a reason to hold)
 */
export function setHold(branch: Branch, { application, hold, reason }: HoldRequest): AppendedEntry {
  requirePermission(branch.role, 'set-hold');
  const { log, actor, role } = branch;
  requireApplication(log.db, application);
  const held = holdOn(log.db, application);
  if (hold ? held?.reason === reason : held === null) throw new Failed(standsAlready(hold));
  if (hold && reason === 'ended') throw new Failed(noReason());
  branch.requireAtWork();
  const [stored] = appendEntries(log, [{ entry: { type: hold ? 'hold-set' : 'hold-lifted', actor, role, application, reason } }]);
  branch.tellChange();
  return stored!;
}

/** Holds in force, oldest first. @throws Failed `not-allowed` */
export function holdsInForce(branch: Branch): Hold[] {
  requirePermission(branch.role, 'set-hold', 'erase-subject');
  return listHolds(branch.log.db, null);
}

export { listHolds };

export function holdOn(reader: Reader, application: string): Hold | null {
  return listHolds(reader, application)[0] ?? null;
}

/** @returns the application of that decision. @throws Failed `entry-unknown` */
export function applicationOfDecision(reader: Reader, seq: number): string {
  const application = applicationOf(reader, seq);
  if (application !== null) return application;
  throw new Failed({
    kind: 'entry-unknown',
    happened: `Entry ${seq} is no decision of this log.`,
    safe: 'Nothing was changed.',
    next: 'Look its number up in the list of decisions.',
    facts: { seq },
  });
}

/** @throws Failed `entry-unknown` for an application that is neither decided nor a draft */
export function requireApplication(reader: Reader, application: string): void {
  const { decision, hasDraft } = findSubject(reader, application);
  if (decision !== null || hasDraft) return;
  throw new Failed({
    kind: 'entry-unknown',
    happened: 'There is no decision and no draft of this application here.',
    safe: 'Nothing was changed.',
    next: 'Compare the application id (a UUID), or give the number of the decision.',
    facts: { application },
  });
}

function standsAlready(hold: boolean): Failed['failure'] {
  return {
    kind: 'usage',
    happened: hold ? 'This hold is set already.' : 'There is no hold on this application.',
    safe: 'Nothing was changed.',
    next: 'List the holds that are in force.',
    facts: {},
  };
}

function noReason(): Failed['failure'] {
  return {
    kind: 'usage',
    happened: 'That something has ended is no reason to hold.',
    safe: 'Nothing was changed.',
    next: 'Give litigation, complaint, supervisory-inquiry or internal-audit.',
    facts: {},
  };
}
