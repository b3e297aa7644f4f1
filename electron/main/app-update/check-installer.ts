/** Whether a file is the installer that is signed. Asked right after it came and again right before it runs: in between it lay where others can write. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { AppOffer } from '../../../contract/app-update.ts';
import type { Failure } from '../../../contract/failure.ts';
import { refusedUpdate } from './failures.ts';

/** @returns null: it is the one. @throws what the system says of a file that cannot be read */
export async function checkInstaller(file: string, { sha512, bytes, target }: AppOffer): Promise<Failure | null> {
  const hash = createHash('sha512');
  let length = 0;
  await pipeline(createReadStream(file), async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      length += piece.length;
      hash.update(piece);
    }
  });
  return length === bytes && hash.digest('base64') === sha512 ? null : refusedUpdate('hash', target, `${target} is not what was signed.`);
}
