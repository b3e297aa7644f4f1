/**
 * A data folder from a backup: built under an unfinished name, verified to the last byte, put under this PC's protection and into an epoch of its
 * own, and only then given its name. A crash leaves the whole folder or none.
 */
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Failed, type Failure } from '../../contract/failure.ts';
import { databaseFailure, failureOfError } from '../../db/database-failures.ts';
import { makeDurableFolder, syncFolder } from '../../db/durable-folders.ts';
import { overwriting } from '../../db/erasure.ts';
import { closeDatabase, type Writer } from '../../db/handle.ts';
import { getLogState } from '../../db/log-entries.ts';
import { openReader, openWriter } from '../../db/open-database.ts';
import { forgetPc } from '../../db/settings.ts';
import { DATABASE_FILE, KEY_FILE } from '../data-folder.ts';
import { cleanUp } from '../erasure/clean-up.ts';
import { eraseAgain } from '../erasure/erase-again.ts';
import { type Protection, protectKey } from '../keys/key-file.ts';
import { writeDurably } from '../keys/write-key-file.ts';
import type { Clock } from '../log/branch-log.ts';
import { beginEpoch } from '../log/epochs.ts';
import { openLog } from '../log/open-log.ts';
import { verifyLog } from '../log/verify-log.ts';
import { hasAccounts } from '../people/accounts.ts';
import { endLeftSessions } from '../people/sessions.ts';
import { UNFINISHED } from '../unfinished-file.ts';
import { codeVersions } from '../versions.ts';
import { activatedPaths } from './artefact-files.ts';
import { extractBackup } from './extract.ts';
import { findMachine } from './machine.ts';
import { settleIn } from './place.ts';
import { backupUnreadable, type OpenedBackup, openBackup } from './read-backup.ts';

export interface RestoreRequest {
  /** The backup. */
  file: string;
  /** As it was written down. */
  recoveryKey: string;
  /** Applications erased after the backup was made. */
  erased: readonly string[];
  /** Of the restored folder's key, on this PC. */
  protection: Protection;
  clock: Clock;
  /** As in `BranchOptions`. */
  machine?: string;
}

export interface Restored {
  /** When the backup was made, RFC 3339. */
  made: string;
  /** Entries that were in it. */
  size: number;
  /** Of the epoch that begins with the restoring. */
  origin: string;
  erasedAgain: number;
  hasAccounts: boolean;
}

/**
 * Restores into a folder that is not there yet, or empty.
 * @throws Failed `usage` (something is there), `backup-unreadable`, `recovery-key-wrong`, `database-newer`, `log-tampered`, `log-malformed`, disk-full,
 * disk-error, with nothing at the target
 */
export async function restoreBackup(target: string, request: RestoreRequest): Promise<Restored> {
  const to = resolve(target);
  requireFree(to);
  const opened = await openBackup(request.file, request.recoveryKey);
  const unfinished = join(dirname(to), basename(to) + UNFINISHED);
  return await building(opened, unfinished, request, async (restored) => {
    requireFree(to);
    // Windows renames onto nothing, also where that is empty.
    if (existsSync(to)) rmdirSync(to);
    await rename(unfinished, to);
    syncFolder(dirname(to));
    return restored;
  });
}

/** Builds the folder, has `finish` name it, and takes away what was not named. */
export async function building<T>(
  opened: OpenedBackup,
  unfinished: string,
  request: RestoreRequest,
  finish: (restored: Restored) => Promise<T>,
): Promise<T> {
  let isOurs = false;
  try {
    makeDurableFolder(dirname(unfinished));
    makeOnce(unfinished);
    isOurs = true;
    await extractBackup(opened, request.file, unfinished);
    const restored = await bringToLife(opened, unfinished, request);
    syncFolder(unfinished);
    return await finish(restored);
  } catch (error) {
    if (isOurs) await rm(unfinished, { recursive: true, force: true });
    throw asFailure(error, unfinished);
  } finally {
    await opened.handle.close();
  }
}

/** From here on it is a data folder, which no program has opened before. */
async function bringToLife({ manifest, key }: OpenedBackup, folder: string, request: RestoreRequest): Promise<Restored> {
  const keyFile = join(folder, KEY_FILE);
  writeDurably(keyFile, manifest.key);
  await protectKey(keyFile, key, request.protection);
  const database = join(folder, DATABASE_FILE);
  const opened = openWriter(database, key);
  if ('failure' in opened) throw opened.failure.kind === 'database-corrupt' ? damaged(request.file) : new Failed(opened.failure);
  const { db } = opened;
  try {
    await verify(db, key, request.file);
    const { size, root } = getLogState(db);
    if (size !== manifest.size || root?.toString('base64') !== manifest.root) throw damaged(request.file);
    const held = new Set(manifest.files.map(({ path }) => path));
    if ([...activatedPaths(db)].some((path) => !held.has(path))) throw backupUnreadable(request.file, 'an artefact is missing in it');
    // Where it stood, and what was found out about models on that PC's processor.
    forgetPc(db);
    const log = openLog({ db, directory: folder, clock: request.clock, code: codeVersions });
    // The key before signs for the folder that the backup was made of.
    overwriting(db, () => beginEpoch(log, 'restored'));
    settleIn(log, request.machine ?? findMachine());
    endLeftSessions({ log, tellChange: () => {} });
    const erasedAgain = eraseAgain(log, request.erased);
    cleanUp(log, 'at the start');
    return { made: manifest.made, size, origin: log.origin, erasedAgain, hasAccounts: hasAccounts(db) };
  } finally {
    closeDatabase(db);
  }
}

/** Everything again from the stored bytes: no new epoch vouches for entries that do not hold. */
async function verify({ file: database }: Writer, key: Buffer, file: string): Promise<void> {
  const opened = openReader(database, key);
  if ('failure' in opened) throw new Failed(opened.failure);
  try {
    for await (const step of verifyLog(opened.db)) {
      if (step.step !== 'report') continue;
      const { verdict, findings } = step.report;
      if (verdict === 'tampered') throw new Failed(doesNotVerify('log-tampered', file, findings[0]?.message));
      if (verdict === 'malformed') throw new Failed(doesNotVerify('log-malformed', file, findings[0]?.message));
    }
  } finally {
    closeDatabase(opened.db);
  }
}

const NOTHING = 'Nothing was restored and nothing was changed.';

function damaged(file: string): Failed {
  return backupUnreadable(file, 'the database in it is damaged');
}

function doesNotVerify(kind: 'log-tampered' | 'log-malformed', file: string, finding = ''): Failure {
  return {
    kind,
    happened: `The log in ${file} does not verify. ${finding}`.trim(),
    safe: NOTHING,
    next: 'Keep this backup as evidence, and restore an older one.',
    facts: { path: file },
  };
}

function requireFree(target: string): void {
  if (!existsSync(target)) return;
  let isEmpty = false;
  try {
    isEmpty = readdirSync(target).length === 0;
  } catch (error) {
    // A file, or a folder that is not this user's.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  if (isEmpty) return;
  throw new Failed({
    kind: 'usage',
    happened: `${target} is there already, and a backup is never restored over anything.`,
    safe: NOTHING,
    next: 'Name a new folder, or move that one away first.',
    facts: { path: target },
  });
}

/** Of two that restore to one place, one is refused. */
function makeOnce(unfinished: string): void {
  try {
    mkdirSync(unfinished, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Failed({
      kind: 'usage',
      happened: `${unfinished} is there already.`,
      safe: NOTHING,
      next: 'Another program restores there, or one was cut off: then remove it.',
      facts: { path: unfinished },
    });
  }
}

/** What the system says of writing, as what it means. */
function asFailure(error: unknown, folder: string): unknown {
  const failure = error instanceof Failed ? error.failure : failureOfError(error, folder);
  if (failure !== null && (failure.kind === 'disk-full' || failure.kind === 'disk-error')) {
    const next = failure.kind === 'disk-full' ? 'Free space there, or restore onto another disk.' : 'Restore onto another disk.';
    return new Failed({ ...databaseFailure(failure.kind, folder), safe: NOTHING, next }, { cause: error });
  }
  return failure === null || error instanceof Failed ? error : new Failed(failure, { cause: error });
}
