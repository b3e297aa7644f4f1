/**
 * A backup is one file: the encrypted database, the artefacts, one behind the other without gap or compression (so nothing in it unpacks to more
 * than it is), then a manifest that names each with its SHA-256, and a trailer: HMAC of the manifest under the database key, the manifest's
 * length, the format's name. The database comes first because SQLite writes it there itself; no second copy takes up the disk.
 */
export const MAGIC = 'outpost-backup/1';
/** Authenticates the manifest: a backup that was edited, hashes and all, is told from one that was made. */
export const MAC_CONTEXT = 'outpost-backup/1 manifest';
const MAC_BYTES = 32;
const LENGTH_BYTES = 8;
export const TRAILER_BYTES = MAC_BYTES + LENGTH_BYTES + MAGIC.length;
/** A hundred thousand files, with their hashes. */
export const MAX_MANIFEST_BYTES = 32 * 2 ** 20;

export interface Trailer {
  mac: Buffer;
  manifestBytes: number;
}

export function writeTrailer({ mac, manifestBytes }: Trailer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(manifestBytes));
  return Buffer.concat([mac, length, Buffer.from(MAGIC)]);
}

/** `newer`: of a format that this program does not know; null: not the end of a backup. */
export function readTrailer(bytes: Buffer): Trailer | 'newer' | null {
  const magic = bytes.toString('latin1', MAC_BYTES + LENGTH_BYTES);
  if (magic !== MAGIC) return /^outpost-backup\/[2-9]$/.test(magic) ? 'newer' : null;
  const length = bytes.readBigUInt64LE(MAC_BYTES);
  if (length > BigInt(MAX_MANIFEST_BYTES)) return null;
  return { mac: bytes.subarray(0, MAC_BYTES), manifestBytes: Number(length) };
}

/** Whether `version` is a later release than `than`; both are `major.minor.patch`. */
export function isLater(version: string, than: string): boolean {
  const numbers = (text: string) => text.split(/[.+-]/, 3).map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}
