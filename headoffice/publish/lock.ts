/** One hand at a time in the working folder: two that publish at once could leave a timestamp that points to the other's snapshot. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { unfinished } from './refuse.ts';

/** @throws Failed `repository-unfinished` while another program works in the folder; otherwise as `work` */
export async function withLock<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  const file = join(folder, 'in-use');
  take(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): void {
  for (;;) {
    try {
      const fd = openSync(file, 'wx');
      writeSync(fd, `${process.pid} ${hostname()}`);
      closeSync(fd);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!wasLeft(file))
      throw unfinished('Another program is working in this repository.', `Wait for it. If there is none, delete ${file}.`, { path: file });
    rmSync(file, { force: true });
  }
}

/** Whether whoever took it, on this machine, has ended without giving it back. */
function wasLeft(file: string): boolean {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const [pid, host] = text.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
