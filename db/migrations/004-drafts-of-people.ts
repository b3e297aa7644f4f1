/** The fourth schema: what somebody types is theirs. Until now a PC had one person at work, and one draft of each product. */
import type Database from 'better-sqlite3';

export function draftsOfPeople(sqlite: Database.Database): void {
  // A draft is the applicant's data: no copy of it may stay behind in a page that is free again.
  const before = sqlite.pragma('secure_delete', { simple: true });
  sqlite.pragma('secure_delete = ON');
  sqlite.exec(`
    CREATE TABLE own_drafts (
      account TEXT NOT NULL,
      product TEXT NOT NULL,
      application_id TEXT NOT NULL,
      typed TEXT NOT NULL,
      changed_at REAL NOT NULL,
      PRIMARY KEY (account, product)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO own_drafts (account, product, application_id, typed, changed_at)
      SELECT '', product, application_id, typed, changed_at FROM drafts;
    DROP TABLE drafts;
    ALTER TABLE own_drafts RENAME TO drafts;`);
  sqlite.pragma(`secure_delete = ${Number(before)}`);
}
