/** Opening a backup: everything that can be refused is refused before a byte is written anywhere. */
import { timingSafeEqual } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { BackupManifest } from '../../contract/backup.ts';
import { Failed } from '../../contract/failure.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { DATABASE_FILE } from '../data-folder.ts';
import { authenticate } from '../keys/folder-key.ts';
import { openPortable } from '../keys/key-file.ts';
import { codeVersions } from '../versions.ts';
import { isLater, MAC_CONTEXT, readTrailer, TRAILER_BYTES, type Trailer } from './backup-format.ts';

export interface OpenedBackup {
  manifest: BackupManifest;
  /** Of the database. */
  key: Buffer;
  /** The files lie from its first byte on, in the manifest's order. */
  handle: FileHandle;
}

/** Names that Windows keeps for devices, whatever ending they have. */
const DEVICE = /(^|\/)(con|prn|aux|nul|com\d|lpt\d)(\.[^/]*)?(\/|$)/i;

/**
 * Close its handle. What is not yet known afterwards is whether each file's bytes are those that the manifest names.
 * @throws Failed `backup-unreadable`, `database-newer`, `recovery-key-wrong`
 */
export async function openBackup(file: string, recoveryKey: string): Promise<OpenedBackup> {
  const handle = await openPlainFile(file);
  try {
    const { size } = await handle.stat();
    const { text, mac } = await readManifest(handle, size, file);
    const manifest = await parseManifest(text, file);
    const contents = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (contents !== size - text.length - TRAILER_BYTES) throw backupUnreadable(file, 'it holds more or less than it says');
    const opened = openPortable(manifest.key, file, recoveryKey);
    if (opened === null) throw backupUnreadable(file, 'its key file is none');
    if ('failure' in opened) throw new Failed(opened.failure);
    if (!timingSafeEqual(authenticate(opened.key, MAC_CONTEXT, text), mac))
      throw backupUnreadable(file, 'it was changed after it was made');
    return { manifest, key: opened.key, handle };
  } catch (error) {
    await handle.close();
    throw readFailure(error, file);
  }
}

/** What the system says of reading the backup, as what it means; anything else as it is. */
export function readFailure(error: unknown, file: string): unknown {
  if (error instanceof Failed || !(error instanceof Error) || !('syscall' in error)) return error;
  return backupUnreadable(file, (error as NodeJS.ErrnoException).code ?? 'unknown error');
}

/** @param cause in a few words */
export function backupUnreadable(file: string, cause: string): Failed {
  return new Failed({
    kind: 'backup-unreadable',
    happened: `${file} cannot be used as a backup: ${cause}.`,
    safe: 'Nothing was restored and nothing was changed.',
    next: 'Try another copy of this backup, or an older one.',
    facts: { path: file, cause },
  });
}

/** A pipe would be waited for, a folder cannot be read. */
async function openPlainFile(file: string): Promise<FileHandle> {
  try {
    if (!(await stat(file)).isFile()) throw backupUnreadable(file, 'it is no file');
    return await open(file, 'r');
  } catch (error) {
    throw readFailure(error, file);
  }
}

async function readManifest(handle: FileHandle, size: number, file: string): Promise<{ text: Buffer; mac: Buffer }> {
  const read = async (from: number, bytes: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, from);
    return buffer.subarray(0, bytesRead);
  };
  const cutOff = () => backupUnreadable(file, 'it is none, or its end is missing');
  if (size < TRAILER_BYTES) throw cutOff();
  const trailer: Trailer | 'newer' | null = readTrailer(await read(size - TRAILER_BYTES, TRAILER_BYTES));
  if (trailer === 'newer') throw newer(file, 'a later format');
  if (trailer === null || trailer.manifestBytes > size - TRAILER_BYTES) throw cutOff();
  const text = await read(size - TRAILER_BYTES - trailer.manifestBytes, trailer.manifestBytes);
  return { text, mac: trailer.mac };
}

async function parseManifest(text: Buffer, file: string): Promise<BackupManifest> {
  const value = parseCanonical(text)?.value as { code?: { outpost?: unknown } } | null | undefined;
  // A later version's manifest may have what this one does not know.
  const by = value?.code?.outpost;
  if (typeof by === 'string' && isLater(by, codeVersions.outpost)) throw newer(file, by);
  const { backupManifest } = await import('../../contract/backup.ts');
  const parsed = backupManifest.safeParse(value);
  if (!parsed.success) throw backupUnreadable(file, 'its list of files is not one');
  const { files } = parsed.data;
  const problem = problemOf(files.map(({ path }) => path));
  if (problem !== null) throw backupUnreadable(file, problem);
  const isMisnamed = files.some(({ path, sha256 }) => {
    const named = /^(?:policies|products)\/(\w+)\.json$|^models\/(\w+)\/manifest\.json$/.exec(path);
    return named !== null && (named[1] ?? named[2]) !== sha256;
  });
  if (isMisnamed) throw backupUnreadable(file, 'an artefact lies under another digest than its own');
  return parsed.data;
}

/** The schema has refused what leads out of the folder; this is what two file systems would not see alike. */
function problemOf(paths: readonly string[]): string | null {
  if (paths[0] !== DATABASE_FILE) return 'the database is not where it must be';
  if (new Set(paths.map((path) => path.toLowerCase())).size !== paths.length) return 'it names a file twice';
  return paths.some((path) => DEVICE.test(path)) ? 'it names a file that not every system can hold' : null;
}

function newer(file: string, by: string): Failed {
  return new Failed({
    kind: 'database-newer',
    happened: `The backup was made by a newer version of Outpost (${by}).`,
    safe: 'Nothing was restored and nothing was changed.',
    next: 'Restore it with that version or a later one.',
    facts: { path: file, version: by },
  });
}
