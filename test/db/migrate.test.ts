import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { getDraft, saveDraft } from '../../db/drafts.ts';
import type { Writer } from '../../db/handle.ts';
import { type Migration, migrate, schemaVersion } from '../../db/migrate.ts';
import { firstTables } from '../../db/migrations/001-first-tables.ts';
import { tiles } from '../../db/migrations/002-tiles.ts';
import { evidence } from '../../db/migrations/003-evidence.ts';
import { temporaryFolder } from '../support/temporary-log.ts';

const TABLES = [
  'accounts',
  'activations',
  'checkpoints',
  'countersigned',
  'decisions',
  'drafts',
  'entries',
  'events',
  'model_states',
  'nodes',
  'outcomes',
  'sessions',
  'settings',
  'waiting_releases',
];

/** A second migration that does not exist: it changes rows that are there. */
const addRegion: Migration = (sqlite) => {
  sqlite.exec("ALTER TABLE settings ADD COLUMN region TEXT NOT NULL DEFAULT 'unknown'");
  sqlite.exec("UPDATE settings SET region = 'north' WHERE key = 'branch.id'");
};

function plain(): Database.Database {
  return new Database(join(temporaryFolder(), 'plain.db'));
}

describe('migrations', () => {
  it('make the tables, all strict, of an empty database', () => {
    const sqlite = plain();
    expect(migrate(sqlite, 'x')).toBeNull();
    expect(schemaVersion(sqlite)).toEqual({ found: 6, known: 6 });
    const tables = sqlite
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(tables.map(({ name }) => name).sort()).toEqual(TABLES);
    expect(tables.every(({ strict }) => strict === 1)).toBe(true);
    sqlite.close();
  });

  it('run once each, in order, and carry real rows over', () => {
    const sqlite = plain();
    migrate(sqlite, 'x', [firstTables]);
    sqlite.exec("INSERT INTO settings (key, value) VALUES ('branch.id', 'b1'), ('log.skey', 's1')");
    expect(migrate(sqlite, 'x', [firstTables, addRegion])).toBeNull();
    expect(migrate(sqlite, 'x', [firstTables, addRegion])).toBeNull();
    expect(sqlite.prepare('SELECT * FROM settings ORDER BY key').all()).toEqual([
      { key: 'branch.id', value: 'b1', region: 'north' },
      { key: 'log.skey', value: 's1', region: 'unknown' },
    ]);
    sqlite.close();
  });

  it('leave a draft of the time before people to whoever opens the form next', () => {
    const sqlite = plain();
    migrate(sqlite, 'x', [firstTables, tiles, evidence]);
    sqlite.exec("INSERT INTO drafts (product, application_id, typed, changed_at) VALUES ('p', 'a', '{\"amount\":\"1\"}', 1.5)");
    migrate(sqlite, 'x');
    expect(sqlite.prepare('SELECT * FROM drafts').all()).toEqual([
      { account: '', product: 'p', application_id: 'a', typed: '{"amount":"1"}', changed_at: 1.5 },
    ]);
    const db: Writer = { access: 'writer', file: 'x', sqlite, statements: new Map(), stopped: null, lock: sqlite };
    const found = getDraft(db, 'olga', 'p');
    expect(found).toMatchObject({ applicationId: 'a', typed: { amount: '1' } });
    saveDraft(db, 'olga', found!);
    expect([getDraft(db, 'olga', 'p'), getDraft(db, 'samir', 'p')]).toEqual([found, null]);
    sqlite.close();
  });

  it('that fail leave the version and the rows as they were', () => {
    const sqlite = plain();
    migrate(sqlite, 'x', [firstTables]);
    const breaks: Migration = (db) => {
      db.exec("INSERT INTO settings (key, value) VALUES ('a', 'b')");
      db.exec('INSERT INTO nowhere VALUES (1)');
    };
    expect(() => migrate(sqlite, 'x', [firstTables, breaks])).toThrow(/nowhere/);
    expect(sqlite.pragma('user_version', { simple: true })).toBe(1);
    expect(sqlite.prepare('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 0 });
    sqlite.close();
  });

  it('refuse a database from the future', () => {
    const sqlite = plain();
    migrate(sqlite, 'x', [firstTables, addRegion]);
    expect(migrate(sqlite, 'x', [firstTables])).toMatchObject({ kind: 'database-newer' });
    expect(sqlite.pragma('user_version', { simple: true })).toBe(2);
    sqlite.close();
  });
});
