/** From a passphrase to a key: argon2id (RFC 9106), and the box that the database key lies in. */
import * as crypto from 'node:crypto';

/** Cost of guessing; above OWASP's floor of 19 MiB, 2 passes. About a tenth of a second on a branch PC. */
export const KDF_COST = { memoryKiB: 65_536, passes: 3, parallelism: 1 } as const;

export interface Kdf {
  memoryKiB: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** 32 bytes from a passphrase. The passphrase is taken in NFC, since keyboards differ in how they compose letters. */
export async function deriveKey(passphrase: string, { memoryKiB, passes, parallelism, salt }: Kdf): Promise<Buffer> {
  const message = Buffer.from(passphrase.normalize('NFC'));
  // Node 24 has argon2, Electron's BoringSSL has not, and the function exists in both: it is tested by calling it.
  try {
    return crypto.argon2Sync('argon2id', { message, nonce: salt, parallelism, tagLength: KEY_BYTES, memory: memoryKiB, passes });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { argon2id } = await import('hash-wasm');
    const options = { password: message, salt, parallelism, iterations: passes, memorySize: memoryKiB, hashLength: KEY_BYTES };
    return Buffer.from(await argon2id({ ...options, outputType: 'binary' }));
  }
}

/** nonce ‖ ciphertext ‖ tag of AES-256-GCM; `context` is authenticated with it. */
export function sealKey(key: Buffer, wrapping: Buffer, context: string): Buffer {
  const nonce = crypto.randomBytes(NONCE_BYTES);
  const cipher = crypto.createCipheriv('aes-256-gcm', wrapping, nonce);
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** The key in the box; null when the wrapping key or the box is not the right one. */
export function unsealKey(box: Buffer, wrapping: Buffer, context: string): Buffer | null {
  if (box.length !== NONCE_BYTES + KEY_BYTES + TAG_BYTES) return null;
  const decipher = crypto.createDecipheriv('aes-256-gcm', wrapping, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  const key = decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
    return key;
  } catch (error) {
    // The only thing `final` can say of a GCM stream is that the tag does not fit.
    if (error instanceof Error) return null;
    throw error;
  }
}
