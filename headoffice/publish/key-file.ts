/**
 * Private keys as encrypted PKCS#8 files (RFC 5958, PBES2 of RFC 8018 with scrypt of RFC 7914 and AES-256-CBC). Node writes PBKDF2 with 2,048 rounds,
 * which a graphics card guesses through in hours; so the wrapper is made here, and OpenSSL reads it.
 */
import { createCipheriv, type KeyObject, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Failed } from '../../contract/failure.ts';
import { isRoleName } from './form.ts';
import { keyWrong } from './refuse.ts';
import { openPrivateKey, type PublicKey, publicKeyOf, type SigningKey, signingKeyOf } from './signing-key.ts';

/** OWASP's row for 16 MiB: all that OpenSSL gives scrypt when it reads a key is 32 MiB. */
const COST = { N: 1 << 14, r: 8, p: 5 };
const LEAST_PASSPHRASE = 12;

/** @throws Failed `usage` for a passphrase that is soon guessed */
export function encryptedPem(key: SigningKey, passphrase: string): string {
  if (passphrase.length < LEAST_PASSPHRASE)
    throw new Failed({
      kind: 'usage',
      happened: `The passphrase is shorter than ${LEAST_PASSPHRASE} characters.`,
      safe: 'No key was written.',
      next: 'Choose a longer one: whoever has the file can guess for years.',
      facts: { least: LEAST_PASSPHRASE },
    });
  const body = encrypted(key.privateKey, passphrase).toString('base64');
  const lines = body.match(/.{1,64}/g)!.join('\n');
  // RFC 7468 §2 allows text before the key; it says which of seven roles' sticks this is. What counts is the key's id in signed metadata.
  return `Outpost signing key
Role: ${key.role}
Key: ${key.id}
-----BEGIN ENCRYPTED PRIVATE KEY-----
${lines}
-----END ENCRYPTED PRIVATE KEY-----
`;
}

/** Written whole and never over another file: a key that is written over is a key that is lost. */
export function createKeyFile(file: string, key: SigningKey, passphrase: string): void {
  const pem = encryptedPem(key, passphrase);
  const publicPart = `${JSON.stringify({ role: key.role, key: key.form }, null, 1)}\n`;
  writeNew(file, pem, 0o600);
  writeNew(publicFileOf(file), publicPart, 0o644);
}

export function publicFileOf(file: string): string {
  return `${file.replace(/\.pem$/, '')}.pub.json`;
}

/** @throws Failed `file-unreadable`, `file-malformed`, or `key-wrong` when the passphrase does not open it */
export function readKeyFile(file: string, passphrase: string): SigningKey {
  const text = read(file);
  const role = /^Role: ([a-z]+)\s*$/m.exec(text)?.[1] ?? '';
  const body = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED PRIVATE KEY-----/.exec(text)?.[1];
  if (!isRoleName(role) || body === undefined) throw notAKey(file);
  const key = signingKeyOf(role, open(file, Buffer.from(body, 'base64'), passphrase));
  if (/^Key: ([0-9a-f]+)\s*$/m.exec(text)?.[1] !== key.id) throw notAKey(file);
  return key;
}

/** @throws Failed `file-unreadable` or `file-malformed` */
export function readPublicFile(file: string): PublicKey {
  try {
    const { role, key } = JSON.parse(read(file)) as { role: string; key: { keytype: string; keyval: { public: string } } };
    const publicHex = key.keyval.public;
    if (!isRoleName(role) || key.keytype !== 'ed25519' || !/^[0-9a-f]{64}$/.test(publicHex)) throw new TypeError('no public key');
    return publicKeyOf(role, publicHex);
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw notAKey(file);
  }
}

function open(file: string, der: Buffer, passphrase: string): KeyObject {
  try {
    return openPrivateKey(der, passphrase);
  } catch {
    throw keyWrong(`The passphrase does not open ${file}, or the file is damaged.`, 'Try again, or take the other copy of the key.', {
      path: file,
    });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `The key file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was signed.',
        next: 'Put in the stick that holds it, or correct the path.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function notAKey(file: string): Failed {
  return new Failed({
    kind: 'file-malformed',
    happened: `${file} is no key file of Outpost.`,
    safe: 'Nothing was signed.',
    next: 'Name a file that outpost repo key made.',
    facts: { path: file },
  });
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    const fd = openSync(file, 'wx', mode);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failed(
      {
        kind: code === 'EEXIST' ? 'usage' : 'disk-error',
        happened: code === 'EEXIST' ? `${file} is there already.` : `${file} cannot be written (${code ?? 'unknown error'}).`,
        safe: 'No key was written over.',
        next: 'Name another file.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3). */
function encrypted(key: KeyObject, passphrase: string): Buffer {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', scryptSync(passphrase, salt, 32, COST), iv);
  const sealedKey = Buffer.concat([cipher.update(key.export({ type: 'pkcs8', format: 'der' })), cipher.final()]);
  const parameters = sequence(octets(salt), integer(COST.N), integer(COST.r), integer(COST.p), integer(32));
  const scheme = sequence(sequence(SCRYPT, parameters), sequence(AES_256_CBC, octets(iv)));
  return sequence(sequence(PBES2, scheme), octets(sealedKey));
}

const PBES2 = Buffer.from('06092a864886f70d01050d', 'hex');
const SCRYPT = Buffer.from('06092b06010401da47040b', 'hex');
const AES_256_CBC = Buffer.from('060960864801650304012a', 'hex');

/** DER (X.690 §8): nothing here is longer than 255 bytes. */
function tagged(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(body.length < 0x80 ? [tag, body.length] : [tag, 0x81, body.length]), body]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

/** @param value from 1 to 32,767 */
function integer(value: number): Buffer {
  return tagged(0x02, value < 0x80 ? Buffer.from([value]) : Buffer.from([value >> 8, value & 0xff]));
}
