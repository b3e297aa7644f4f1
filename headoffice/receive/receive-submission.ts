/**
 * Takes entries of a branch's log: exactly once and in order, or not at all. The number of an entry is what makes a repetition harmless, and what is
 * answered is a countersignature, which nobody can take for more than it says. One transaction holds the log's row from the look at it to the
 * answer, so that of two submissions that race one sees what the other did, and two roots of one size are never countersigned.
 */
import { setImmediate } from 'node:timers/promises';
import type { BranchReport, Receipt } from '../../contract/sync.ts';
import { extendFrontier, type Frontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import type { Submission } from '../../ledger/submission.ts';
import { raiseAlarm } from '../alarms.ts';
import type { Sql } from '../store/store.ts';
import { admitDevice } from './admit-device.ts';
import { freezeLog, noteRollback } from './contradictions.ts';
import { bytesOf, frontierOf, type LogRow, lastDelivery, lockLog, noSuchLog, stateOfRow } from './log-rows.ts';
import { type ReadEntry, readEntry } from './read-entry.ts';
import { type Receiving, type Refusal, refuse } from './receiving.ts';
import { countersign, lineOf, openSentCheckpoint, type SentCheckpoint } from './sent-checkpoint.ts';
import { storable } from './storable.ts';
import { countDecisions, insertEntries, keepInPlace, markDelivered } from './store-entries.ts';
import { frontierAt, leafHashesOf } from './tree-at.ts';
import { listOpenAlarms, type OpenAlarms, watchAcknowledged, watchEntries, watchReport } from './watch-branch.ts';

/** From the first lock to the commit, but for the commit itself. */
const MOST_TRANSACTION_MS = 30_000;

interface Sent {
  device: string;
  submission: Submission;
  hashes: readonly Buffer[];
  encodedBytes: number;
}

/**
 * @param device that the request was signed by, verified
 * @param encodedBytes of the submission as it came
 * @param acked entries that the branch holds countersigned by head office, where it said so
 */
export async function receiveSubmission(
  at: Receiving,
  device: string,
  submission: Submission,
  encodedBytes: number,
  acked?: number,
): Promise<{ receipt: Receipt } | Refusal> {
  const { head, entries } = submission;
  // Outside of the transaction: the longest part of the work needs no lock.
  const sent: Sent = { device, submission, hashes: entries.map((bytes) => leafHash(bytes)), encodedBytes };
  return await at.store.transaction(async (sql) => {
    const began = performance.now();
    const row = await lockLog(sql, head.log);
    if (row === null) return noSuchLog();
    const refused = await admitDevice(sql, device, row.branch);
    if (refused !== null) return refused;
    const answer = await judge(at, sql, row, sent);
    const grownTo = 'receipt' in answer ? Math.max(row.size, answer.receipt.size) : row.size;
    const open = await listOpenAlarms(sql, row.branch);
    // An earlier submission did not add up; this one does, so the log is the one that head office holds.
    if (grownTo > row.size) await open.end('fork', doubtOf(row));
    await noteContact(at, sql, row, sent, open);
    await watchAcknowledged(sql, open, row, grownTo, acked);
    // Whoever reads the feed waits a minute for what is not committed yet (headoffice/feeds), and no longer. Sent again, it will not take so long.
    if (performance.now() - began > MOST_TRANSACTION_MS)
      throw new Error(`a submission took longer than ${MOST_TRANSACTION_MS} ms to store`);
    return answer;
  });
}

async function judge(at: Receiving, sql: Sql, row: LogRow, sent: Sent): Promise<{ receipt: Receipt } | Refusal> {
  const { head, entries } = sent.submission;
  if (row.frozen_at !== null) return await refuseFork(sql, row, 'This log is frozen: it was seen with two pasts.');
  const checkpoint = openSentCheckpoint(head.checkpoint, row.vkey);
  if (checkpoint === null) return await refuseWithState(sql, row, 'checkpoint', 'The checkpoint is not signed by the key of this log.');
  const end = head.from + entries.length;
  if (checkpoint.size !== end)
    return await refuseWithState(sql, row, 'checkpoint', `The checkpoint is of ${checkpoint.size} entries, and what came ends at ${end}.`);
  if (head.from > row.size)
    return await refuseWithState(sql, row, 'place', `Head office holds ${row.size} entries, and what came begins at ${head.from}.`);
  const past = await compareWithHeld(sql, row, sent, checkpoint);
  if (past === 'fork') {
    await freezeLog(sql, row, checkpoint, sent.device);
    return await refuseFork(sql, row, 'What was sent contradicts what head office holds. The log is frozen.');
  }
  if (past === 'other-entries') return await doubt(sql, row, 'The entries are not those of the checkpoint.');
  if (checkpoint.size > row.size) return await append(at, sql, row, sent, checkpoint);
  return { receipt: await receiptOf(at, sql, row, checkpoint, await frontierAt(sql, row, checkpoint.size)) };
}

async function refuseWithState(sql: Sql, row: LogRow, cause: 'checkpoint' | 'place', detail: string): Promise<Refusal> {
  return refuse(cause, cause === 'place' ? 409 : 422, detail, { state: await stateOfRow(sql, row) });
}

async function refuseFork(sql: Sql, row: LogRow, detail: string): Promise<Refusal> {
  const state = { ...(await stateOfRow(sql, row)), frozen: true };
  return refuse('fork', 422, detail, row.note === null ? { state } : { state, known: row.note });
}

/**
 * What was sent of entries that head office has already. Of two signed checkpoints of one size with two roots there is no innocent explanation; nor is
 * there for an entry in the place of another one, unless the checkpoint itself says that it is not of this log.
 */
async function compareWithHeld(sql: Sql, row: LogRow, sent: Sent, checkpoint: SentCheckpoint): Promise<'same' | 'fork' | 'other-entries'> {
  const { from } = sent.submission.head;
  const isWithin = checkpoint.size <= row.size;
  if (isWithin && !rootOf(await frontierAt(sql, row, checkpoint.size)).equals(checkpoint.root)) return 'fork';
  const held = await leafHashesOf(sql, row, from, Math.min(checkpoint.size, row.size));
  if (held.every((hash, i) => hash.equals(sent.hashes[i]!))) return 'same';
  return isWithin ? 'other-entries' : 'fork';
}

async function append(
  at: Receiving,
  sql: Sql,
  row: LogRow,
  sent: Sent,
  checkpoint: SentCheckpoint,
): Promise<{ receipt: Receipt } | Refusal> {
  const { head, entries } = sent.submission;
  const skip = row.size - head.from;
  const { frontier } = extendFrontier(frontierOf(row), sent.hashes.slice(skip));
  if (!rootOf(frontier).equals(checkpoint.root)) return await doubt(sql, row, 'The entries do not add up to the checkpoint.');
  const added = await readEntries(row.size, entries.slice(skip), sent.hashes.slice(skip));
  const badGenesis = await checkGenesis(sql, row, added);
  if (badGenesis !== null) return badGenesis;
  await storeAdded(sql, row, added, sent);
  const receipt = await receiptOf(at, sql, row, checkpoint, frontier);
  const note = `${checkpoint.note}${receipt.cosignatures[0]}`;
  await advance(sql, row, frontier, note, at.now());
  return { receipt };
}

/** Thousands of entries at once would keep every other request of this process waiting. */
async function readEntries(from: number, entries: readonly Buffer[], hashes: readonly Buffer[]): Promise<ReadEntry[]> {
  const read: ReadEntry[] = [];
  for (const [i, bytes] of entries.entries()) {
    read.push(readEntry(from + i, bytes, hashes[i]!));
    if (i % 200 === 199) await setImmediate();
  }
  return read;
}

async function advance(sql: Sql, row: LogRow, frontier: Frontier, note: string, now: number): Promise<void> {
  const rows = await sql.query(
    'UPDATE logs SET size = $2, frontier = $3, note = $4, noted_at = greatest($5::timestamptz, noted_at) WHERE log_no = $1 AND size = $6 RETURNING log_no',
    [row.log_no, frontier.size, bytesOf(frontier), note, new Date(now), row.size],
  );
  // The row is locked: this cannot be, on any engine that keeps its word.
  if (rows.length !== 1) throw new Error(`log ${row.log_no} was changed by somebody else`);
}

async function storeAdded(sql: Sql, row: LogRow, added: readonly ReadEntry[], { device, encodedBytes }: Sent): Promise<void> {
  await insertEntries(sql, row.log_no, added);
  await countDecisions(sql, row.log_no, added);
  await keepInPlace(sql, row.log_no, added);
  await markDelivered(sql, row.log_no, added);
  await watchEntries(sql, row.branch, row.origin, added);
  // By the database's clock, not a receiver's, which may be off: feeds pass over nothing only where one clock gives the moment and judges its age.
  await sql.query('UPDATE logs SET fed_at = greatest(clock_timestamp(), fed_at) WHERE log_no = $1', [row.log_no]);
  await sql.query(
    `INSERT INTO batches (received_at, log_no, from_seq, to_seq, device, bytes)
     SELECT fed_at, log_no, $2::bigint, $3::bigint, $4::text, $5::bigint FROM logs WHERE log_no = $1`,
    [row.log_no, row.size, row.size + added.length, device, encodedBytes],
  );
}

/** The first entry of an epoch says whose it is; without it the log's key would be tied to nothing. */
async function checkGenesis(sql: Sql, row: LogRow, added: readonly ReadEntry[]): Promise<Refusal | null> {
  const at = row.genesis_seq - row.size;
  if (at < 0 || at >= added.length) return null;
  const entry = added[at]!.entry;
  const isGenesis = entry?.type === 'genesis' && entry.origin === row.origin && entry.vkey === row.vkey && added[at]!.trouble === null;
  const previous = isGenesis ? (entry.previous?.origin ?? null) : null;
  if (
    isGenesis &&
    (row.base_log_no === null ? row.genesis_seq > 0 || previous === null : previous === (await originOf(sql, row.base_log_no)))
  )
    return null;
  return refuse('malformed', 422, `Entry ${row.genesis_seq} is not the genesis entry of this epoch.`);
}

async function originOf(sql: Sql, logNo: number): Promise<string | undefined> {
  return (await sql.query<{ origin: string }>('SELECT origin FROM logs WHERE log_no = $1', [logNo]))[0]?.origin;
}

/** The answer to a checkpoint that head office agrees with: of one that it has countersigned before, the line of then, which bounds time better. */
async function receiptOf(at: Receiving, sql: Sql, row: LogRow, checkpoint: SentCheckpoint, frontier: Frontier): Promise<Receipt> {
  const [before] = await sql.query<{ note: string }>('SELECT note FROM checkpoints WHERE log_no = $1 AND size = $2', [
    row.log_no,
    checkpoint.size,
  ]);
  const deliveries = await lastDelivery(sql, row.log_no);
  const receipt = (line: string): Receipt => ({ v: 1, log: row.log, size: checkpoint.size, cosignatures: [line], deliveries });
  const earlier = before === undefined ? null : lineOf(before.note, at.keys.witness);
  // The same tree under another body (further lines, say) is another statement.
  if (earlier !== null && bodyOf(before!.note) === bodyOf(checkpoint.note)) return receipt(earlier);
  const line = countersign(checkpoint.note, at.keys.witness, at.now());
  await sql.query(
    'INSERT INTO checkpoints (log_no, size, note, frontier, noted_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (log_no, size) DO NOTHING',
    [row.log_no, checkpoint.size, `${checkpoint.note}${line}`, bytesOf(frontier), new Date(at.now())],
  );
  return receipt(line);
}

const bodyOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n'));

/** Nothing is frozen: the entries that came may have been at fault. But the log's own key signed something that they do not add up to. */
async function doubt(sql: Sql, row: LogRow, detail: string): Promise<Refusal> {
  await raiseAlarm(sql, {
    branch: row.branch,
    kind: 'fork',
    subject: doubtOf(row),
    detail: 'A checkpoint came with entries that do not add up to it. Nothing was taken, and the log is not frozen.',
  });
  return await refuseWithState(sql, row, 'checkpoint', detail);
}

const doubtOf = ({ origin }: LogRow): string => `${origin} (unproven)`;

/**
 * What is kept of a report, and looked at. One that is older than the last and comes with less than head office holds is a repetition of what is over;
 * older alone says nothing, since a PC's clock may be set back by years.
 */
async function noteContact(at: Receiving, sql: Sql, row: LogRow, { submission, device }: Sent, open: OpenAlarms): Promise<void> {
  const { head, entries } = submission;
  const { report } = head;
  const isNewer = row.report === null || Date.parse(report.wall) > Date.parse(row.report.wall);
  if (at.carried) {
    if (row.report === null || (isNewer && report.logSize >= row.report.logSize)) await keepReport(at, sql, row, report);
    return;
  }
  if (!isNewer && head.from + entries.length < row.size) return;
  if (isNewer && report.logSize < row.size) await noteRollback(sql, row, submission, device);
  else if (isNewer) await open.end('rollback', row.origin);
  await keepReport(at, sql, row, report);
  await watchReport(sql, open, row.branch, report, at.now());
}

async function keepReport(at: Receiving, sql: Sql, row: LogRow, report: BranchReport): Promise<void> {
  const kept = JSON.stringify({ ...report, platform: storable(report.platform, 60) });
  await sql.query('UPDATE logs SET contact_at = $2, report = $3 WHERE log_no = $1', [row.log_no, new Date(at.now()), kept]);
}
