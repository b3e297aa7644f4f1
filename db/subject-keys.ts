/** Keys of applicants' identities. Erasing a person is destroying their key. */
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface SubjectKey {
  /** Random name of the key, also in the entry. */
  kid: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Inserts a key; only inside the transaction that appends the entry sealed with it. */
export function insertSubjectKey(writer: Writer, { kid, key }: SubjectKey): void {
  statement(writer, 'INSERT INTO subject_keys (kid, key) VALUES (?, ?)').run(kid, key);
}

/** The key of this name; null when the subject was erased. */
export function getSubjectKey(reader: Reader, kid: string): Buffer | null {
  const sql = 'SELECT key FROM subject_keys WHERE kid = ?';
  return withDatabase(reader, () => statement<{ key: Buffer }>(reader, sql).get(kid)?.key ?? null);
}
