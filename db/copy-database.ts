/** A copy of the database as it is at one moment, beside a program that writes: whole, without free pages, under the same key. */
import { type Reader, withDatabase } from './handle.ts';

/**
 * @param to a file that is not there yet, or empty. It is not synced
 * @returns how far the log in the copy goes, and its root (null: it ends in the middle of a commit). Throws `Failed` disk-full, disk-error,
 * database-corrupt
 */
export function copyDatabase(reader: Reader, to: string): { size: number; root: Buffer | null } {
  return withDatabase(reader, () => {
    reader.sqlite.prepare('VACUUM INTO ?').run(to);
    reader.sqlite.prepare('ATTACH ? AS copied').run(to);
    try {
      const sql = 'SELECT seq, root FROM copied.entries ORDER BY seq DESC LIMIT 1';
      const last = reader.sqlite.prepare<[], { seq: number; root: Buffer | null }>(sql).get();
      return { size: last === undefined ? 0 : last.seq + 1, root: last?.root ?? null };
    } finally {
      reader.sqlite.exec('DETACH copied');
    }
  });
}
