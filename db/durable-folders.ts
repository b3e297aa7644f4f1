/** A name that was made in a folder is on the disk only once the folder itself was synced, whatever was done with the file (POSIX fsync). */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The names made in this folder so far are durable when it returns. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a folder, for this user alone, with those above it that are missing; all their names are durable when it returns. */
export function makeDurableFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let folder = dirname(resolve(path)); folder.length >= above.length; folder = dirname(folder)) {
    syncFolder(folder);
    if (folder === above) return;
  }
}
