import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const ROOM_BYTES = 512 * 1024 * 1024;

/** Where many short-lived files are best made: in memory where that is large enough, since a sync costs nothing there. */
export function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > ROOM_BYTES ? '/dev/shm' : tmpdir();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return tmpdir();
  }
}
