/** One batch of the log for head office: entries as they are stored, the checkpoint of exactly their end, compressed. A batch at a time is in memory, never the log. */
import { Failed } from '../../contract/failure.ts';
import { type BranchReport, SYNC_LIMITS } from '../../contract/sync.ts';
import type { Reader } from '../../db/handle.ts';
import { listEntries } from '../../db/log-entries.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { formatSubmission } from '../../ledger/submission.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { checkpointAt } from '../log/checkpoint-log.ts';
import { listEpochs } from '../log/epochs.ts';
import type { Encode } from './encode.ts';
import { logIdOf } from './log-id.ts';
import { syncFailure } from './sync-failures.ts';

export interface Batch {
  from: number;
  to: number;
  /** The log's signed checkpoint of `to` entries. */
  note: string;
  encoding: 'br' | 'zstd';
  body: Buffer;
  /** Of the entries, before they were compressed. */
  bytes: number;
}

export interface BatchOptions {
  /** Entries before they are compressed, bytes: at least one goes, however large. */
  batchBytes: number;
  slice: number;
  pause(): Promise<void>;
  encode: Encode;
  report: BranchReport;
}

/**
 * @param reader of its own: what it finds damaged must not close the handle that decisions are stored by
 * @throws Failed log-tampered where the first entry is not what was stored, and as `checkpointAt`
 */
export async function makeBatch(log: BranchLog, reader: Reader, from: number, options: BatchOptions): Promise<Batch> {
  const { encode, report, slice, pause } = options;
  const entries = await readEntries(log, reader, from, options);
  const to = from + entries.length;
  const { note } = await checkpointAt(log, to, slice, pause);
  const head = { v: 1, log: logIdOf(log.origin), from, checkpoint: note, report } as const;
  const { encoding, bytes } = await encode(formatSubmission({ head, entries }));
  return { from, to, note, encoding, body: bytes, bytes: entries.reduce((sum, entry) => sum + entry.length, 0) };
}

/** What cannot be read ends the batch before it, so that what stands before it is still sent. */
async function readEntries(log: BranchLog, reader: Reader, from: number, { batchBytes, slice, pause }: BatchOptions): Promise<Buffer[]> {
  // What the epoch before had not sent has no checkpoint of this one before its genesis: it all goes with that.
  const least = (listEpochs(log.db).at(-1)?.from ?? 0) + 1;
  const size = log.frontier.size;
  const entries: Buffer[] = [];
  let bytes = 0;
  while (from + entries.length < size) {
    const at = from + entries.length;
    for (const { seq, bytes: entry, leafHash: stored } of listEntries(reader, at, Math.min(slice, size - at))) {
      if (seq !== from + entries.length || !leafHash(entry).equals(stored)) return refuseDamaged(entries, from, least);
      const isFull = entries.length > 0 && bytes + entry.length > batchBytes && seq >= least;
      if (isFull) return entries;
      bytes += entry.length + 2;
      if (bytes > SYNC_LIMITS.submission - SYNC_LIMITS.head) throw new Failed(syncFailure('large', { from, least }));
      entries.push(entry);
    }
    if (from + entries.length === at) return refuseDamaged(entries, from, least);
    await pause();
  }
  return entries;
}

function refuseDamaged(entries: Buffer[], from: number, least: number): Buffer[] {
  const seq = from + entries.length;
  if (entries.length > 0 && seq >= least) return entries;
  throw new Failed({
    kind: 'log-tampered',
    happened: `Entry ${seq} cannot be read as it was stored, so neither it nor what comes after it can be vouched for or sent.`,
    safe: 'Everything before it was sent. New decisions are stored as before; the log is one tree, so they wait behind it.',
    next: 'Keep the data folder as it is, verify the log (outpost log verify), and restore a backup if the entry stays unreadable.',
    facts: { seq, cause: 'unreadable-entry' },
  });
}
