/** The tree of a log as it was at any size that head office holds, across epochs. */
import { EMPTY_FRONTIER, extendFrontier, type Frontier } from '../../ledger/merkle.ts';
import type { Sql } from '../store/store.ts';
import { frontierOf, type LogRow, rowOf } from './log-rows.ts';

/** Leaf hashes of one question. */
const CHUNK = 5000;

/** Hashes of the leaves [from, to), all of which must be held. */
export async function leafHashesOf(sql: Sql, row: LogRow, from: number, to: number): Promise<Buffer[]> {
  const before = row.base_log_no === null ? 0 : row.base_size;
  const hashes = from < before ? await leafHashesOf(sql, await baseOf(sql, row), from, Math.min(to, before)) : [];
  for (let at = Math.max(from, before); at < to; at += CHUNK) {
    const rows = await sql.query<{ leaf_hash: Buffer }>(
      'SELECT leaf_hash FROM entries WHERE log_no = $1 AND seq >= $2 AND seq < $3 ORDER BY seq',
      [row.log_no, at, Math.min(at + CHUNK, to)],
    );
    hashes.push(...rows.map(({ leaf_hash }) => leaf_hash));
  }
  if (hashes.length !== to - from) throw new Error(`log ${row.log_no} lacks entries between ${from} and ${to}`);
  return hashes;
}

/** @param size at most the row's */
export async function frontierAt(sql: Sql, row: LogRow, size: number): Promise<Frontier> {
  if (size === row.size) return frontierOf(row);
  if (row.base_log_no !== null && size < row.base_size) return await frontierAt(sql, await baseOf(sql, row), size);
  let frontier = await nearest(sql, row, size);
  for (let at = frontier.size; at < size; at = frontier.size)
    ({ frontier } = extendFrontier(frontier, await leafHashesOf(sql, row, at, Math.min(at + CHUNK, size))));
  return frontier;
}

/** The largest known frontier of at most `size`. */
async function nearest(sql: Sql, row: LogRow, size: number): Promise<Frontier> {
  const [known] = await sql.query<{ size: number; frontier: Buffer }>(
    'SELECT size, frontier FROM checkpoints WHERE log_no = $1 AND size >= $2 AND size <= $3 AND frontier IS NOT NULL ORDER BY size DESC LIMIT 1',
    [row.log_no, row.base_size, size],
  );
  if (known !== undefined) return frontierOf(known);
  return row.base_log_no === null ? EMPTY_FRONTIER : await frontierAt(sql, await baseOf(sql, row), row.base_size);
}

async function baseOf(sql: Sql, row: LogRow): Promise<LogRow> {
  const base = row.base_log_no === null ? null : await rowOf(sql, row.base_log_no);
  if (base === null) throw new Error(`log ${row.log_no} has no log before it`);
  return base;
}
