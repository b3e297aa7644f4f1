/** Speaking to the preloaded recorder (record-io.c) from inside the program under test. */
import { closeSync, openSync, readFileSync } from 'node:fs';

const CONTROL = '/outpost-io';
const ERRNO = { EIO: 5, ENOSPC: 28 } as const;

export interface Fault {
  on: 'write' | 'sync';
  /** The how-manieth call from now on fails, from 1; 0: none. */
  at: number;
  error: keyof typeof ERRNO;
  /** Whether all later ones fail too. */
  lasting: boolean;
}

/** Puts into the record, at this place, that somebody was told `text`. */
export function acknowledge(text: string): void {
  closeSync(openSync(`${CONTROL}/acknowledge/${text}`, 'r'));
}

/** Lets a coming call fail, and counts from nothing again. */
export function letFail({ on, at, error, lasting }: Fault): void {
  closeSync(openSync(`${CONTROL}/fail/${on}/${at}/${ERRNO[error]}/${lasting ? 1 : 0}`, 'r'));
}

/** Calls since the last `letFail`, and how many of them were made to fail. */
export function countCalls(): { writes: number; syncs: number; failed: number } {
  const [writes = 0, syncs = 0, failed = 0] = readFileSync(`${CONTROL}/counts`, 'utf8').split(' ').map(Number);
  return { writes, syncs, failed };
}
