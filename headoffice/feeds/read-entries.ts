/**
 * Entries in the order in which head office took them, from any place on.
 *
 * Why there is a watermark: a batch's `received_at` is taken inside its transaction, and transactions commit in another order than they begin. A reader that
 * had seen a batch of 12:00:05 would never look again for one of 12:00:04 that was committed at 12:00:06. So nobody is shown batches younger than the
 * watermark: twice as long as the transaction may take from there (headoffice/receive gives up after 30 s). Moment and age are both by the database's clock.
 */
import { exactly } from '../exact-time.ts';
import type { SqlValue, Store } from '../store/store.ts';
import type { Place } from './place.ts';

/** Seconds. */
export const WATERMARK_SECONDS = 60;

/** Batches asked for at a time. */
const BATCHES = 200;
/** Entries of one question: with at most 64 KiB each this bounds the memory. */
const ENTRIES = 200;

export interface FedEntry {
  origin: string;
  log: string;
  branch: string;
  logNo: number;
  seq: number;
  type: string | null;
  bytes: Buffer;
  leafHash: Buffer;
  wall: Date | null;
  application: string | null;
  trouble: string | null;
  receivedAt: Date;
  /** Of the place behind it. */
  place: Place;
}

interface BatchRow {
  received: string;
  received_at: Date;
  log_no: number;
  from_seq: number;
  to_seq: number;
  origin: string;
  log: string;
  branch: string;
}

export interface Span {
  after: Place | null;
  /** Batches received at this moment or later; null: from the first. */
  from: Date | null;
  /** Batches received before this moment; null: up to the watermark. Never beyond the watermark. */
  to: Date | null;
  watermarkSeconds: number;
  /** Entries of these types; those that could not be read come whatever they are, where `unreadable` is set. */
  types: readonly string[];
  unreadable: boolean;
}

/** `entries`: those asked for. `place`: behind a batch that was read to its end; null in the middle of one. */
export interface Step {
  entries: FedEntry[];
  place: Place;
}

/** Reads on step by step; each step is at most 200 entries of one batch, and may have none. Ends at the watermark. */
export async function* readSteps(store: Store, span: Span): AsyncGenerator<Step> {
  for (let after = span.after; ; ) {
    const batches = await listBatches(store, span, after);
    for (const batch of batches) {
      const place = { received: batch.received, logNo: batch.log_no, from: batch.from_seq };
      const same = after !== null && after.received === place.received && after.logNo === place.logNo && after.from === place.from;
      for (let next = same ? after!.next : batch.from_seq; next < batch.to_seq; ) {
        const entries = await entriesOf(store, span, batch, next);
        next = entries.length < ENTRIES ? batch.to_seq : entries.at(-1)!.seq + 1;
        after = { ...place, next };
        yield { entries, place: after };
      }
      after = { ...place, next: batch.to_seq };
    }
    if (batches.length < BATCHES) return;
  }
}

/** The batch of `after` itself comes too while it is not read to its end. */
async function listBatches(store: Store, { from, to, watermarkSeconds }: Span, after: Place | null): Promise<BatchRow[]> {
  const values: SqlValue[] = [watermarkSeconds];
  const value = (given: SqlValue) => `$${values.push(given)}`;
  const conditions = [`b.received_at < now() - $1 * interval '1 second'`];
  if (from !== null) conditions.push(`b.received_at >= ${value(from)}`);
  if (to !== null) conditions.push(`b.received_at < ${value(to)}`);
  if (after !== null) {
    const [received, logNo, fromSeq] = [value(after.received), value(after.logNo), value(after.from)];
    conditions.push(
      `(b.received_at, b.log_no, b.from_seq) >= (${received}::timestamptz, ${logNo}, ${fromSeq})`,
      `((b.received_at, b.log_no, b.from_seq) > (${received}::timestamptz, ${logNo}, ${fromSeq}) OR b.to_seq > ${value(after.next)})`,
    );
  }
  return await store.query<BatchRow>(
    `SELECT ${exactly('b.received_at')} AS received, b.received_at, b.log_no, b.from_seq, b.to_seq, l.origin, l.log, l.branch
     FROM batches b JOIN logs l ON l.log_no = b.log_no WHERE ${conditions.join(' AND ')}
     ORDER BY b.received_at, b.log_no, b.from_seq LIMIT ${BATCHES}`,
    values,
  );
}

interface EntryRow {
  seq: number;
  type: string | null;
  bytes: Buffer;
  leaf_hash: Buffer;
  wall: Date | null;
  application: string | null;
  trouble: string | null;
}

async function entriesOf(store: Store, { types, unreadable }: Span, batch: BatchRow, next: number): Promise<FedEntry[]> {
  const rows = await store.query<EntryRow>(
    `SELECT seq, type, bytes, leaf_hash, wall, application, trouble FROM entries
     WHERE log_no = $1 AND seq >= $2 AND seq < $3
       AND ((trouble IS NULL AND type IN (SELECT value FROM jsonb_array_elements_text($4::jsonb) AS t(value))) OR (trouble IS NOT NULL AND $5))
     ORDER BY seq LIMIT ${ENTRIES}`,
    [batch.log_no, next, batch.to_seq, JSON.stringify(types), unreadable],
  );
  const { origin, log, branch, log_no: logNo, received, received_at: receivedAt, from_seq: from } = batch;
  return rows.map(({ leaf_hash: leafHash, ...row }) => ({
    ...row,
    origin,
    log,
    branch,
    logNo,
    leafHash,
    receivedAt,
    place: { received, logNo, from, next: row.seq + 1 },
  }));
}
