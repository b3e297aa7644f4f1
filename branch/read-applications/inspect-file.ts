/**
 * A file is read once from end to end before any of its rows is decided: what cannot be decoded to its last byte is refused whole,
 * instead of being found out after half of its applications have been stored.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { refuseFile } from './refuse-file.ts';
import { looksLikeWindows1252 } from './windows-1252.ts';

const CHUNK = 1 << 20;

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface InspectedFile {
  path: string;
  encoding: Encoding;
  /** Whether the file starts with a byte order mark. */
  marked: boolean;
  bytes: number;
  /** Line feeds in it: how long it is, for showing progress. */
  lines: number;
  /** Lower-case hexadecimal SHA-256 of the bytes: names the batch, so that the same file is never decided twice. */
  sha256: string;
}

/**
 * Finds out how a file is encoded and its digest.
 * @throws Failed `file-unreadable` (missing, a directory, no permission) or `file-malformed` (binary, ambiguous encoding, empty)
 */
export async function inspectFile(path: string): Promise<InspectedFile> {
  const bytes = await sizeOf(path);
  const file = await openForReading(path);
  try {
    const start = Buffer.alloc(Math.min(bytes, 65_536));
    await file.read(start, 0, start.length, 0);
    refuseForeignFormats(path, start);
    const marked = encodingByMark(start);
    const hash = createHash('sha256');
    const decoder = new TextDecoder(marked ?? 'utf-8', { fatal: true });
    let decodes = true;
    let lines = 0;
    for await (const chunk of chunksOf(file)) {
      hash.update(chunk);
      lines += countLines(chunk);
      if (decodes) decodes = canDecode(decoder, chunk);
    }
    const whole = decodes && canDecode(decoder, null);
    const encoding = whole ? (marked ?? 'utf-8') : await otherEncoding(path, file, marked);
    return { path, encoding, marked: marked !== null, bytes, lines, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) throw refuseFile('file-unreadable', path, 'this is a folder, not a file.', 'Name the files in it one by one.');
  if (!found.isFile()) throw refuseFile('file-unreadable', path, 'this is not an ordinary file.', 'Save the applications to a file first.');
  if (found.size === 0)
    throw refuseFile('file-malformed', path, 'the file is empty.', 'Export it again and look at it before you pass it on.');
  return found.size;
}

async function openForReading(path: string): Promise<FileHandle> {
  return await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
}

function unreadable(path: string, error: NodeJS.ErrnoException) {
  if (error.code === 'ENOENT') return refuseFile('file-unreadable', path, 'there is no such file.', 'Check the path and the name.');
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return refuseFile('file-unreadable', path, 'the file may not be read by this user.', 'Ask for the right to read it.');
  return refuseFile(
    'file-unreadable',
    path,
    `the file cannot be read (${error.code ?? 'unknown error'}).`,
    'Copy it to this PC and try again.',
  );
}

/** Every chunk of the file from its start; the buffer is used again for the next one. */
export async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(CHUNK);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

function encodingByMark(start: Buffer): Encoding | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return null;
}

function canDecode(decoder: TextDecoder, chunk: Buffer | null): boolean {
  try {
    if (chunk === null) decoder.decode();
    else decoder.decode(chunk, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function otherEncoding(path: string, file: FileHandle, marked: Encoding | null): Promise<Encoding> {
  const next = 'Save it as UTF-8 (in a spreadsheet: "CSV UTF-8") and try again.';
  if (marked !== null) throw refuseFile('file-malformed', path, `its first bytes say ${marked.toUpperCase()}, and the rest is not.`, next);
  if (await looksLikeWindows1252(chunksOf(file))) return 'windows-1252';
  throw refuseFile(
    'file-malformed',
    path,
    'its letters are neither UTF-8 nor certainly Windows-1252, so names could be read wrongly.',
    next,
  );
}

const FOREIGN: readonly (readonly [magic: string, name: string])[] = [
  ['504b0304', 'a ZIP archive or a workbook (.xlsx)'],
  ['d0cf11e0', 'an old Excel workbook (.xls)'],
  ['25504446', 'a PDF document'],
  ['1f8b', 'a gzip archive'],
  ['28b52ffd', 'a Zstandard archive'],
  ['53514c69746520666f726d6174', 'a SQLite database'],
  ['89504e47', 'a picture'],
];

function refuseForeignFormats(path: string, start: Buffer): void {
  const next = 'Save the applications as CSV or JSON and try again.';
  const hex = start.subarray(0, 16).toString('hex');
  for (const [magic, name] of FOREIGN)
    if (hex.startsWith(magic)) throw refuseFile('file-malformed', path, `this is ${name}, not a text file.`, next);
  if (encodingByMark(start)?.startsWith('utf-16') === true) return;
  let zeros = 0;
  let controls = 0;
  for (const byte of start) {
    if (byte === 0) zeros += 1;
    else if (byte < 9 || (byte > 13 && byte < 32)) controls += 1;
  }
  // UTF-16 of Latin text has a zero in every second byte.
  if (zeros > start.length / 4)
    throw refuseFile(
      'file-malformed',
      path,
      'this is a binary file, or UTF-16 without a byte order mark.',
      'Save it as UTF-8 and try again.',
    );
  if (zeros + controls > start.length / 100 + 3) throw refuseFile('file-malformed', path, 'this is a binary file, not text.', next);
}
