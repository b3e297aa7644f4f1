/**
 * What tuf-js fetches metadata with. Its own base class writes every file to the system's temporary folder first and knows one time limit for a
 * whole body; here metadata stays in memory, bounded in bytes and time, and targets go another way (fetch-target.ts).
 */
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { type LineLimits, MOST_METADATA_BYTES } from './limits.ts';
import { LinkError } from './link-error.ts';
import { openPaced } from './read-paced.ts';
import type { Source } from './source.ts';

export class MetadataFetcher implements Fetcher {
  readonly #source: Source;
  readonly #line: LineLimits;
  readonly #signal: AbortSignal;
  /** The last thing that went wrong on the line: tuf-js tells most of it as text only. */
  failed: LinkError | null = null;

  constructor(source: Source, line: LineLimits, signal: AbortSignal) {
    this.#source = source;
    this.#line = line;
    this.#signal = signal;
  }

  /** @param maxLength what signed metadata says; never believed beyond our own limit (endless data attack, TUF 5.3.3, 5.4.1, 5.5.1, 5.6.1) */
  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const file = url.slice(this.#source.url.length + 1);
    this.failed = null;
    try {
      return await readBytes(this.#source, file, Math.min(maxLength, MOST_METADATA_BYTES), this.#line, this.#signal);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.failed = error;
      // How tuf-js knows that there is no newer root (TUF 5.3.3).
      if (error.trouble === 'missing') throw new DownloadHTTPError(error.message, 404);
      throw error;
    }
  }

  downloadFile(): Promise<never> {
    throw new TypeError('targets are fetched by fetch-target.ts');
  }
}

/** A small file, whole; from its beginning again where the line broke. @throws LinkError */
export async function readBytes(source: Source, file: string, most: number, line: LineLimits, signal: AbortSignal): Promise<Buffer> {
  const late = AbortSignal.timeout(line.metadataMs);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce(source, file, most, line, AbortSignal.any([signal, late]));
    } catch (error) {
      if (late.aborted && !signal.aborted) throw new LinkError('slow', file, `it took longer than ${line.metadataMs} ms`, { cause: error });
      // A whole check, with all that came before, is too much to pay for one break.
      const goesOn = error instanceof LinkError && error.trouble === 'interrupted' && attempt < line.attempts;
      if (!goesOn) throw error;
    }
  }
}

async function readOnce(source: Source, file: string, most: number, line: LineLimits, signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const opened = await openPaced(source, file, 0, line, signal);
  for await (const piece of opened.pieces()) {
    length += piece.length;
    if (length > most) throw new LinkError('too-long', file, `more than ${most} bytes came`);
    pieces.push(piece);
  }
  if (opened.total !== null && length < opened.total) throw new LinkError('interrupted', file, `${length} of ${opened.total} bytes came`);
  const bytes = Buffer.concat(pieces);
  // Also a portal that says nothing of the kind of its page: what is signed is JSON, and begins so.
  if (/^\s*</.test(bytes.subarray(0, 100).toString('latin1'))) throw new LinkError('portal', file, 'a page came in its place');
  return bytes;
}
