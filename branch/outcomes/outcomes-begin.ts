/** Where the numbers of deliveries begin: with each epoch of the log, and with each head office, they begin anew. */
import type { LogEntry } from '../../contract/log-entry.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry, listEntriesOfType } from '../../db/log-entries.ts';

/** Number of the entry behind which all deliveries are of this epoch and this head office. */
export function outcomesBegin(reader: Reader, vkey: string): number {
  const epoch = listEntriesOfType(reader, 'genesis').at(-1) ?? 0;
  let begin = epoch;
  // The last enrolments, as long as they name this head office; one that was renewed goes on.
  for (const seq of listEntriesOfType(reader, 'enrolled').toReversed()) {
    if (headOfficeOf(reader, seq) !== vkey) break;
    begin = Math.max(epoch, seq);
    if (seq <= epoch) break;
  }
  return begin;
}

function headOfficeOf(reader: Reader, seq: number): string | null {
  const bytes = getEntry(reader, seq)?.bytes;
  const entry = bytes === undefined ? null : (JSON.parse(bytes.toString('utf8')) as LogEntry);
  return entry?.type === 'enrolled' ? entry.head_office : null;
}
