/** Rows of the log itself: entries, tree nodes, and the state they add up to. Written by `append.ts` only. */
import type { Frontier, NodeReader } from '../ledger/merkle.ts';
import { decodePeaks } from '../ledger/merkle.ts';
import { type Reader, statement, withDatabase } from './handle.ts';

/** One stored entry. `bytes` is the leaf data, canonical JSON in UTF-8; `leafHash` is H(00 ‖ bytes). */
export interface StoredEntry {
  seq: number;
  type: string;
  bytes: Buffer;
  leafHash: Buffer;
}

export interface LogState {
  size: number;
  root: Buffer;
  /** null: the stored peaks do not fit the size, which only damage or tampering does. */
  frontier: Frontier | null;
}

const COLUMNS = 'seq, type, bytes, leaf_hash AS leafHash';

/** Entry `seq`, or null when the log has none. */
export function getEntry(reader: Reader, seq: number): StoredEntry | null {
  return withDatabase(reader, () => statement<StoredEntry>(reader, `SELECT ${COLUMNS} FROM entries WHERE seq = ?`).get(seq) ?? null);
}

/** Entries from `from` (inclusive) up to `limit` of them, in order. */
export function listEntries(reader: Reader, from: number, limit: number): StoredEntry[] {
  const sql = `SELECT ${COLUMNS} FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`;
  return withDatabase(reader, () => statement<StoredEntry>(reader, sql).all(from, limit));
}

export function getLogState(reader: Reader): LogState {
  return withDatabase(reader, () => {
    const row = statement<{ size: number; root: Buffer; peaks: Buffer }>(reader, 'SELECT size, root, peaks FROM log_state').get();
    if (row === undefined) return { size: 0, root: Buffer.alloc(0), frontier: null };
    return { size: row.size, root: row.root, frontier: decodePeaks(row.size, row.peaks) };
  });
}

/** Reads tree nodes for proofs; level 0 comes from the entries. Throws RangeError for a node that is not stored. */
export function nodeReader(reader: Reader): NodeReader {
  return (level, index) =>
    withDatabase(reader, () => {
      const row =
        level === 0
          ? statement<{ hash: Buffer }>(reader, 'SELECT leaf_hash AS hash FROM entries WHERE seq = ?').get(index)
          : statement<{ hash: Buffer }>(reader, 'SELECT hash FROM nodes WHERE level = ? AND idx = ?').get(level, index);
      if (row === undefined) throw new RangeError(`node ${level}/${index} is not stored`);
      return row.hash;
    });
}

/** Stored hashes of one level's nodes from index `from` to before `to`, by index. */
export function listNodes(reader: Reader, level: number, from: number, to: number): Map<number, Buffer> {
  return withDatabase(reader, () => {
    const sql = 'SELECT idx, hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ?';
    const rows = statement<{ idx: number; hash: Buffer }>(reader, sql).all(level, from, to);
    return new Map(rows.map(({ idx, hash }) => [idx, hash]));
  });
}

/** Rows in each table that the log accounts for. */
export function countLogRows(reader: Reader): { entries: number; nodes: number; decisions: number; activations: number } {
  const sql = `SELECT (SELECT count(*) FROM entries) AS entries, (SELECT count(*) FROM nodes) AS nodes,
    (SELECT count(*) FROM decisions) AS decisions, (SELECT count(*) FROM activations) AS activations`;
  return withDatabase(
    reader,
    () => statement<{ entries: number; nodes: number; decisions: number; activations: number }>(reader, sql).get()!,
  );
}
