/** SHA-256 over bytes in a file, and nothing else. */
import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** One digest over the whole file, as sha256sum makes it. */
export function hashFile(path: string): string {
  const digest = createHash('sha256');
  readChunks(path, CHUNK_BYTES, (chunk) => digest.update(chunk));
  return digest.digest('hex');
}

/** One digest for each record of this length, as text, the cheapest form: what every log must compute at least. */
export function hashRecords(path: string, bytes: number): void {
  readChunks(path, bytes * 1024, (chunk) => {
    for (let at = 0; at < chunk.length; at += bytes) hash('sha256', chunk.subarray(at, at + bytes), 'binary');
  });
}

function readChunks(path: string, bytes: number, take: (chunk: Buffer) => void): void {
  const chunk = Buffer.allocUnsafe(bytes);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) take(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
}
