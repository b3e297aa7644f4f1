/** What an account keeps of its passphrase: argon2id (RFC 9106) as a PHC string, so that a later cost can stand beside an earlier one. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey, KDF_COST, type Kdf } from '../keys/passphrase.ts';

const SALT_BYTES = 16;

/** `$argon2id$v=19$m=65536,t=3,p=1$salt$hash`, salt and hash in base64 without padding; the salt is random. */
export async function makeVerifier(passphrase: string): Promise<string> {
  return await writeVerifier(passphrase, { ...KDF_COST, salt: randomBytes(SALT_BYTES) });
}

/** @param verifier null: there is no such account; the same work is done for nobody, and the answer is no */
export async function fitsVerifier(passphrase: string, verifier: string | null): Promise<boolean> {
  const kdf = verifier === null ? { ...KDF_COST, salt: randomBytes(SALT_BYTES) } : readKdf(verifier);
  const given = Buffer.from(await writeVerifier(passphrase, kdf));
  const expected = Buffer.from(verifier ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function writeVerifier(passphrase: string, kdf: Kdf): Promise<string> {
  const hash = await deriveKey(passphrase, kdf);
  return `$argon2id$v=19$m=${kdf.memoryKiB},t=${kdf.passes},p=${kdf.parallelism}$${unpadded(kdf.salt)}$${unpadded(hash)}`;
}

function readKdf(verifier: string): Kdf {
  const found = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$[A-Za-z0-9+/]+$/.exec(verifier);
  // Only this program writes it, into pages that are authenticated.
  if (found === null) throw new TypeError('an account has a verifier that cannot be read');
  return {
    memoryKiB: Number(found[1]),
    passes: Number(found[2]),
    parallelism: Number(found[3]),
    salt: Buffer.from(found[4]!, 'base64'),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
