/** The bundle on its way to the disk: under an unfinished name until it is whole and durable, and gone when it does not come to that. */
import { createHash, hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failed, type FailureKind } from '../../contract/failure.ts';
import { syncFolder } from '../../db/durable-folders.ts';
import { ArchiveTooLarge, ZipWriter } from './zip-writer.ts';

export const UNFINISHED = '.unfinished';

/** Unfinished files that this process writes just now. */
const beingWritten = new Set<string>();

export class BundleFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #zip: ZipWriter;
  readonly #hash = createHash('sha256');
  readonly #files: Record<string, { sha256: string; bytes: number }> = {};
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
    this.#zip = new ZipWriter(async (bytes) => {
      await handle.writeFile(bytes);
      this.#hash.update(bytes);
      this.#bytes += bytes.length;
    });
  }

  /** @throws Failed `usage` where the file is there already or cannot be made, `disk-full` */
  static async create(path: string): Promise<BundleFile> {
    if (existsSync(path)) throw isThere(path);
    return await orFailed(path, async () => {
      const bundle = new BundleFile(path, await open(path + UNFINISHED, 'wx', 0o600));
      beingWritten.add(path + UNFINISHED);
      return bundle;
    });
  }

  static isBeingWritten(unfinished: string): boolean {
    return beingWritten.has(unfinished);
  }

  /** @throws Failed `disk-full`, `disk-error`, `usage` where the format cannot hold more */
  async add(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await orFailed(this.#path, () => this.#zip.add(path, bytes));
    this.#files[path] = { sha256: hash('sha256', bytes, 'hex'), bytes: bytes.length };
  }

  /** Every file so far, by path: what the manifest names. */
  get files(): Readonly<Record<string, { sha256: string; bytes: number }>> {
    return this.#files;
  }

  /** Ends the archive and makes it durable, still under its unfinished name. */
  async seal(): Promise<{ bytes: number; sha256: string }> {
    await orFailed(this.#path, async () => {
      await this.#zip.end();
      await this.#handle.sync();
      await this.#handle.close();
    });
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Gives the sealed file its name. Never writes over a file that came there meanwhile. */
  async release(): Promise<void> {
    try {
      if (existsSync(this.#path)) throw isThere(this.#path);
      await orFailed(this.#path, async () => {
        await rename(this.#path + UNFINISHED, this.#path);
        syncFolder(dirname(this.#path));
      });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const safe = 'No bundle was left behind. The log has an entry of this export all the same: nothing may leave without one.';
      throw new Failed({ ...error.failure, safe });
    }
  }

  /** Takes everything away that was not released. */
  async discard(): Promise<void> {
    // After `seal` it is closed; a handle closes once only, and what closing says no longer matters.
    await this.#handle.close().catch(() => undefined);
    await rm(this.#path + UNFINISHED, { force: true });
    beingWritten.delete(this.#path + UNFINISHED);
  }
}

async function orFailed<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArchiveTooLarge)
      throw failure('usage', path, `One bundle cannot hold that (${error.message}).`, 'Export the log in several ranges.');
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw failure('disk-full', path, 'The disk is full.', 'Free space there, or name a file on another disk.');
    if (code === 'EEXIST')
      throw failure(
        'usage',
        path,
        `${path}${UNFINISHED} is there already.`,
        'Another export writes it, or one was cut off: then remove it.',
      );
    if (code === 'EIO') throw failure('disk-error', path, `${path} could not be written.`, 'Name a file on another disk.');
    if (code !== undefined && error instanceof Error && 'syscall' in error)
      throw failure('usage', path, `${path} cannot be written (${code}).`, 'Name a file in a folder that this user may write to.');
    throw error;
  }
}

function isThere(path: string): Failed {
  return failure('usage', path, `${path} is there already.`, 'Name another file.');
}

function failure(kind: FailureKind, path: string, happened: string, next: string): Failed {
  return new Failed({ kind, happened, safe: 'No bundle was left behind, and the log is as it was.', next, facts: { path } });
}
