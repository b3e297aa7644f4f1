/** Signed checkpoints. The size is the key: no second root can ever be stored for one size. */
import { inTransaction, type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface StoredCheckpoint {
  size: number;
  root: Buffer;
  /** The signed note. */
  note: string;
}

export function insertCheckpoint(writer: Writer, { size, root, note }: StoredCheckpoint): void {
  inTransaction(writer, () => statement(writer, 'INSERT INTO checkpoints (size, root, note) VALUES (?, ?, ?)').run(size, root, note));
}

/** The largest checkpoint, or null before the first. */
export function lastCheckpoint(reader: Reader): StoredCheckpoint | null {
  const sql = 'SELECT size, root, note FROM checkpoints ORDER BY size DESC LIMIT 1';
  return withDatabase(reader, () => statement<StoredCheckpoint>(reader, sql).get() ?? null);
}

/** The checkpoint that was signed of this size, or null. */
export function getCheckpoint(reader: Reader, size: number): StoredCheckpoint | null {
  const sql = 'SELECT size, root, note FROM checkpoints WHERE size = ?';
  return withDatabase(reader, () => statement<StoredCheckpoint>(reader, sql).get(size) ?? null);
}

/** The largest of at most this size, or null. */
export function checkpointUpTo(reader: Reader, size: number): StoredCheckpoint | null {
  const sql = 'SELECT size, root, note FROM checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1';
  return withDatabase(reader, () => statement<StoredCheckpoint>(reader, sql).get(size) ?? null);
}

/** All checkpoints beyond `size`, in order. */
export function listCheckpoints(reader: Reader, size: number, limit: number): StoredCheckpoint[] {
  const sql = 'SELECT size, root, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT ?';
  return withDatabase(reader, () => statement<StoredCheckpoint>(reader, sql).all(size, limit));
}
