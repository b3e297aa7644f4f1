/** stdout carries data and nothing else; everything that is said to a person goes to stderr. */
import { writeSync } from 'node:fs';
import type { Failure } from '../contract/failure.ts';

const STDOUT = 1;

/** The reader of our output has gone (`| head`): there is nobody left to tell. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Writes data in full before it returns, so that a row that has been seen is a row that has been stored.
 * @throws OutputClosed
 */
export function printData(text: string, fd: number = STDOUT): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new OutputClosed();
      // A pipe that is full and was set to non-blocking by its other end: wait for the reader.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export function printJson(value: unknown): void {
  printData(`${JSON.stringify(value, null, 2)}\n`);
}

export function sayFailure(failure: Failure): void {
  say(`outpost: ${failure.happened}`);
  for (const complaint of Object.values(failure.fields ?? {})) say(`  - ${complaint}`);
  if (failure.safe !== '') say(`What is safe: ${failure.safe}`);
  if (failure.next !== '') say(`What to do:   ${failure.next}`);
}
