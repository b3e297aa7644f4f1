/**
 * Identifying fields are sealed under a random key per subject, so that erasing a person is destroying one key (GDPR Art. 17)
 * while the log and its roots stay as they are.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SealedIdentity } from '../../contract/log-entry.ts';
import type { SubjectKey } from '../../db/subject-keys.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals an applicant's identity (field id → value) under a fresh key. Store `subjectKey` in the transaction that appends the entry.
 * The key's name is random too: a hash of an ID number could be guessed through.
 */
export function sealIdentity(identity: Record<string, string>): { sealed: SealedIdentity; subjectKey: SubjectKey } {
  const key = randomBytes(KEY_BYTES);
  const kid = randomBytes(16).toString('hex');
  const nonce = randomBytes(NONCE_BYTES);
  // Given bytes, Node finds out that they are no KeyObject by an exception, which costs more than the cipher.
  const secret = createSecretKey(key);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.from(kid));
  const ct = Buffer.concat([cipher.update(canonicalise(identity), 'utf8'), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  const sealed = { kid, nonce: base64(nonce), ct: base64(ct), tag: base64(cipher.getAuthTag()), kc: base64(keyCommitment(secret)) };
  return { sealed, subjectKey: { kid, key } };
}

/**
 * The identity, or null when key, commitment and ciphertext do not belong together. AES-GCM alone would let one ciphertext open
 * under two keys to two persons; the commitment is checked first.
 */
export function openIdentity(sealed: SealedIdentity, key: Uint8Array): Record<string, string> | null {
  const [nonce, ct, tag, kc] = [sealed.nonce, sealed.ct, sealed.tag, sealed.kc].map((text) => Buffer.from(text, 'base64'));
  const secret = createSecretKey(key);
  const expected = keyCommitment(secret);
  if (kc!.length !== expected.length || !timingSafeEqual(kc!, expected) || tag!.length !== TAG_BYTES || nonce!.length !== NONCE_BYTES)
    return null;
  const decipher = createDecipheriv('aes-256-gcm', secret, nonce!, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(sealed.kid));
  decipher.setAuthTag(tag!);
  const plain = decipher.update(ct!);
  try {
    decipher.final();
  } catch (error) {
    // The only thing `final` can say of a GCM stream is that the tag does not fit.
    if (error instanceof Error) return null;
    throw error;
  }
  return (parseCanonical(plain)?.value ?? null) as Record<string, string> | null;
}

/** contract/log-entry.ts, `kc`. */
function keyCommitment(key: KeyObject): Buffer {
  return createHmac('sha256', key).update('outpost/key-commitment/v1').digest();
}
