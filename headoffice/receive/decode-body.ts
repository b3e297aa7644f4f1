/** Content encodings of a submission. The limit holds for what comes out, so that a bomb costs no more than an honest submission. */
import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, zstdDecompress } from 'node:zlib';
import { SYNC_LIMITS } from '../../contract/sync.ts';
import { Refused, refuse } from './receiving.ts';

const LIMIT = { maxOutputLength: SYNC_LIMITS.submission };
/** 8 MiB, as much as a decoder must allow (RFC 9659); Node allows 128 MiB, which somebody else's frame would have us take. */
const ZSTD = { ...LIMIT, params: { [constants.ZSTD_d_windowLogMax]: 23 } };

const unbrotli = promisify(brotliDecompress);
const unzstd = promisify(zstdDecompress);
const ungzip = promisify(gunzip);

const DECODERS: ReadonlyMap<string, (bytes: Buffer) => Promise<Buffer>> = new Map([
  ['identity', async (bytes: Buffer) => bytes],
  ['br', async (bytes: Buffer) => await unbrotli(bytes, LIMIT)],
  ['zstd', async (bytes: Buffer) => await unzstd(bytes, ZSTD)],
  ['gzip', async (bytes: Buffer) => await ungzip(bytes, LIMIT)],
]);

/** The name of an encoding that is known. @throws Refused 415 */
export function encodingOf(header: string | undefined): string {
  const encoding = header?.trim().toLowerCase() ?? 'identity';
  if (DECODERS.has(encoding)) return encoding;
  throw new Refused(refuse('malformed', 415, `The content encoding is none of ${[...DECODERS.keys()].join(', ')}.`));
}

/** @throws Refused 413 beyond the limit, 400 for what is not of this encoding */
export async function decodeBody(encoding: string, bytes: Buffer): Promise<Buffer> {
  try {
    const decoded = await DECODERS.get(encoding)!(bytes);
    if (decoded.length > SYNC_LIMITS.submission) throw tooLarge();
    return decoded;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    if (code?.startsWith('Z_') || code?.startsWith('ERR_') || code?.startsWith('ZSTD_'))
      throw new Refused(refuse('malformed', 400, `The body is no ${encoding}, or it breaks off.`));
    throw error;
  }
}

function tooLarge(): Refused {
  return new Refused(refuse('large', 413, `A submission may have ${SYNC_LIMITS.submission} bytes once its encoding is taken off.`));
}
