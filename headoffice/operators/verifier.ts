/** What an account keeps of its passphrase: scrypt (RFC 7914) as a PHC string, so that a later cost can stand beside an earlier one. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

export interface ScryptCost {
  /** Base-2 logarithm of N. */
  ln: number;
  r: number;
  p: number;
}

/** OWASP Password Storage Cheat Sheet, scrypt: N = 2^16, r = 8, p = 2 (64 MiB). Node's own argon2 is not yet stable in Node 24. */
const COST: ScryptCost = { ln: 16, r: 8, p: 2 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Passphrases that are looked at wait for each other: a flood of them must not take the memory of a receiver. */
const MOST_WAITING = 20;

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** `$scrypt$ln=16,r=8,p=2$salt$hash`, salt and hash in base64 without padding; the salt is random. */
export async function makeVerifier(passphrase: string, cost = COST): Promise<string> {
  return await writeVerifier(passphrase, cost, randomBytes(SALT_BYTES));
}

/**
 * @param verifier null: there is no such account; the same work is done for nobody, and the answer is no
 * @returns null: so many are being looked at that this one was not
 */
export async function fitsVerifier(passphrase: string, verifier: string | null): Promise<boolean | null> {
  if (waiting >= MOST_WAITING) return null;
  const { cost, salt } = verifier === null ? { cost: COST, salt: randomBytes(SALT_BYTES) } : readVerifier(verifier);
  const given = Buffer.from(await writeVerifier(passphrase, cost, salt));
  const expected = Buffer.from(verifier ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function writeVerifier(passphrase: string, { ln, r, p }: ScryptCost, salt: Buffer): Promise<string> {
  // NFC: the same passphrase from keyboards that compose letters differently (NIST SP 800-63B 5.1.1.2).
  const options = { N: 2 ** ln, r, p, maxmem: 128 * 2 ** ln * r * p + 2 ** 20 };
  const hash = await inTurn(() => derive(passphrase.normalize('NFC'), salt, options));
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  waiting++;
  const done = last.then(work).finally(() => {
    waiting--;
  });
  // The next one begins whatever became of this one, whose caller is told.
  last = done.catch(() => undefined);
  return done;
}

function derive(passphrase: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, HASH_BYTES, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function readVerifier(verifier: string): { cost: ScryptCost; salt: Buffer } {
  const found = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$[A-Za-z0-9+/]+$/.exec(verifier);
  if (found === null || Number(found[1]) > 20) throw new TypeError('an operator has a verifier that cannot be read');
  return { cost: { ln: Number(found[1]), r: Number(found[2]), p: Number(found[3]) }, salt: Buffer.from(found[4]!, 'base64') };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
