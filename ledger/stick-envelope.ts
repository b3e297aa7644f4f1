/** What a branch puts on a stick for head office (contract/sync.ts): a head that says whose it is, the device's signature over it, and a sealed file. */
import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { type StickHead, SYNC_LIMITS, stickHead } from '../contract/sync.ts';

const CONTEXT = Buffer.from('outpost-stick/v1\n');
const SIGNATURE_BYTES = 64;

export interface StickEnvelope {
  head: StickHead;
  /** The age file. */
  sealed: Buffer;
}

/** @param key the device's Ed25519 private key */
export function formatStickEnvelope(head: Omit<StickHead, 'sha256'>, sealed: Uint8Array, key: KeyObject): Buffer {
  const text = Buffer.from(JSON.stringify({ ...head, sha256: hash('sha256', sealed, 'hex') }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, sign(null, Buffer.concat([CONTEXT, text]), key), sealed]);
}

/** Reads what `formatStickEnvelope` gives; null for anything else, half a copy among it. Whose it is stays to be found out: `isSignedBy`. */
export function parseStickEnvelope(bytes: Buffer): (StickEnvelope & { isSignedBy: (device: KeyObject) => boolean }) | null {
  const length = bytes.length < 4 ? Number.POSITIVE_INFINITY : bytes.readUInt32BE(0);
  const at = 4 + length;
  if (length > SYNC_LIMITS.head || at + SIGNATURE_BYTES > bytes.length) return null;
  const text = bytes.subarray(4, at);
  const head = parseHead(text);
  const sealed = bytes.subarray(at + SIGNATURE_BYTES);
  if (head === null || hash('sha256', sealed, 'hex') !== head.sha256) return null;
  const signature = bytes.subarray(at, at + SIGNATURE_BYTES);
  return { head, sealed, isSignedBy: (device) => verify(null, Buffer.concat([CONTEXT, text]), device, signature) };
}

function parseHead(text: Buffer): StickHead | null {
  try {
    return stickHead.safeParse(JSON.parse(text.toString('utf8'))).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
