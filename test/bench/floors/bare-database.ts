/** The encrypted database by itself: one table of bytes, one durable transaction. */
import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';

export interface BareDatabase {
  /** All of them in one durable transaction. */
  insert(rows: readonly Uint8Array[]): void;
  close(): void;
}

/** The program's own settings (db/open-database.ts), and none of its tables. */
export function openBareDatabase(path: string): BareDatabase {
  const sqlite = new Database(path);
  sqlite.pragma("cipher = 'aegis'");
  sqlite.pragma('page_size = 8192');
  sqlite.pragma(`key = 'raw:${randomBytes(32).toString('hex')}'`);
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('wal_autocheckpoint = 512');
  sqlite.exec('CREATE TABLE rows (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)');
  const insert = sqlite.prepare('INSERT INTO rows (bytes) VALUES (?)');
  return {
    insert(rows) {
      sqlite.exec('BEGIN IMMEDIATE');
      for (const bytes of rows) insert.run(bytes);
      sqlite.exec('COMMIT');
    },
    close: () => sqlite.close(),
  };
}
