/** Checkpoints that a quorum of witnesses countersigned, as they were taken in. Nothing here is ever changed. */
import { inTransaction, type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface CountersignedCheckpoint {
  size: number;
  root: Buffer;
  /** The signed note with the cosignatures. */
  note: string;
  /** Hexadecimal SHA-256 of the note: what later entries name as their anchor. */
  sha256: string;
}

const COLUMNS = 'size, root, note, sha256';

export function insertCountersigned(writer: Writer, { size, root, note, sha256 }: CountersignedCheckpoint): void {
  const sql = 'INSERT INTO countersigned (size, root, note, sha256) VALUES (?, ?, ?, ?)';
  inTransaction(writer, () => statement(writer, sql).run(size, root, note, sha256));
}

/** The largest, or null before the first. */
export function lastCountersigned(reader: Reader): CountersignedCheckpoint | null {
  const sql = `SELECT ${COLUMNS} FROM countersigned ORDER BY size DESC LIMIT 1`;
  return withDatabase(reader, () => statement<CountersignedCheckpoint>(reader, sql).get() ?? null);
}

/** The one of this size, or null. */
export function getCountersigned(reader: Reader, size: number): CountersignedCheckpoint | null {
  const sql = `SELECT ${COLUMNS} FROM countersigned WHERE size = ?`;
  return withDatabase(reader, () => statement<CountersignedCheckpoint>(reader, sql).get(size) ?? null);
}

/** Those beyond `size`, in order. */
export function listCountersigned(reader: Reader, size: number, limit: number): CountersignedCheckpoint[] {
  const sql = `SELECT ${COLUMNS} FROM countersigned WHERE size > ? ORDER BY size LIMIT ?`;
  return withDatabase(reader, () => statement<CountersignedCheckpoint>(reader, sql).all(size, limit));
}

/** The one whose note has this SHA-256 (hexadecimal), or null. */
export function findCountersigned(reader: Reader, sha256: string): CountersignedCheckpoint | null {
  // There are few beside the entries, and this is asked for one entry at a time: no index.
  const sql = `SELECT ${COLUMNS} FROM countersigned WHERE sha256 = ?`;
  return withDatabase(reader, () => statement<CountersignedCheckpoint>(reader, sql).get(sha256) ?? null);
}
