/**
 * One writer per data folder. The lock is an exclusive transaction on a small database of its own: the operating system drops it
 * when the process ends, however it ends, and readers of the real database are not shut out.
 */
import Database from 'better-sqlite3';
import type { Failure } from '../contract/failure.ts';
import { databaseFailure, failureOf } from './database-failures.ts';

/** Takes the lock that belongs to this database file; data-folder-busy when another process or handle has it. */
export function lockFolder(file: string): { lock: Database.Database } | { failure: Failure } {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(`${file}-lock`, { timeout: 0 });
    // Nothing is ever written to it, so it needs no journal file.
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return { lock };
  } catch (error) {
    lock?.close();
    const failure = error instanceof Database.SqliteError ? failureOf(error.code, file) : null;
    if (failure === null) throw error;
    return {
      failure: failure.kind === 'database-corrupt' ? databaseFailure('data-folder-busy', file, 'the lock file is not ours') : failure,
    };
  }
}
