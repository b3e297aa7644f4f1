/** Keys of applicants' identities, one in the row of each decision that names somebody. Erasing a person is destroying theirs. */
import { type Reader, statement, withDatabase } from './handle.ts';

/** The key (32 bytes) that the identity in decision `seq` was sealed with; null when nobody was named, or they were erased. */
export function getSubjectKey(reader: Reader, seq: number): Buffer | null {
  const sql = 'SELECT identity_key AS key FROM decisions WHERE seq = ?';
  return withDatabase(reader, () => statement<{ key: Buffer | null }>(reader, sql).get(seq)?.key ?? null);
}

/** The key of what is sealed in entry `seq`, a decision's identity or a review's remark; null when nothing is, or its subject was erased. */
export function getSealKey(reader: Reader, seq: number): Buffer | null {
  const sql = `SELECT identity_key AS key FROM decisions WHERE seq = ? UNION ALL SELECT note_key FROM events WHERE seq = ?`;
  return withDatabase(reader, () => statement<{ key: Buffer | null }>(reader, sql).get(seq, seq)?.key ?? null);
}
