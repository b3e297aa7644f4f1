/** What can be wrong with the database, in words for a person. */
import type { Failure, FailureKind } from '../contract/failure.ts';

const kept = 'Everything that was acknowledged before is stored.';

const texts: Partial<Record<FailureKind, Pick<Failure, 'happened' | 'safe' | 'next'>>> = {
  'data-folder-missing': {
    happened: 'There is no decision log in this data folder.',
    safe: 'Nothing was changed.',
    next: 'Check the folder, or begin a new one by deciding an application.',
  },
  'data-folder-busy': {
    happened: 'Another program is using this data folder.',
    safe: 'Nothing was changed.',
    next: 'Close the other Outpost window or command, then try again.',
  },
  'database-key-wrong': {
    happened: 'The key does not fit this database.',
    safe: 'The database was not touched.',
    next: 'Give the passphrase of this data folder, or put its own key file back.',
  },
  'database-corrupt': {
    happened: 'The database is damaged.',
    safe: 'It was closed and nothing more is written to it.',
    next: 'Keep the data folder as it is, verify the log, and restore a backup into a new folder.',
  },
  'database-newer': {
    happened: 'The database was made by a newer version of Outpost.',
    safe: 'It was not touched.',
    next: 'Start that version or a later one.',
  },
  'disk-full': {
    happened: 'The disk is full.',
    safe: `The last step was not stored and counts as not done. ${kept}`,
    next: 'Free space on this disk, then try again.',
  },
  'disk-error': {
    happened: 'The disk could not be read or written.',
    safe: `The database was closed. ${kept}`,
    next: 'Close and open Outpost again; if this returns, replace the disk and restore a backup.',
  },
};

/** The failure of this kind about this database file. `detail` is a cause in a few words, never an applicant's data. */
export function databaseFailure(kind: keyof typeof texts, file: string, detail?: string): Failure {
  const text = texts[kind];
  if (text === undefined) throw new TypeError(`no text for ${kind}`);
  return { kind, ...text, facts: detail === undefined ? { file } : { file, detail } };
}

/** What an SQLite result code, or the system's code of a failed file call, means to the program; null: a bug, to be thrown on. */
export function failureOf(code: string, file: string): Failure | null {
  const kind = kindOf(code);
  return kind === null ? null : databaseFailure(kind, file, code);
}

/** What an error of SQLite or of a file call means to the program; null: a bug, to be thrown on. */
export function failureOfError(error: unknown, file: string): Failure | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? failureOf(code, file) : null;
}

function kindOf(code: string): FailureKind | null {
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'database-corrupt';
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM)|^E(IO|ROFS|ACCES|PERM)$/.test(code)) return 'disk-error';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'data-folder-busy';
  return null;
}
