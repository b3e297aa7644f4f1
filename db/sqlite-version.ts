import { type Reader, statement, withDatabase } from './handle.ts';

/** Versions of SQLite and of its encryption (SQLite3 Multiple Ciphers), for a report. */
export function sqliteVersion(reader: Reader): string {
  const sql = 'SELECT sqlite_version() AS sqlite, sqlite3mc_version() AS ciphers';
  return withDatabase(reader, () => {
    const row = statement<{ sqlite: string; ciphers: string }>(reader, sql).get()!;
    return `${row.sqlite}, ${row.ciphers}`;
  });
}
