/** One instance per user data folder; a second one leaves its command line with the first. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param onSecond called with another instance's command line and working directory
 * @returns whether this is the first instance
 */
export function claimInstance(userData: string, onSecond: (argv: string[], cwd: string) => void): boolean {
  const folder = join(userData, 'stand-in-instance');
  const holder = join(folder, 'pid');
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(holder, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(holder, 'utf8'));
    if (pid > 0 && isAlive(pid)) {
      leaveWord(folder);
      return false;
    }
    // The holder died without tidying up.
    writeFileSync(holder, String(process.pid));
  }
  const watcher = watch(folder, () => {
    for (const name of readdirSync(folder).filter((file) => file.startsWith('second-'))) {
      const { argv, cwd } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { argv: string[]; cwd: string };
      rmSync(join(folder, name));
      onSecond(argv, cwd);
    }
  });
  watcher.unref();
  process.on('exit', () => rmSync(holder, { force: true }));
  return true;
}

function leaveWord(folder: string): void {
  const unfinished = join(folder, `.${process.pid}`);
  writeFileSync(unfinished, JSON.stringify({ argv: process.argv, cwd: process.cwd() }));
  renameSync(unfinished, join(folder, `second-${process.pid}.json`));
}
