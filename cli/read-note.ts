/** A signed note or a receipt from a file, or from stdin. */
import { readFileSync } from 'node:fs';
import { Failed } from '../contract/failure.ts';

const STDIN = 0;

/** @param file `-` for stdin. @throws Failed `file-unreadable` */
export function readNote(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8');
  } catch (error) {
    throw new Failed({
      kind: 'file-unreadable',
      happened: `The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      safe: 'Nothing was changed.',
      next: 'Name the file that you were given.',
      facts: { path: file },
    });
  }
}
