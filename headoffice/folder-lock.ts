/** One program at a time in a folder, where what works in it does not see to that itself. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Takes the lock; one that was left by a program of this machine that has ended is taken over.
 * @param file its file, in the folder
 * @returns gives it back; null: another program has it
 */
export function lockFolder(file: string): (() => void) | null {
  for (;;) {
    try {
      const fd = openSync(file, 'wx', 0o600);
      writeSync(fd, `${process.pid} ${hostname()}`);
      closeSync(fd);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!wasLeft(file)) return null;
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
