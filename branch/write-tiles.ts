/** The log as a folder of tiles (C2SP tlog-tiles), for other people's tools. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failed } from '../contract/failure.ts';
import { tileFiles } from './evidence/tile-files.ts';
import { checkpointLog } from './log/checkpoint-log.ts';
import type { Branch } from './open-branch.ts';

/**
 * Writes `checkpoint`, `tile/…` and `tile/entries/…` of the log as it is now into a new or empty folder. `tell` hears of the entries written so far.
 * Throws `Failed` usage for a folder with something in it, disk-full, disk-error, log-tampered.
 */
export function writeTiles(branch: Branch, out: string, tell: (done: number, total: number) => void): { size: number; files: number } {
  if (!isEmpty(out)) throw new Failed(notEmpty(out));
  const { size, note } = checkpointLog(branch.log);
  let files = 1;
  let done = 0;
  for (const { path, bytes, entries } of tileFiles(branch.log.db, size, new Set())) {
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
    files += 1;
    done += entries?.length ?? 0;
    tell(done, size);
  }
  // Last, so that a folder with a checkpoint is a complete one.
  writeFileSync(join(out, 'checkpoint'), note, { flag: 'wx', mode: 0o600 });
  return { size, files };
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw new Failed(notEmpty(folder), { cause: error });
  }
}

function notEmpty(folder: string): Failed['failure'] {
  return {
    kind: 'usage',
    happened: `${folder} is not an empty folder.`,
    safe: 'Nothing was written.',
    next: 'Name a folder that is not there yet.',
    facts: { path: folder },
  };
}
