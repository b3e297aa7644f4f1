/** The root of entries as they are stored, computed from their bytes: what head office can show of a past, whatever any table says of it. */
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import type { Sql } from '../store/store.ts';

/** Entries per question. */
const CHUNK = 2000;

interface Epoch {
  logNo: number;
  /** Entries before it are the epoch's before. */
  from: number;
  size: number;
}

/** Of the first `size` entries of the log of this origin, whose first ones may be stored with the epochs before it; null where fewer are stored. */
export async function rootOfStored(sql: Sql, origin: string, size: number): Promise<Buffer | null> {
  const epochs = await epochsUpTo(sql, origin);
  if ((epochs.at(-1)?.size ?? -1) < size) return null;
  let frontier = EMPTY_FRONTIER;
  for (const [i, { logNo, from }] of epochs.entries()) {
    const end = Math.min(size, epochs[i + 1]?.from ?? size);
    for (let at = from; at < end; ) {
      const rows = await sql.query<{ bytes: Buffer }>(
        'SELECT bytes FROM entries WHERE log_no = $1 AND seq >= $2 AND seq < $3 ORDER BY seq',
        [logNo, at, Math.min(at + CHUNK, end)],
      );
      if (rows.length === 0) return null;
      frontier = extendFrontier(
        frontier,
        rows.map(({ bytes }) => leafHash(bytes)),
      ).frontier;
      at += rows.length;
    }
  }
  return frontier.size === size ? rootOf(frontier) : null;
}

/** The log's epochs from the first to this one. */
async function epochsUpTo(sql: Sql, origin: string): Promise<Epoch[]> {
  const epochs: Epoch[] = [];
  const select = 'SELECT log_no AS "logNo", base_log_no AS base, base_size AS "from", size FROM logs';
  type Row = Epoch & { base: number | null };
  let row = (await sql.query<Row>(`${select} WHERE origin = $1`, [origin]))[0];
  while (row !== undefined) {
    epochs.unshift(row);
    row = row.base === null ? undefined : (await sql.query<Row>(`${select} WHERE log_no = $1`, [row.base]))[0];
  }
  return epochs;
}
