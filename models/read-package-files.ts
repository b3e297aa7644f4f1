/**
 * A package's bytes, from a directory or a `.zip` archive, wholly in memory: nothing is ever unpacked to disk, so a path in an
 * archive can write nowhere. Everything that is not a plain file at a plain relative path is refused.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../contract/failure.ts';
import { MAX_COMPRESSION_RATIO, MAX_DEPTH, MAX_FILES, MAX_PACKAGE_BYTES, RATIO_FREE_BYTES } from './limits.ts';
import { malformed, unsafe } from './package-failure.ts';

/** Contents by path with forward slashes. */
export type PackageFiles = Map<string, Uint8Array>;

/** The same form as the manifest's `files`: no `..`, no leading slash, no backslash, no hidden files, no drive letters. */
const PLAIN_PATH = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** @throws Failed (`file-unreadable`, `model-package-malformed`, `model-package-unsafe`) */
export async function readPackageFiles(path: string): Promise<PackageFiles> {
  let real: string;
  let isDirectory: boolean;
  try {
    real = realpathSync.native(path);
    isDirectory = statSync(real).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
  return isDirectory ? readDirectory(real) : await readArchive(real);
}

function readDirectory(root: string): PackageFiles {
  const files: PackageFiles = new Map();
  let total = 0;
  const visit = (directory: string, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw unsafe(prefix, 'directories are nested too deep');
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`;
      if (entry.isSymbolicLink()) throw unsafe(path, 'is a symbolic link; a package holds its files itself');
      if (entry.isDirectory()) visit(join(directory, entry.name), `${path}/`, depth + 1);
      else if (!entry.isFile()) throw unsafe(path, 'is neither a file nor a directory');
      else {
        checkPath(path);
        const bytes = readFileUpTo(join(directory, entry.name), path, MAX_PACKAGE_BYTES - total);
        total += bytes.length;
        files.set(path, bytes);
        if (files.size > MAX_FILES) throw unsafe(path, `there are more than ${MAX_FILES} files`);
      }
    }
  };
  try {
    visit(root, '', 0);
  } catch (error) {
    throw error instanceof Failed ? error : unreadable(root, error);
  }
  return files;
}

/**
 * O_NOFOLLOW and O_NONBLOCK: a link or a pipe put there after the listing is refused instead of followed or waited for. Read without waiting
 * for threads: a package is a few small files, and a start waits for nothing else meanwhile.
 */
function readFileUpTo(file: string, shown: string, limit: number): Uint8Array {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = fstatSync(descriptor);
    if (size > limit) throw unsafe(shown, 'is larger than a package may be');
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const bytesRead = readSync(descriptor, bytes, at, size - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    closeSync(descriptor);
  }
}

async function readArchive(path: string): Promise<PackageFiles> {
  let archive: Uint8Array;
  try {
    archive = readFileUpTo(path, 'the archive', MAX_PACKAGE_BYTES);
  } catch (error) {
    throw error instanceof Failed ? error : unreadable(path, error);
  }
  const { crc32, inflateRawSync } = await import('node:zlib');
  const { listMembers } = await import('./archive-members.ts');
  const files: PackageFiles = new Map();
  let total = 0;
  for (const { name, isDeflated, size, packed, crc32: expected } of listMembers(archive, 2 * MAX_FILES)) {
    if (name.endsWith('/') && PLAIN_PATH.test(name.slice(0, -1))) continue;
    checkPath(name);
    if (files.has(name)) throw unsafe(name, 'is in the archive twice');
    total += size;
    if (files.size >= MAX_FILES) throw unsafe(name, `there are more than ${MAX_FILES} files`);
    if (total > MAX_PACKAGE_BYTES) throw unsafe(name, 'the archive unpacks to more than a package may be');
    if (size > RATIO_FREE_BYTES && size > packed.length * MAX_COMPRESSION_RATIO)
      throw unsafe(name, 'is compressed so much that it looks like a decompression bomb');
    const bytes = isDeflated ? inflated(name, packed, size, inflateRawSync) : packed.slice();
    if (bytes.length !== size || crc32(bytes) !== expected) throw malformed(name, 'is damaged: its checksum in the archive is another one');
    files.set(name, bytes);
  }
  return files;
}

/** Never more than was said: what a stream unpacks to beyond its declared size is not unpacked. */
function inflated(name: string, packed: Uint8Array, size: number, inflate: typeof import('node:zlib').inflateRawSync): Uint8Array {
  try {
    return new Uint8Array(inflate(packed, { maxOutputLength: Math.max(1, size) }));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw malformed(name, `cannot be unpacked from the archive (${String(error.code)})`);
  }
}

function checkPath(path: string): void {
  if (path.length > 200 || !PLAIN_PATH.test(path))
    throw unsafe(JSON.stringify(path.slice(0, 200)), 'is not a plain relative path of letters, digits, dots, dashes and underscores');
}

function unreadable(path: string, error: unknown): Failed {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return new Failed({
    kind: 'file-unreadable',
    happened: `The model package at ${path} cannot be read (${code}).`,
    safe: 'Nothing was changed.',
    next: 'Check the path and that you may read it: a package is a directory or a .zip file.',
    facts: { path, code },
  });
}
