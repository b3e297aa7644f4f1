/** The log that a branch writes now: the newest epoch, and which entries of the epochs before are in its tree. */
import type { Sql } from '../store/store.ts';

export interface CurrentLog {
  logNo: number;
  log: string;
}

/** null: no such branch, or it has sent nothing. */
export async function currentLog(sql: Sql, branch: string): Promise<CurrentLog | null> {
  const [row] = await sql.query<CurrentLog>(
    'SELECT log_no AS "logNo", log FROM logs WHERE branch = $1 ORDER BY made_at DESC, genesis_seq DESC, log_no LIMIT 1',
    [branch],
  );
  return row ?? null;
}

export interface Span {
  logNo: number;
  /** Entries stored with this epoch that are in the tree of the one asked for: from (inclusive) to (exclusive). */
  from: number;
  to: number;
}

/** The newest first. What an epoch held beyond where the next one took over is in no span: that past was given up. */
export async function lineageOf(sql: Sql, { logNo }: Pick<CurrentLog, 'logNo'>): Promise<Span[]> {
  const spans: Span[] = [];
  let next: number | null = logNo;
  let to = Number.MAX_SAFE_INTEGER;
  while (next !== null) {
    const [row]: { base: number | null; from: number }[] = await sql.query(
      'SELECT base_log_no AS base, base_size AS "from" FROM logs WHERE log_no = $1',
      [next],
    );
    if (row === undefined) break;
    spans.push({ logNo: next, from: Math.min(row.from, to), to });
    to = Math.min(row.from, to);
    next = row.base;
  }
  return spans;
}
