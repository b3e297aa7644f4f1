/** Opening the encrypted database: one writer per data folder, any number of readers, and a clear failure for everything else. */
import { createHmac } from 'node:crypto';
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Failure } from '../contract/failure.ts';
import { databaseFailure, failureOfError } from './database-failures.ts';
import { syncFolder } from './durable-folders.ts';
import type { Reader, Writer } from './handle.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { lockFolder } from './writer-lock.ts';

export const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** How a plain SQLite file begins, in hexadecimal. */
const PLAIN_SQLITE = Buffer.from('SQLite format 3\0').toString('hex').toUpperCase();
/** A decision's entry is about 2 KB: on 4 KB pages nearly half of the file would stay empty. */
const PAGE_BYTES = 8192;
/** The write-ahead log is copied back at about 4 MB: a small one is written over instead of growing, which makes each commit cheaper. */
const WAL_PAGES = 512;

/**
 * Opens (and where there is none, makes) the database for writing, brought up to the current schema.
 * `key` is 32 random bytes. Failures: data-folder-missing, data-folder-busy, database-key-wrong, database-corrupt, database-newer,
 * disk-full, disk-error.
 */
export function openWriter(file: string, key: Buffer): { db: Writer } | { failure: Failure } {
  if (!existsSync(dirname(file))) return { failure: databaseFailure('data-folder-missing', file) };
  const locked = lockFolder(file);
  if ('failure' in locked) return locked;
  const opened = open(file, key, false);
  if ('failure' in opened) {
    locked.lock.close();
    return opened;
  }
  const { sqlite } = opened;
  const problem = attempt(file, () => {
    const problem = migrate(sqlite, file);
    if (problem === null) syncFolder(dirname(file));
    return problem ?? checkLogEnd(sqlite, file);
  });
  if (problem !== null) {
    sqlite.close();
    locked.lock.close();
    return { failure: problem };
  }
  return { db: { access: 'writer', file, sqlite, statements: new Map(), stopped: null, lock: locked.lock } };
}

/** Opens an existing database for reading, beside a writer or without one, also where its log does not fit together. Failures as `openWriter`. */
export function openReader(file: string, key: Buffer): { db: Reader } | { failure: Failure } {
  if (sizeOf(file) === 0) return { failure: databaseFailure('data-folder-missing', file) };
  const opened = open(file, key, true);
  if ('failure' in opened) return opened;
  const { sqlite } = opened;
  const problem = attempt(file, () => {
    const version = schemaVersion(sqlite);
    if (version.found > version.known) return databaseFailure('database-newer', file);
    if (version.found < version.known) return databaseFailure('data-folder-missing', file, 'not brought up to date by a writer yet');
    // A log that does not fit together must still be open to verification.
    return null;
  });
  if (problem !== null) {
    sqlite.close();
    return { failure: problem };
  }
  return { db: { access: 'reader', file, sqlite, statements: new Map(), stopped: null } };
}

function open(file: string, key: Buffer, readonly: boolean): { sqlite: Database.Database } | { failure: Failure } {
  if (key.length !== KEY_BYTES) throw new TypeError(`a database key has ${KEY_BYTES} bytes`);
  let sqlite: Database.Database | undefined;
  const problem = attempt(file, () => {
    if (!readonly) makeFile(file);
    sqlite = new Database(file, { readonly, fileMustExist: readonly, timeout: 5000 });
    const unlocked = unlock(sqlite, file, key);
    if (unlocked !== null) return unlocked;
    configure(sqlite, readonly);
    return null;
  });
  if (sqlite !== undefined && problem === null) return { sqlite };
  sqlite?.close();
  return { failure: problem ?? databaseFailure('disk-error', file) };
}

/** Made before SQLite would, for this user alone; SQLite gives its WAL the same mode. Where it cannot be made, SQLite says what is wrong. */
function makeFile(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error;
  }
}

/** Runs one step of opening; an expected error of SQLite or the system becomes its failure. */
function attempt(file: string, step: () => Failure | null): Failure | null {
  try {
    return step();
  } catch (error) {
    const failure = failureOfError(error, file);
    if (failure === null) throw error;
    return failure;
  }
}

/**
 * Gives SQLite3 Multiple Ciphers the key: cipher `aegis`, every page authenticated. With a raw key no key derivation runs and the salt
 * in the file's first 16 bytes plays no part in encryption, so it carries a fingerprint of the key: a wrong key and a damaged
 * first page, which SQLite reports alike, can be told apart.
 * The salt is asked of SQLite and never read from the file: closing any descriptor of it would drop this process's locks (POSIX).
 */
function unlock(sqlite: Database.Database, file: string, key: Buffer): Failure | null {
  const fingerprint = createHmac('sha256', key)
    .update('outpost/database/v1')
    .digest('hex')
    .slice(0, 2 * SALT_BYTES)
    .toUpperCase();
  sqlite.pragma("cipher = 'aegis'");
  if (sizeOf(file) === 0) sqlite.pragma(`page_size = ${PAGE_BYTES}`);
  sqlite.pragma(`key = 'raw:${key.toString('hex')}${fingerprint}'`);
  try {
    sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
    return null;
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_NOTADB') throw error;
    const salt = sqlite.pragma('cipher_salt', { simple: true });
    if (salt === PLAIN_SQLITE) return databaseFailure('database-corrupt', file, 'not encrypted, so not an Outpost database');
    return databaseFailure(salt === fingerprint ? 'database-corrupt' : 'database-key-wrong', file);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Settings per connection; each that durability or secrecy rests on is read back. */
function configure(sqlite: Database.Database, readonly: boolean): void {
  if (!readonly) sqlite.pragma('journal_mode = WAL');
  // This build reopens WAL databases with NORMAL, which may lose the last commits in a power cut.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  // macOS: fsync alone leaves data in the drive's cache.
  sqlite.pragma('fullfsync = ON');
  sqlite.pragma('checkpoint_fullfsync = ON');
  sqlite.pragma('foreign_keys = ON');
  // Without it, INSERT OR REPLACE would delete log rows past the triggers.
  sqlite.pragma('recursive_triggers = ON');
  sqlite.pragma('trusted_schema = OFF');
  sqlite.pragma('cell_size_check = ON');
  // Sorting must not write plaintext to temporary files.
  sqlite.pragma('temp_store = MEMORY');
  const wanted: [string, unknown][] = [
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['recursive_triggers', 1],
    ['trusted_schema', 0],
    ['temp_store', 2],
  ];
  for (const [name, value] of wanted) {
    const found = sqlite.pragma(name, { simple: true });
    if (found !== value) throw new Error(`PRAGMA ${name} is ${String(found)}, not ${String(value)}`);
  }
}

/** Cheap look for damage at opening: the log must end where a commit ended. The full search is the log's verification. */
function checkLogEnd(sqlite: Database.Database, file: string): Failure | null {
  const last = sqlite.prepare<[], { root: Buffer | null }>('SELECT root FROM entries ORDER BY seq DESC LIMIT 1').get();
  return last === undefined || last.root !== null ? null : databaseFailure('database-corrupt', file, 'the last entries are missing');
}
