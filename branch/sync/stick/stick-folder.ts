/** Files on a stick: written whole or not at all, read back before they are called written, and never one of somebody else's touched. */
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../../contract/failure.ts';
import { STICK_FOLDER } from '../../../contract/sync.ts';

/** Of a file that is read from a stick: nothing of ours is larger. Bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** `outpost-sync/<log>` on it. */
export function folderOf(stick: string, log: string): string {
  return join(stick, STICK_FOLDER, log);
}

/** The stick itself must be there: a folder that is made in the place of one that was pulled out would swallow what is written. @throws Failed stick-unreadable */
export function requireStick(stick: string): void {
  try {
    if (lstatSync(stick).isDirectory()) return;
  } catch (error) {
    throw unreadable(stick, codeOf(error), error);
  }
  throw unreadable(stick, 'not a folder');
}

/**
 * @returns false where the very same bytes are there already
 * @throws Failed stick-unreadable, with nothing under the name that was not there before
 */
export function writeWhole(folder: string, name: string, bytes: Uint8Array): boolean {
  const file = join(folder, name);
  const unfinished = `${file}.unfinished`;
  try {
    if (readIfThere(file)?.equals(bytes) === true) return false;
    mkdirSync(folder, { recursive: true });
    // What an earlier try left under this name was ours.
    rmSync(unfinished, { force: true });
    const fd = openSync(unfinished, 'wx', 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // A stick that wears out takes what it does not give back.
    if (!readFileSync(unfinished).equals(bytes)) throw unreadable(file, 'what was written reads back otherwise');
    renameSync(unfinished, file);
    syncFolder(folder);
    return true;
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw unreadable(file, codeOf(error), error);
  }
}

/** Names in a folder that match, in order; none where it is not there. @throws Failed stick-unreadable */
export function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw unreadable(folder, codeOf(error), error);
  }
}

/** null: no plain file of a size that ours have, or the stick does not give it. */
export function readFileOf(folder: string, name: string): Buffer | null {
  try {
    const file = join(folder, name);
    const stat = lstatSync(file);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(file) : null;
  } catch (error) {
    codeOf(error);
    return null;
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Not every system can (Windows), nor every stick. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return code;
}

function unreadable(path: string, why: string, cause?: unknown): Failed {
  const isFull = why === 'ENOSPC';
  return new Failed(
    {
      kind: 'stick-unreadable',
      happened: isFull ? `The stick is full (${path}).` : `The stick cannot be used: ${path} (${why}).`,
      safe: 'Nothing is lost: every entry stays in this PC’s log until head office has countersigned it, and afterwards too.',
      next: isFull
        ? 'Take a larger stick, or make room on this one. What was written before stays good.'
        : 'Put the stick in again and name its topmost folder, or take another.',
      facts: { path },
    },
    { cause },
  );
}
