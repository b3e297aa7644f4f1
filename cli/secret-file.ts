import { readFileSync } from 'node:fs';
import { Failed } from '../contract/failure.ts';

/** The first line's worth of a file that holds one secret. @param named the option or variable that names the file */
export function readSecretFile(file: string, named: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Failed({
      kind: 'file-unreadable',
      happened: `The passphrase file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
      safe: 'Nothing was changed.',
      next: `Correct ${named}.`,
      facts: { path: file },
    });
  }
}
