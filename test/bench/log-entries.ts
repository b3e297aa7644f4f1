/** Entries of a wanted size, for benchmarks of the log. */
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { BranchLog, NewEntry } from '../../branch/log/branch-log.ts';
import { getEntry } from '../../db/log-entries.ts';

/** An entry whose stored bytes are `size` long: one is stored first to see what the stamps take. */
export function entryOfSize(log: BranchLog, size: number): NewEntry {
  const made = (happened: string): NewEntry => ({
    entry: { type: 'failure', actor: 'system', role: 'system', kind: 'disk-error', happened },
  });
  const [stored] = appendEntries(log, [made('')]);
  return made('a'.repeat(size - getEntry(log.db, stored!.seq)!.bytes.length));
}
