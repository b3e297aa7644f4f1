/**
 * After an erasure is committed: traces in old pages, the write-ahead log and exported files are removed. Until that is done the settings remember it,
 * so that a crash or a full disk in between delays it to the next start and never loses it.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { syncFolder } from '../../db/durable-folders.ts';
import { databaseBytes, emptyWal, overwriting, rebuildPages } from '../../db/erasure.ts';
import type { Reader, Writer } from '../../db/handle.ts';
import { dropSetting, getSetting, putSettings } from '../../db/settings.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';
import { BACKUP_ENDING, EXPORTS, removeCutOff } from '../exports-folder.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { namesAnyOf } from './search-file.ts';

/** Writing every page anew holds the whole program; more than this takes longer than the desktop lets its service be silent. */
const MOST_BYTES_AT_WORK = 256 * 2 ** 20;

export interface CleanedUp {
  /** false: the rest is done at the next start. */
  isClean: boolean;
  /** Exports that held the person's identity in the clear, and are gone. */
  deleted: string[];
  /** Backups in the exports: made before, they hold the keys still, for whoever has the recovery key. To be replaced by a new one. */
  backupsBefore: string[];
}

/** Only inside the transaction that erases. */
export function noteCleanUp(writer: Writer, entries: readonly number[]): void {
  const all = new Set([...(pendingCleanUp(writer) ?? []), ...entries]);
  putSettings(writer, { 'erasure.cleanup': canonicalise([...all].sort((a, b) => a - b)) });
}

/** Entries whose erasure has still to be cleaned up after; null: nothing is left to do. */
export function pendingCleanUp(reader: Reader): number[] | null {
  const text = getSetting(reader, 'erasure.cleanup');
  return text === null ? null : ((parseCanonical(Buffer.from(text))?.value as number[] | undefined) ?? []);
}

/** @param when `at work` leaves to the next start what would hold a person up. @throws Failed disk-error, database-corrupt */
export function cleanUp(log: BranchLog, when: 'at work' | 'at the start'): CleanedUp {
  const { db } = log;
  const entries = pendingCleanUp(db);
  const folder = join(log.directory, EXPORTS);
  // A backup that a crash cut off opens with this folder's own key, and has the keys of everybody who was named then.
  if (entries !== null && existsSync(folder)) removeCutOff(folder);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const backupsBefore = files.filter((name) => name.endsWith(BACKUP_ENDING));
  if (entries === null) return { isClean: true, deleted: [], backupsBefore };
  const { deleted, areAllGone } = deleteIdentities(folder, files, entries);
  const arePagesClean = overwriting(db, () => {
    const isEmpty = emptyWal(db);
    if (when === 'at work' && databaseBytes(db) > MOST_BYTES_AT_WORK) return false;
    return rebuildPages(db) && emptyWal(db) && isEmpty;
  });
  const isClean = arePagesClean && areAllGone;
  if (isClean) dropSetting(db, 'erasure.cleanup');
  return { isClean, deleted, backupsBefore };
}

/** Bundles with an identity of these entries in the clear, also those that a crash left half-written. */
function deleteIdentities(
  folder: string,
  files: readonly string[],
  entries: readonly number[],
): { deleted: string[]; areAllGone: boolean } {
  const names = entries.map((seq) => `identities/${seq}.json`);
  const deleted: string[] = [];
  let areAllGone = true;
  for (const file of files.filter((name) => /\.zip\b/.test(name))) {
    const path = join(folder, file);
    if (!namesAnyOf(path, names)) continue;
    try {
      rmSync(path);
      deleted.push(file);
    } catch (error) {
      // Another program has it open (Windows): the next start tries again.
      if (!(error instanceof Error && 'code' in error)) throw error;
      areAllGone = false;
    }
  }
  if (deleted.length > 0) syncFolder(folder);
  return { deleted, areAllGone };
}

/** What an erasure of an earlier run has left to do. A folder whose disk is full opens all the same. */
export function finishErasures(log: BranchLog): void {
  if (pendingCleanUp(log.db) === null) return;
  try {
    cleanUp(log, 'at the start');
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.kind !== 'disk-full') throw error;
  }
}
