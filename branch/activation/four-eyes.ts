/**
 * Whether a change of what decides needs a second person. Where the branch says nothing it does as soon as two people could: one to ask for it and another
 * who may confirm. What head office released was signed by several already, and stopping a model waits for nobody.
 */

import type { LogEntry } from '../../contract/log-entry.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';
import { listAccounts } from '../../db/accounts.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry, listEntriesOfType } from '../../db/log-entries.ts';
import { getSetting } from '../../db/settings.ts';

export type ProposalEntry = Extract<LogEntry, { type: 'change-proposed' }>;

export function needsTwo(reader: Reader): boolean {
  const setting = getSetting(reader, 'updates.four-eyes');
  if (setting !== null) return setting === 'yes';
  const enabled = listAccounts(reader).filter(({ disabled }) => !disabled);
  const asks = enabled.filter(({ role }) => PERMISSIONS[role].includes('manage-updates'));
  const confirms = enabled.filter(
    ({ role }) => PERMISSIONS[role].includes('manage-updates') || PERMISSIONS[role].includes('suspend-model'),
  );
  return asks.some(({ account }) => confirms.some((other) => other.account !== account));
}

/** Changes that nobody has confirmed or dismissed, in order. */
export function pendingProposals(reader: Reader): ProposalEntry[] {
  const settled = new Set(
    (['change-confirmed', 'change-dismissed'] as const).flatMap((type) =>
      listEntriesOfType(reader, type).map((seq) => (entryAt(reader, seq) as Extract<LogEntry, { type: typeof type }>).proposal),
    ),
  );
  return listEntriesOfType(reader, 'change-proposed')
    .filter((seq) => !settled.has(seq))
    .map((seq) => entryAt(reader, seq) as ProposalEntry);
}

/** @throws Error where the log has no such entry: the table of events says so, and verification names what does not fit */
export function entryAt(reader: Reader, seq: number): LogEntry {
  const stored = getEntry(reader, seq);
  if (stored === null) throw new Error(`entry ${seq} is not there`);
  return JSON.parse(stored.bytes.toString('utf8')) as LogEntry;
}
