/** Opening a branch's decision log: its key, and its first entry. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { lastCountersigned } from '../../db/countersigned.ts';
import { databaseFailure } from '../../db/database-failures.ts';
import type { Writer } from '../../db/handle.ts';
import { getEntry, getLogState, readFrontier } from '../../db/log-entries.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { type NoteSigner, noteSigner, parseSkey } from '../../ledger/note-keys.ts';
import { appendEntries } from './append-entries.ts';
import type { BranchLog, Clock, CodeVersions } from './branch-log.ts';

export interface LogOptions {
  db: Writer;
  directory: string;
  clock: Clock;
  code: CodeVersions;
}

/**
 * Opens the log in an open database. The first time, it makes the branch's id and log key and appends the genesis entry.
 * Throws `Failed`: database-corrupt when the stored log does not fit together, disk-full, disk-error.
 */
export function openLog({ db, directory, clock, code }: LogOptions): BranchLog {
  const { branch, signer } = identityOf(db);
  const { size, root } = getLogState(db);
  const frontier = root === null ? null : readFrontier(db, size, root);
  if (frontier === null) throw new Failed(databaseFailure('database-corrupt', db.file, 'the entries do not add up to the last root'));
  const last = size === 0 ? null : { wall: wallOf(db, size - 1), mono: null };
  const anchor = lastCountersigned(db)?.sha256 ?? null;
  const log: BranchLog = {
    db,
    directory,
    branch,
    origin: signer.name,
    signer,
    clock,
    code,
    boot: randomUUID(),
    frontier,
    anchor,
    opened: size,
    last,
  };
  if (size === 0) {
    const genesis = { type: 'genesis', actor: 'system', role: 'system', origin: signer.name, vkey: signer.vkey, previous: null } as const;
    appendEntries(log, [{ entry: genesis }]);
  }
  return log;
}

function identityOf(db: Writer): { branch: string; signer: NoteSigner } {
  const branch = getSetting(db, 'branch.id');
  const skey = getSetting(db, 'log.skey');
  if (branch !== null && skey !== null) {
    const signer = parseSkey(skey);
    if (signer === null) throw new Failed(databaseFailure('database-corrupt', db.file, "the log's key cannot be read"));
    return { branch, signer };
  }
  if (getLogState(db).size > 0) throw new Failed(databaseFailure('database-corrupt', db.file, "the log's key is missing"));
  const id = randomBytes(6).toString('hex');
  const made = noteSigner(`outpost.invalid/branch-${id}/epoch-1`, randomBytes(32));
  putSettings(db, { 'branch.id': id, 'log.skey': made.skey });
  return { branch: id, signer: made };
}

function wallOf(db: Writer, seq: number): number {
  const stored = getEntry(db, seq);
  const wall = stored === null ? Number.NaN : parseWall(stored.bytes);
  if (Number.isNaN(wall)) throw new Failed(databaseFailure('database-corrupt', db.file, 'the last entry cannot be read'));
  return wall;
}

function parseWall(bytes: Buffer): number {
  try {
    return Date.parse((JSON.parse(bytes.toString('utf8')) as LogEntry).wall);
  } catch (error) {
    if (error instanceof SyntaxError) return Number.NaN;
    throw error;
  }
}
