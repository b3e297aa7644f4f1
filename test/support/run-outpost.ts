/** The headless program as a user starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from './office.ts';

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export function startOutpost(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(REPOSITORY, 'cli/main.ts'), ...args], {
    cwd: REPOSITORY,
    env: { ...process.env, OUTPOST_DATA: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runOutpost(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return await endOf(startOutpost(args, env));
}

export function endOf(child: ChildProcess): Promise<Run> {
  const run: Run = { code: null, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    run.stdout += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    run.stderr += part;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...run, code }));
  });
}
