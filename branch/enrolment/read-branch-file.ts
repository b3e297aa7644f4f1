/** The text of a branch file, and the keys that it is held against. */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_BRANCH_FILE_BYTES } from '../../contract/branch-file.ts';
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { LOG_KEY, parseVkey } from '../../ledger/note-keys.ts';
import { lastEnrolment } from './device.ts';
import type { PinnedKeys } from './open-branch-file.ts';

/** In the root of trust of a program that a bank built for itself. */
const SHIPPED = 'head-office.vkey';

/** No more of it is read than a branch file can have. @throws Failed file-unreadable */
export function readBranchFile(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(2 * MOST_BRANCH_FILE_BYTES + 1);
      return bytes.toString('utf8', 0, readSync(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @param trustRoot folder that ships with the program; a file names no key of head office. @throws Failed file-malformed */
export function pinnedKeys(reader: Reader, trustRoot: string): PinnedKeys {
  return { shipped: shippedKey(join(trustRoot, SHIPPED)), before: lastEnrolment(reader)?.headOffice.vkey ?? null };
}

function shippedKey(file: string): string | null {
  if (!existsSync(file)) return null;
  const vkey = readFileSync(file, 'utf8').trim();
  if (parseVkey(vkey)?.type === LOG_KEY) return vkey;
  throw new Failed({
    kind: 'file-malformed',
    happened: `${file} holds no verifier key of a head office.`,
    safe: 'This PC was not enrolled, and nothing was changed.',
    next: 'Install the program again, as the bank gave it out.',
    facts: { path: file },
  });
}

function unreadable(path: string, cause: unknown): Failed {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) throw cause;
  return new Failed(
    {
      kind: 'file-unreadable',
      happened: `The branch file ${path} cannot be read (${code}).`,
      safe: 'This PC was not enrolled, and nothing was changed.',
      next: 'Choose the file that head office issued.',
      facts: { path },
    },
    { cause },
  );
}
