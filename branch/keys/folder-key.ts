/** The database key of an open data folder. It is used here and never handed out; what it is wrapped in can be changed. */
import { createHmac } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { openReader } from '../../db/open-database.ts';
import { type Copied, copyInThread } from '../backup/copy-in-thread.ts';
import { hasRecoveryKey, type Protection, portableKeyFile, protectKey, replaceRecoveryKey } from './key-file.ts';

export class FolderKey {
  readonly #file: string;
  readonly #key: Buffer;
  #recoveryKey: string | null;

  /** @param recoveryKey of a folder that this run has made: waits here to be shown once */
  constructor(file: string, key: Buffer, recoveryKey: string | null) {
    this.#file = file;
    this.#key = key;
    this.#recoveryKey = recoveryKey;
  }

  /** The recovery key that was made with the folder, once; null when it was taken, or made by an earlier run. */
  takeRecoveryKey(): string | null {
    const taken = this.#recoveryKey;
    this.#recoveryKey = null;
    return taken;
  }

  get hasRecoveryKey(): boolean {
    return hasRecoveryKey(this.#file);
  }

  /** @returns a new recovery key, which is kept nowhere; those before it open nothing any more. @throws Failed with the old one in force */
  replaceRecoveryKey(): string {
    this.#recoveryKey = null;
    return replaceRecoveryKey(this.#file, this.#key);
  }

  /** From now on the folder opens in this way, or with its recovery key. @throws Failed with the old way in force */
  async protect(protection: Protection): Promise<void> {
    await protectKey(this.#file, this.#key, protection);
  }

  /** For a backup (see `portableKeyFile`). */
  portable(): string | null {
    return portableKeyFile(this.#file);
  }

  /** See `authenticate`. */
  authenticate(context: string, bytes: Uint8Array): Buffer {
    return authenticate(this.#key, context, bytes);
  }

  /** A copy of the database, under the same key (see `copyDatabase`). */
  async copyDatabase(database: string, to: string): Promise<Copied> {
    return await copyInThread({ database, key: this.#key, to });
  }

  /** @throws Failed as opening the database fails */
  openReader(database: string): Reader {
    const opened = openReader(database, this.#key);
    if ('failure' in opened) throw new Failed(opened.failure);
    return opened.db;
  }
}

/** HMAC-SHA-256 of these bytes, for what only somebody with the folder's key can have written. */
export function authenticate(key: Buffer, context: string, bytes: Uint8Array): Buffer {
  return createHmac('sha256', createHmac('sha256', key).update(context).digest()).update(bytes).digest();
}
