/** Rows of `logs`: one for each epoch of a branch's log. */
import { hash } from 'node:crypto';
import type { BranchReport, LogState } from '../../contract/sync.ts';
import { type Frontier, HASH_BYTES, rootOf } from '../../ledger/merkle.ts';
import type { Sql } from '../store/store.ts';
import { type Refusal, refuse } from './receiving.ts';

export interface LogRow {
  log_no: number;
  log: string;
  branch: string;
  device: string;
  origin: string;
  vkey: string;
  base_log_no: number | null;
  base_size: number;
  genesis_seq: number;
  size: number;
  frontier: Buffer;
  note: string | null;
  frozen_at: Date | null;
  contact_at: Date | null;
  report: BranchReport | null;
}

const COLUMNS =
  'log_no, log, branch, device, origin, vkey, base_log_no, base_size, genesis_seq, size, frontier, note, frozen_at, contact_at, report';

/** Names a log in addresses. */
export function logOf(origin: string): string {
  return hash('sha256', origin, 'hex');
}

/**
 * A log's number in the large tables: the first 53 bits of its name. It needs no look-up, no counter that all of them share, and no unique index
 * across parts; of 100,000 logs two share one with a probability of one in two million, and the second is refused (register-epoch.ts).
 */
export function logNoOf(log: string): number {
  return Number(BigInt(`0x${log.slice(0, 14)}`) >> 3n);
}

export async function findLog(sql: Sql, log: string): Promise<LogRow | null> {
  return named(log, await rowOf(sql, logNoOf(log)));
}

/** The same, and nobody else writes to this log until the transaction has ended. */
export async function lockLog(sql: Sql, log: string): Promise<LogRow | null> {
  const [row] = await sql.query<LogRow>(`SELECT ${COLUMNS} FROM logs WHERE log_no = $1 FOR UPDATE`, [logNoOf(log)]);
  return named(log, row ?? null);
}

export async function rowOf(sql: Sql, logNo: number): Promise<LogRow | null> {
  const [row] = await sql.query<LogRow>(`SELECT ${COLUMNS} FROM logs WHERE log_no = $1`, [logNo]);
  return row ?? null;
}

function named(log: string, row: LogRow | null): LogRow | null {
  return row?.log === log ? row : null;
}

export function frontierOf({ size, frontier }: { size: number; frontier: Buffer }): Frontier {
  const peaks = Array.from({ length: frontier.length / HASH_BYTES }, (_, at) => frontier.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  return { size, peaks };
}

export function bytesOf({ peaks }: Frontier): Buffer {
  return Buffer.concat(peaks);
}

/** What a branch is told of its log. */
export async function stateOfRow(sql: Sql, row: LogRow): Promise<LogState> {
  return {
    v: 1,
    log: row.log,
    origin: row.origin,
    size: row.size,
    root: rootOf(frontierOf(row)).toString('base64'),
    note: row.note,
    frozen: row.frozen_at !== null,
    deliveries: await lastDelivery(sql, row.log_no),
  };
}

export async function lastDelivery(sql: Sql, logNo: number): Promise<number> {
  const [row] = await sql.query<{ last: number | null }>('SELECT max(delivery) AS last FROM deliveries WHERE log_no = $1', [logNo]);
  return row?.last ?? 0;
}

export function noSuchLog(): Refusal {
  return refuse('log', 404, 'Head office does not know this log. Register its epochs, the earliest first.');
}
