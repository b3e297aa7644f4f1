/** Looking for texts in a file of any size. */
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;

/** Whether any of these ASCII texts occurs in the file. A zip has the names of its files in the open. */
export function namesAnyOf(path: string, texts: readonly string[]): boolean {
  if (texts.length === 0) return false;
  const overlap = Math.max(...texts.map((text) => text.length)) - 1;
  const chunk = Buffer.alloc(overlap + CHUNK_BYTES);
  const file = openSync(path, 'r');
  try {
    let kept = 0;
    for (;;) {
      const read = readSync(file, chunk, kept, CHUNK_BYTES, null);
      if (read === 0) return false;
      const seen = chunk.subarray(0, kept + read);
      if (texts.some((text) => seen.includes(text))) return true;
      kept = Math.min(overlap, seen.length);
      chunk.copyWithin(0, seen.length - kept, seen.length);
    }
  } finally {
    closeSync(file);
  }
}
