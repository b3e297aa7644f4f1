import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Prefix of a folder in memory where the system has such a disk: thousands of runs write, and none of it is to be kept. */
export function diskInMemory(): string {
  return join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'outpost-chaos-');
}
