/**
 * Identifying fields are sealed under a random key per subject, so that erasing a person is destroying one key (GDPR Art. 17)
 * while the log and its roots stay as they are.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto';
import type { SealedIdentity } from '../../contract/entry-base.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';

const KEY_BYTES = 32;
const NAME_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals an applicant's identity (field id → value) under a fresh key. Store `identityKey` in the transaction that appends the entry.
 * The key's name is random too: a hash of an ID number could be guessed through.
 */
export function sealIdentity(identity: Record<string, string>): { sealed: SealedIdentity; identityKey: Buffer } {
  const random = takeRandom(KEY_BYTES + NAME_BYTES + NONCE_BYTES);
  const key = random.subarray(0, KEY_BYTES);
  const kid = random.toString('hex', KEY_BYTES, KEY_BYTES + NAME_BYTES);
  const nonce = random.subarray(KEY_BYTES + NAME_BYTES);
  // Given bytes, Node finds out that they are no KeyObject by an exception, which costs more than the cipher.
  const secret = createSecretKey(key);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.from(kid));
  const ct = cipher.update(canonicalise(identity), 'utf8').toString('base64');
  // GCM is a stream: all of it came out already, and this only makes the tag.
  cipher.final();
  const tag = cipher.getAuthTag().toString('base64');
  const sealed = { ct, kc: keyCommitment(secret), kid, nonce: nonce.toString('base64'), tag };
  return { sealed, identityKey: key };
}

/**
 * The identity, or null when key, commitment and ciphertext do not belong together. AES-GCM alone would let one ciphertext open
 * under two keys to two persons; the commitment is checked first.
 */
export function openIdentity(sealed: SealedIdentity, key: Uint8Array): Record<string, string> | null {
  const secret = createSecretKey(key);
  if (!isSameText(sealed.kc, keyCommitment(secret))) return null;
  const nonce = Buffer.from(sealed.nonce, 'base64');
  const tag = Buffer.from(sealed.tag, 'base64');
  if (tag.length !== TAG_BYTES || nonce.length !== NONCE_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(sealed.kid));
  decipher.setAuthTag(tag);
  const plain = decipher.update(sealed.ct, 'base64');
  try {
    decipher.final();
  } catch (error) {
    // The only thing `final` can say of a GCM stream is that the tag does not fit.
    if (error instanceof Error) return null;
    throw error;
  }
  return (parseCanonical(plain)?.value ?? null) as Record<string, string> | null;
}

/** Random bytes for the next identities. A call of the generator has one price, whether it is asked for 60 bytes or for 4,096. */
const supply = Buffer.alloc(4096);
let taken = supply.length;

/** Each byte is given once, and does not stay behind here: what was sealed with it must be possible to erase. */
function takeRandom(bytes: number): Buffer {
  if (taken + bytes > supply.length) {
    randomFillSync(supply);
    taken = 0;
  }
  const given = Buffer.from(supply.subarray(taken, taken + bytes));
  supply.fill(0, taken, taken + bytes);
  taken += bytes;
  return given;
}

/** contract/log-entry.ts, `kc`. */
function keyCommitment(key: KeyObject): string {
  return createHmac('sha256', key).update('outpost/key-commitment/v1').digest('base64');
}

/** In a time that tells nothing of where they differ. */
function isSameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
