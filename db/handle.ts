/**
 * Open databases. Only a `Writer` can write, there is one per data folder, and a function's first argument says which it needs;
 * a `Writer` can be given wherever a `Reader` is asked for.
 */
import Database from 'better-sqlite3';
import { Failed, type Failure } from '../contract/failure.ts';
import { failureOf } from './database-failures.ts';

export interface Reader {
  readonly access: 'reader' | 'writer';
  readonly file: string;
  readonly sqlite: Database.Database;
  /** Statements prepared once, by their text. */
  readonly statements: Map<string, Database.Statement<unknown[], unknown>>;
  /** Set when the database failed in a way after which nothing may be tried on this handle again. */
  stopped: Failure | null;
}

export interface Writer extends Reader {
  readonly access: 'writer';
  /** Holds the data folder's lock while it is open. */
  readonly lock: Database.Database;
}

/** Runs `work` on the database. An expected failure is thrown as `Failed`; after damage or an I/O error the handle is closed for good. */
export function withDatabase<T>(handle: Reader, work: () => T): T {
  if (handle.stopped !== null) throw new Failed(handle.stopped);
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const failure = failureOf(error.code, handle.file);
    if (failure === null) throw error;
    // A second fsync after a failed one can "succeed" with the data lost: so no retry on this handle, ever.
    if (failure.kind === 'disk-error' || failure.kind === 'database-corrupt') stop(handle, failure);
    throw new Failed(failure, { cause: error });
  }
}

function stop(handle: Reader, failure: Failure): void {
  handle.stopped = failure;
  // A connection that is in the middle of a row cannot be closed; `stopped` keeps it from being used.
  if (!isBusy(handle)) handle.sqlite.close();
  if ('lock' in handle) (handle as Writer).lock.close();
}

function isBusy(handle: Reader): boolean {
  return [...handle.statements.values()].some((statement) => statement.busy);
}

/** Closes the handle (and lets the next writer in). Closing twice is no error. */
export function closeDatabase(handle: Reader): void {
  if (handle.sqlite.open) handle.sqlite.close();
  if ('lock' in handle) (handle as Writer).lock.close();
}

/** Nothing can be asked of it any more. */
export function isClosed(handle: Reader): boolean {
  return !handle.sqlite.open;
}

/** The statement of this text, prepared on first use. Call inside `withDatabase`. */
export function statement<Row = unknown>(handle: Reader, sql: string): Database.Statement<unknown[], Row> {
  let found = handle.statements.get(sql);
  if (found === undefined) {
    found = handle.sqlite.prepare<unknown[], unknown>(sql);
    handle.statements.set(sql, found);
  }
  return found as Database.Statement<unknown[], Row>;
}

/**
 * One transaction: all of `work` is durable when this returns, or none of it happened. Called inside another it joins that one:
 * durable when the outer one returns.
 */
export function inTransaction<T>(writer: Writer, work: () => T): T {
  return withDatabase(writer, () => {
    if (writer.sqlite.inTransaction) return work();
    writer.sqlite.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      writer.sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite rolls back by itself after a full disk or an I/O error.
      if (writer.sqlite.inTransaction) writer.sqlite.exec('ROLLBACK');
      throw error;
    }
  });
}

/** A reader's fixed view of the database until `release`, however much is written meanwhile. Not for a writer's own handle. */
export function holdSnapshot(reader: Reader): { release: () => void } {
  if (reader.access !== 'reader') throw new TypeError('a snapshot needs a reader of its own');
  withDatabase(reader, () => reader.sqlite.exec('BEGIN'));
  return {
    release: () => {
      // A statement in the middle of its rows kept it from being closed when it was stopped.
      if (reader.stopped !== null) closeDatabase(reader);
      else if (reader.sqlite.open && reader.sqlite.inTransaction) reader.sqlite.exec('COMMIT');
    },
  };
}
