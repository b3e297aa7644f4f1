/** Starting processes and timing them. */
import { spawn } from 'node:child_process';

export interface Ran {
  stdout: string;
  /** From the launch to the first byte on stdout; NaN where none came. */
  firstByteMs: number;
  /** From the launch to the end. */
  totalMs: number;
}

/** Runs a program to its end. @throws Error when it fails, with what it said */
export async function launch(program: string, args: readonly string[], accepted: readonly number[] = [0]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let firstByteMs = Number.NaN;
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') firstByteMs = performance.now() - start;
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const totalMs = performance.now() - start;
  if (!accepted.includes(code ?? -1)) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}: ${stderr.slice(-2000)}`);
  return { stdout, firstByteMs, totalMs };
}
