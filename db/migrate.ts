/** Brings a database up to this program's schema. Migrations only go forward and never change once shipped. */
import type Database from 'better-sqlite3';
import type { Failure } from '../contract/failure.ts';
import { databaseFailure } from './database-failures.ts';
import { firstTables } from './migrations/001-first-tables.ts';
import { tiles } from './migrations/002-tiles.ts';
import { evidence } from './migrations/003-evidence.ts';
import { draftsOfPeople } from './migrations/004-drafts-of-people.ts';
import { modelsInPlace } from './migrations/005-models-in-place.ts';
import { outcomes } from './migrations/006-outcomes.ts';

/** Runs inside a transaction of its own; the place in the list, from 1, is the version it leads to. */
export type Migration = (sqlite: Database.Database) => void;

const migrations: readonly Migration[] = [firstTables, tiles, evidence, draftsOfPeople, modelsInPlace, outcomes];

export function schemaVersion(sqlite: Database.Database): { found: number; known: number } {
  return { found: Number(sqlite.pragma('user_version', { simple: true })), known: migrations.length };
}

/** Applies what is missing, each in one transaction. A database from the future is refused: `database-newer`. */
export function migrate(sqlite: Database.Database, file: string, list: readonly Migration[] = migrations): Failure | null {
  const { found } = schemaVersion(sqlite);
  if (found > list.length) return databaseFailure('database-newer', file, `schema ${found}, this version knows ${list.length}`);
  list.slice(found).forEach((migration, i) => {
    sqlite
      .transaction(() => {
        migration(sqlite);
        sqlite.pragma(`user_version = ${found + i + 1}`);
      })
      .immediate();
  });
  return null;
}
