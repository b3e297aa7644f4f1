/** The bundle on its way to the disk (branch/unfinished-file.ts), member by member. */
import { hash } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import { UnfinishedFile } from '../unfinished-file.ts';
import { ArchiveTooLarge, ZipWriter } from './zip-writer.ts';

export class BundleFile {
  readonly #path: string;
  readonly #file: UnfinishedFile;
  readonly #zip: ZipWriter;
  readonly #files: Record<string, { sha256: string; bytes: number }> = {};

  private constructor(path: string, file: UnfinishedFile) {
    this.#path = path;
    this.#file = file;
    this.#zip = new ZipWriter((bytes) => file.append(bytes));
  }

  /** @throws Failed `usage` where the file is there already or cannot be made, `disk-full` */
  static async create(path: string): Promise<BundleFile> {
    return new BundleFile(path, await UnfinishedFile.create(path, 'bundle'));
  }

  /** @throws Failed `disk-full`, `disk-error`, `usage` where the format cannot hold more */
  async add(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await this.#attempt(() => this.#zip.add(path, bytes));
    this.#files[path] = { sha256: hash('sha256', bytes, 'hex'), bytes: bytes.length };
  }

  /** Every file so far, by path: what the manifest names. */
  get files(): Readonly<Record<string, { sha256: string; bytes: number }>> {
    return this.#files;
  }

  /** Ends the archive and makes it durable, still under its unfinished name. */
  async seal(): Promise<{ bytes: number; sha256: string }> {
    await this.#attempt(() => this.#zip.end());
    return await this.#file.seal();
  }

  /** Gives the sealed file its name. Never writes over a file that came there meanwhile. */
  async release(): Promise<void> {
    await this.#file.release();
  }

  /** Takes everything away that was not released. */
  async discard(): Promise<void> {
    await this.#file.discard();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await this.#file.attempt(work);
    } catch (error) {
      if (!(error instanceof ArchiveTooLarge)) throw error;
      throw new Failed({
        kind: 'usage',
        happened: `One bundle cannot hold that (${error.message}).`,
        safe: 'No bundle was left behind, and the log is as it was.',
        next: 'Export the log in several ranges.',
        facts: { path: this.#path },
      });
    }
  }
}
