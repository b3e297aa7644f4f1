/** One entry, read back from the log's own bytes. */
import { Failed } from '../contract/failure.ts';
import type { LogEntry } from '../contract/log-entry.ts';
import type { Reader } from '../db/handle.ts';
import { getEntry, getLogState } from '../db/log-entries.ts';
import { leafHash } from '../ledger/merkle.ts';

/**
 * @returns the entry and the hexadecimal hash of its bytes, which is the one that stands in the tree
 * @throws Failed `entry-unknown`, `log-tampered`
 */
export function readEntry(reader: Reader, seq: number): { entry: LogEntry; hash: string } {
  const stored = getEntry(reader, seq);
  if (stored === null) throw entryUnknown(seq, `The log has no entry ${seq}; it has ${getLogState(reader).size}.`);
  const hash = leafHash(stored.bytes);
  if (!hash.equals(stored.leafHash)) throw tampered(seq);
  return { entry: JSON.parse(stored.bytes.toString('utf8')) as LogEntry, hash: hash.toString('hex') };
}

export function entryUnknown(seq: number, happened: string): Failed {
  return new Failed({
    kind: 'entry-unknown',
    happened,
    safe: 'Nothing was changed.',
    next: 'Look the number up in the list of decisions.',
    facts: { seq },
  });
}

function tampered(seq: number): Failed {
  return new Failed({
    kind: 'log-tampered',
    happened: `Entry ${seq} is not what was stored: its bytes do not have the hash that stands in the tree.`,
    safe: 'Nothing was changed.',
    next: 'Keep the data folder as it is and verify the log.',
    facts: { seq },
  });
}
