/** A file that people take away, on its way to the disk: under an unfinished name until it is whole and durable, and gone when it does not come to that. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failed, type FailureKind } from '../contract/failure.ts';
import { syncFolder } from '../db/durable-folders.ts';

export const UNFINISHED = '.unfinished';
const CHUNK_BYTES = 1 << 20;

/** Unfinished files that this process writes just now. */
const beingWritten = new Set<string>();

export function isBeingWritten(unfinished: string): boolean {
  return beingWritten.has(unfinished);
}

type What = 'bundle' | 'backup';

export class UnfinishedFile {
  readonly #path: string;
  readonly #what: What;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  private constructor(path: string, what: What, handle: FileHandle) {
    this.#path = path;
    this.#what = what;
    this.#handle = handle;
  }

  /** @throws Failed `usage` where the file is there already or cannot be made, `disk-full` */
  static async create(path: string, what: What): Promise<UnfinishedFile> {
    if (existsSync(path)) throw isThere(path, what);
    return await orFailed(path, what, async () => {
      const made = new UnfinishedFile(path, what, await open(path + UNFINISHED, 'ax+', 0o600));
      beingWritten.add(path + UNFINISHED);
      return made;
    });
  }

  /** Where it lies meanwhile. */
  get unfinished(): string {
    return this.#path + UNFINISHED;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** To be called inside `attempt`. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Takes over what somebody else wrote into the file behind `append`. @returns what it is */
  async takeOver(): Promise<{ bytes: number; sha256: string }> {
    return await this.attempt(async () => {
      const own = createHash('sha256');
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const from = this.#bytes;
      for (;;) {
        const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK_BYTES, this.#bytes);
        if (bytesRead === 0) return { bytes: this.#bytes - from, sha256: own.digest('hex') };
        const read = chunk.subarray(0, bytesRead);
        own.update(read);
        this.#hash.update(read);
        this.#bytes += bytesRead;
      }
    });
  }

  /** @throws Failed `disk-full`, `disk-error`, `usage` where the system refuses what `work` does with the file */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    return await orFailed(this.#path, this.#what, work);
  }

  /** Makes it durable, still under its unfinished name. */
  async seal(): Promise<{ bytes: number; sha256: string }> {
    await this.attempt(async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Gives the sealed file its name. Never writes over a file that came there meanwhile. */
  async release(): Promise<void> {
    try {
      if (existsSync(this.#path)) throw isThere(this.#path, this.#what);
      await this.attempt(async () => {
        await rename(this.unfinished, this.#path);
        syncFolder(dirname(this.#path));
      });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const safe = `No ${this.#what} was left behind. The log has an entry of it all the same: nothing may leave without one.`;
      throw new Failed({ ...error.failure, safe });
    }
  }

  /** Takes everything away that was not released. */
  async discard(): Promise<void> {
    // After `seal` it is closed; a handle closes once only, and what closing says no longer matters.
    await this.#handle.close().catch(() => undefined);
    await rm(this.unfinished, { force: true });
    beingWritten.delete(this.unfinished);
  }
}

async function orFailed<T>(path: string, what: What, work: () => Promise<T>): Promise<T> {
  const refuse = (kind: FailureKind, happened: string, next: string) => failure(kind, path, what, happened, next);
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw refuse('disk-full', 'The disk is full.', 'Free space there, or name a file on another disk.');
    if (code === 'EEXIST')
      throw refuse('usage', `${path}${UNFINISHED} is there already.`, 'Another program writes it, or one was cut off: then remove it.');
    if (code === 'EIO') throw refuse('disk-error', `${path} could not be written.`, 'Name a file on another disk.');
    if (code !== undefined && error instanceof Error && 'syscall' in error)
      throw refuse('usage', `${path} cannot be written (${code}).`, 'Name a file in a folder that this user may write to.');
    throw error;
  }
}

function isThere(path: string, what: What): Failed {
  return failure('usage', path, what, `${path} is there already.`, 'Name another file.');
}

function failure(kind: FailureKind, path: string, what: What, happened: string, next: string): Failed {
  return new Failed({ kind, happened, safe: `No ${what} was left behind, and the log is as it was.`, next, facts: { path } });
}
