/**
 * A restored folder takes the place of a new one that it was built in, whose content is kept beside it. It is many renamings, and each state
 * between them has a name of its own, so that a crash delays it to the next start and mixes nothing.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../../db/durable-folders.ts';
import { lockFolder } from '../../db/writer-lock.ts';
import { DATABASE_FILE, KEY_FILE } from '../data-folder.ts';
import { EXPORTS } from '../exports-folder.ts';

/** In the data folder: while it is built; whole, to take the place; while it moves in, everything else having moved out. */
export const BUILT = 'restored.unfinished';
export const READY = 'restored.ready';
const MOVING_IN = 'restored.moving-in';
const MOVING_OUT = 'before-restore.moving-out';

/** What makes a data folder. Whatever else is in it, the shell's own files for one, stays. */
const OWN = [
  DATABASE_FILE,
  ...['-wal', '-shm', '-journal'].map((ending) => DATABASE_FILE + ending),
  KEY_FILE,
  'models',
  'policies',
  'products',
  EXPORTS,
];

/** Whether a restored folder is about to become this one, however little of it is in its place yet. */
export function isTakingPlace(dataDir: string): boolean {
  return [READY, MOVING_IN].some((name) => existsSync(join(dataDir, name)));
}

/** To be called before a data folder is opened for work. Where another program has it, that one is not disturbed. */
export function takePlace(dataDir: string): void {
  const has = (name: string) => existsSync(join(dataDir, name));
  if (!has(BUILT) && !isTakingPlace(dataDir)) return;
  const locked = lockFolder(join(dataDir, DATABASE_FILE));
  if ('failure' in locked) return;
  try {
    // Cut off while it was built: it never became anything.
    rmSync(join(dataDir, BUILT), { recursive: true, force: true });
    if (has(READY)) {
      moveOut(dataDir);
      rename(dataDir, READY, MOVING_IN);
    }
    if (has(MOVING_IN)) moveIn(dataDir);
  } finally {
    locked.lock.close();
  }
}

function moveOut(dataDir: string): void {
  const out = join(dataDir, MOVING_OUT);
  const left = OWN.filter((name) => existsSync(join(dataDir, name)));
  if (left.length > 0) mkdirSync(out, { recursive: true, mode: 0o700 });
  for (const name of left) renameSync(join(dataDir, name), join(out, name));
  if (!existsSync(out)) return;
  syncFolder(out);
  let n = 1;
  while (existsSync(join(dataDir, `before-restore-${n}`))) n++;
  rename(dataDir, MOVING_OUT, `before-restore-${n}`);
}

function moveIn(dataDir: string): void {
  const from = join(dataDir, MOVING_IN);
  for (const name of readdirSync(from)) {
    // The lock that is held now.
    if (name === `${DATABASE_FILE}-lock`) rmSync(join(from, name));
    else renameSync(join(from, name), join(dataDir, name));
  }
  syncFolder(dataDir);
  rmdirSync(from);
  syncFolder(dataDir);
}

function rename(dataDir: string, from: string, to: string): void {
  renameSync(join(dataDir, from), join(dataDir, to));
  syncFolder(dataDir);
}
