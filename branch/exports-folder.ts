/** The data folder's place for what people take away: evidence bundles and backups. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDurableFolder } from '../db/durable-folders.ts';
import { isBeingWritten, UNFINISHED } from './unfinished-file.ts';

export const EXPORTS = 'exports';
/** How the names of backups end. */
export const BACKUP_ENDING = '.outpost-backup';

/**
 * A name in the exports that nothing has yet, from what it is and when it was made; the folder is made where it is not there.
 * @param now milliseconds since 1970
 */
export function freeExport(dataDir: string, what: string, now: number, ending: string): string {
  const folder = join(dataDir, EXPORTS);
  makeDurableFolder(folder);
  removeCutOff(folder);
  const name = `${what}-${new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const path = (n: number) => join(folder, `${name}${n === 1 ? '' : `-${n}`}${ending}`);
  let n = 1;
  while (existsSync(path(n)) || existsSync(path(n) + UNFINISHED)) n++;
  return path(n);
}

/** What a crash left half-written may hold personal data or keys to it, and will never be finished. */
export function removeCutOff(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.endsWith(UNFINISHED) && !isBeingWritten(path)) rmSync(path);
  }
}
