/** One hand at a time in the working folder: two that publish at once could leave a timestamp that points to the other's snapshot. */
import { join } from 'node:path';
import { lockFolder } from '../folder-lock.ts';
import { unfinished } from './refuse.ts';

/** @throws Failed `repository-unfinished` while another program works in the folder; otherwise as `work` */
export async function withLock<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  const file = join(folder, 'in-use');
  const release = lockFolder(file);
  if (release === null)
    throw unfinished('Another program is working in this repository.', `Wait for it. If there is none, delete ${file}.`, { path: file });
  try {
    return await work();
  } finally {
    release();
  }
}
