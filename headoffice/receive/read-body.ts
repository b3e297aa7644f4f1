import type { IncomingMessage } from 'node:http';
import { Refused, refuse } from './receiving.ts';

export interface ReadBody {
  bytes: Buffer;
  /** false: the line broke before its end, and `bytes` are what came. */
  isWhole: boolean;
}

/**
 * @param most bytes
 * @throws Refused 413
 */
export async function readBody(request: IncomingMessage, most: number): Promise<ReadBody> {
  if (lengthOf(request, most) > most) throw tooLarge(most);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > most) throw tooLarge(most);
      pieces.push(piece);
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ECONN') && !request.destroyed) throw error;
    if (error instanceof Refused) throw error;
    return { bytes: Buffer.concat(pieces), isWhole: false };
  }
  return { bytes: Buffer.concat(pieces, length), isWhole: request.complete };
}

/** What it says that it has, at most; where it does not say, `most`. */
export function lengthOf(request: IncomingMessage, most: number): number {
  const told = request.headers['content-length'];
  if (told === undefined) return request.headers['transfer-encoding'] === undefined ? 0 : most;
  return Number(told);
}

function tooLarge(most: number): Refused {
  return new Refused(refuse('large', 413, `The body may have ${most} bytes.`));
}
