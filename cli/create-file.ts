import { openSync } from 'node:fs';
import { Failed } from '../contract/failure.ts';

/** A file that is there is somebody's result: it is never written over. */
export function createFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failed({
      kind: 'usage',
      happened: code === 'EEXIST' ? `${path} is there already.` : `${path} cannot be written (${code ?? 'unknown error'}).`,
      safe: 'Nothing was decided and nothing was written over.',
      next: 'Name another file.',
      facts: { path },
    });
  }
}
