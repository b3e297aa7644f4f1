/** Rows of the log itself: entries, with the roots they add up to, and tree nodes. Written by `append.ts` only. */
import { emptyRoot, type Frontier, frontierAt, joiningReader, type NodeReader, rootOf } from '../ledger/merkle.ts';
import { type Reader, statement, withDatabase } from './handle.ts';

/** One stored entry. `bytes` is the leaf data, canonical JSON in UTF-8; `leafHash` is H(00 ‖ bytes). */
export interface StoredEntry {
  seq: number;
  type: string;
  bytes: Buffer;
  leafHash: Buffer;
  /** Root of the tree of all entries up to this one, where it is the last of its commit; else null. */
  root: Buffer | null;
}

export interface LogState {
  size: number;
  /** null: the last entry carries none, which only damage or tampering does. */
  root: Buffer | null;
}

const COLUMNS = 'seq, type, bytes, leaf_hash AS leafHash, root';

/** Entry `seq`, or null when the log has none. */
export function getEntry(reader: Reader, seq: number): StoredEntry | null {
  return withDatabase(reader, () => statement<StoredEntry>(reader, `SELECT ${COLUMNS} FROM entries WHERE seq = ?`).get(seq) ?? null);
}

/** Entries from `from` (inclusive) up to `limit` of them, in order. */
export function listEntries(reader: Reader, from: number, limit: number): StoredEntry[] {
  const sql = `SELECT ${COLUMNS} FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`;
  return withDatabase(reader, () => statement<StoredEntry>(reader, sql).all(from, limit));
}

/** Numbers of all entries of a type that is no decision's, in order. */
export function listEntriesOfType(reader: Reader, type: string): number[] {
  const sql = 'SELECT seq FROM events WHERE type = ? ORDER BY seq';
  return withDatabase(reader, () => statement<{ seq: number }>(reader, sql).all(type)).map(({ seq }) => seq);
}

/** The last entry of a type that is no decision's, with its wall clock; null where there is none. */
export function lastEntryOfType(reader: Reader, type: string): { seq: number; wall: string } | null {
  const sql = 'SELECT seq, wall FROM events WHERE type = ? ORDER BY seq DESC LIMIT 1';
  return withDatabase(reader, () => statement<{ seq: number; wall: string }>(reader, sql).get(type) ?? null);
}

/** Size of the log and its root as the last commit stored it. */
export function getLogState(reader: Reader): LogState {
  return withDatabase(reader, () => {
    const last = statement<{ seq: number; root: Buffer | null }>(reader, 'SELECT seq, root FROM entries ORDER BY seq DESC LIMIT 1').get();
    return last === undefined ? { size: 0, root: emptyRoot() } : { size: last.seq + 1, root: last.root };
  });
}

/**
 * The frontier of the first `size` entries, from stored nodes and at most 255 leaf hashes; null when it does not have this root,
 * which only damage or tampering brings about.
 */
export function readFrontier(reader: Reader, size: number, root: Buffer): Frontier | null {
  try {
    const frontier = frontierAt(size, nodeReader(reader));
    return rootOf(frontier).equals(root) ? frontier : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * Root of the tree of the first `size` entries, from the same; null when they are not all there. It says what is stored, and what is
 * stored is only verified by hashing all of it.
 */
export function rootAt(reader: Reader, size: number): Buffer | null {
  try {
    return rootOf(frontierAt(size, nodeReader(reader)));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads tree nodes for proofs; level 0 comes from the entries. Throws RangeError for a node that is not stored, nor what is below it. */
export function nodeReader(reader: Reader): NodeReader {
  const ofEntries = 'SELECT leaf_hash AS hash FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq';
  const ofNodes = 'SELECT hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx';
  return joiningReader((level, from, to) =>
    withDatabase(reader, () => {
      const rows =
        level === 0
          ? statement<{ hash: Buffer }>(reader, ofEntries).all(from, to)
          : statement<{ hash: Buffer }>(reader, ofNodes).all(level, from, to);
      if (rows.length !== to - from) throw new RangeError(`of nodes ${level}/${from} to ${to - 1} not all are stored`);
      return rows.map(({ hash }) => hash);
    }),
  );
}

/** Stored hashes of one level's nodes from index `from` to before `to`, by index. */
export function listNodes(reader: Reader, level: number, from: number, to: number): Map<number, Buffer> {
  return withDatabase(reader, () => {
    const sql = 'SELECT idx, hash FROM nodes WHERE level = ? AND idx >= ? AND idx < ?';
    const rows = statement<{ idx: number; hash: Buffer }>(reader, sql).all(level, from, to);
    return new Map(rows.map(({ idx, hash }) => [idx, hash]));
  });
}

export interface LogRowCounts {
  entries: number;
  nodes: number;
  decisions: number;
  activations: number;
  modelStates: number;
  outcomes: number;
  events: number;
}

/** Rows in each table that the log accounts for. `entries`: how many those are, where every row was just come by: counting them reads all pages again. */
export function countLogRows(reader: Reader, entries: number | null = null): LogRowCounts {
  const sql = `SELECT ifnull(?, (SELECT count(*) FROM entries)) AS entries, (SELECT count(*) FROM nodes) AS nodes,
    (SELECT count(*) FROM decisions) AS decisions, (SELECT count(*) FROM activations) AS activations,
    (SELECT count(*) FROM model_states) AS modelStates, (SELECT count(*) FROM outcomes) AS outcomes,
    (SELECT count(*) FROM events) AS events`;
  return withDatabase(reader, () => statement<LogRowCounts>(reader, sql).get(entries)!);
}
