/** `outpost headoffice serve` as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../../build/root.ts';

export interface Served {
  base: string;
  pid: number;
  stop(): Promise<void>;
}

/** @param folder with head office's keys @param database null: the embedded engine @param flags of Node */
export async function serve(folder: string, database: string | null, flags: readonly string[] = []): Promise<Served> {
  const args = ['headoffice', 'serve', '--folder', folder, '--host', '127.0.0.1', '--port', '0', '--fleet', 'off', '--log-level', 'silent'];
  const { OUTPOST_DATABASE: _, ...env } = process.env;
  const child = spawn(process.execPath, [...flags, '--disable-warning=ExperimentalWarning', join(ROOT, 'cli/main.ts'), ...args], {
    env: { ...env, ...(database === null ? {} : { OUTPOST_DATABASE: database }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const base = await addressOf(child);
  return {
    base,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /listens at (http:\/\/\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(said)));
  });
}
