/** Compiles the recorder once per test file, and starts programs under it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'outpost-shim-'));
const library = join(folder, 'record-io.so');

function compile(): string | null {
  if (process.platform !== 'linux') return 'calls are recorded on Linux only';
  const source = join(import.meta.dirname, 'record-io.c');
  const made = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-o', library, source, '-ldl', '-lpthread'], { encoding: 'utf8' });
  if (made.status === 0) return null;
  return `gcc could not make the recorder: ${(made.stderr || String(made.error)).split('\n')[0]}`;
}

/** Why no program can be recorded here; null when it can. */
export const whyNoRecorder: string | null = compile();

export function removeRecorder(): void {
  rmSync(folder, { recursive: true });
}

/** Runs a program of this folder's parent under the recorder, to its end. */
export function runRecorded(program: string, args: readonly string[], { below, trace }: { below: string; trace?: string }) {
  const script = join(import.meta.dirname, '..', program);
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LD_PRELOAD: library, RECORD_FOLDER: below, ...(trace === undefined ? {} : { RECORD_TRACE: trace }) },
  });
  if (run.status !== 0) throw new Error(`${program} ended with ${run.status ?? run.signal}: ${run.stderr}`);
  return run.stdout.split('\n').slice(0, -1);
}
