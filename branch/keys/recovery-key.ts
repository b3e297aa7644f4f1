/**
 * The recovery key: 160 random bits that open the database key when passphrase or key store are lost. It is shown once, for a person to
 * write down and lock away; what is kept is only the database key wrapped under it.
 */
import { createHash, hkdfSync, randomBytes } from 'node:crypto';

const SECRET_BYTES = 20;
/** Crockford's base 32: no I, L, O, U, so that nothing is misread from paper. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_LETTERS = (SECRET_BYTES * 8) / 5;
const CHECK_LETTERS = 3;
const GROUP = 5;

/** The key as it is written down: seven groups of five letters, of which the last three check the others. */
export function makeRecoveryKey(): string {
  const letters = lettersOf(randomBytes(SECRET_BYTES));
  return (`${letters}${checkOf(letters)}`.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

/** The letters of what somebody typed, whatever the case, with or without hyphens; null: mistyped, or not such a key at all. */
export function readRecoveryKey(typed: string): string | null {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (letters.length !== SECRET_LETTERS + CHECK_LETTERS || Array.from(letters).some((letter) => !LETTERS.includes(letter))) return null;
  const secret = letters.slice(0, SECRET_LETTERS);
  return letters.slice(SECRET_LETTERS) === checkOf(secret) ? secret : null;
}

/**
 * The key (32 bytes) that the database key is wrapped under. HKDF (RFC 5869) is enough for a secret that nobody chose.
 * @param secret what `readRecoveryKey` gives
 */
export function wrappingKeyOf(secret: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'outpost/recovery-key/v1', 32));
}

function lettersOf(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => LETTERS[Number.parseInt(five, 2)]).join('');
}

function checkOf(secret: string): string {
  return lettersOf(createHash('sha256').update(`outpost/recovery-key/v1 ${secret}`).digest()).slice(0, CHECK_LETTERS);
}
