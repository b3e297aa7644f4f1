/** Reading files that somebody else wrote: which names, how many, how large. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { Malformed } from './report.ts';

export const MAX_FILES = 1_000_000;
/** Plain relative paths with forward slashes: no `..`, no leading slash, no backslash, no NUL, no drive, no hidden file. */
const PLAIN_PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

export interface Source {
  /** Bytes of each file by path. */
  sizes: ReadonlyMap<string, number>;
  /** The whole file, at most `limit` bytes. Throws `Malformed`. */
  read(path: string, limit: number): Buffer;
  close(): void;
}

/** Throws `Malformed` for a name that no bundle has. */
export function checkPath(path: string): void {
  if (!PLAIN_PATH.test(path) || path.length > 400) throw new Malformed(`the file name ${JSON.stringify(path)} is not allowed in a bundle`);
}

/** Reads a file that must be a plain one of at most `limit` bytes: no link, no pipe. */
export function readPlainFile(path: string, limit: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size, ...found } = fstatSync(file);
    if (!lstatSync(path).isFile() || (found.mode & constants.S_IFMT) !== constants.S_IFREG)
      throw new Malformed(`${path} is not a plain file`);
    if (size > limit) throw new Malformed(`${path} is larger than the ${limit} bytes it may have`);
    return readAt(file, 0, size, path);
  } finally {
    closeSync(file);
  }
}

/** Exactly `length` bytes from `start`; throws `Malformed` when they are not there. */
export function readAt(file: number, start: number, length: number, what: string): Buffer {
  const bytes = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const count = readSync(file, bytes, at, length - at, start + at);
    if (count === 0) throw new Malformed(`${what} ends too early`);
    at += count;
  }
  return bytes;
}
