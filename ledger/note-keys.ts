/** Keys of signed notes (C2SP signed-note): names, ids, and their text forms. */
import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';

/** Signature types: 01 a log's Ed25519 key, 04 a witness's timestamped cosignature (C2SP tlog-cosignature). */
export const LOG_KEY = 0x01;
export const COSIGNATURE_KEY = 0x04;
export type KeyType = typeof LOG_KEY | typeof COSIGNATURE_KEY;

export interface NoteVerifier {
  name: string;
  /** SHA-256(name ‖ 0A ‖ type ‖ public key)[:4], hexadecimal. */
  id: string;
  type: KeyType;
  publicKey: KeyObject;
}

export interface NoteSigner {
  name: string;
  id: string;
  privateKey: KeyObject;
  /** Public part, to be given away: `name+id+base64(type ‖ key)`. */
  vkey: string;
  /** The secret, to be stored encrypted only: `PRIVATE+KEY+name+id+base64(type ‖ seed)`. */
  skey: string;
}

const KEY_BYTES = 32;
const SECRET_PREFIX = 'PRIVATE+KEY+';

/** Key names hold no spaces and no plus (C2SP signed-note, "Format"), so that lines and vkeys can be split. */
export function isKeyName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return name !== '' && name.isWellFormed() && !/[\s+\u0000-\u001f\u007f]/u.test(name);
}

/** Reads a verifier key strictly (name, id that fits, known type, canonical base64); null when it is not one. */
export function parseVkey(vkey: string): NoteVerifier | null {
  const parts = splitKey(vkey);
  if (parts === null || parts.key.length !== 1 + KEY_BYTES) return null;
  const type = parts.key[0];
  if (type !== LOG_KEY && type !== COSIGNATURE_KEY) return null;
  const raw = parts.key.subarray(1);
  if (keyId(parts.name, type, raw) !== parts.id) return null;
  return { name: parts.name, id: parts.id, type, publicKey: publicKeyOf(raw) };
}

/** Verifier key text of a raw 32-byte Ed25519 public key. */
export function formatVkey(name: string, type: KeyType, publicKey: Uint8Array): string {
  return `${name}+${keyId(name, type, publicKey)}+${Buffer.from([type, ...publicKey]).toString('base64')}`;
}

/** A log's signer (type 01) from its 32-byte Ed25519 seed. Throws for a name that no note could carry. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  return signerOf(name, LOG_KEY, seed);
}

/** A witness's signer (type 04), as `noteSigner`. */
export function witnessSigner(name: string, seed: Uint8Array): NoteSigner {
  return signerOf(name, COSIGNATURE_KEY, seed);
}

function signerOf(name: string, type: KeyType, seed: Uint8Array): NoteSigner {
  if (!isKeyName(name) || seed.length !== KEY_BYTES) throw new TypeError('a note key needs a name without spaces or plus, and 32 bytes');
  const privateKey = privateKeyOf(seed);
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url');
  const id = keyId(name, type, raw);
  const secret = Buffer.from([type, ...seed]).toString('base64');
  return { name, id, privateKey, vkey: formatVkey(name, type, raw), skey: `${SECRET_PREFIX}${name}+${id}+${secret}` };
}

/** Reads the text form that `noteSigner` gives, or `witnessSigner` where `type` says so; null when it is not one or its id does not fit. */
export function parseSkey(skey: string, type: KeyType = LOG_KEY): NoteSigner | null {
  if (!skey.startsWith(SECRET_PREFIX)) return null;
  const parts = splitKey(skey.slice(SECRET_PREFIX.length));
  if (parts === null || parts.key.length !== 1 + KEY_BYTES || parts.key[0] !== type) return null;
  const signer = signerOf(parts.name, type, parts.key.subarray(1));
  return signer.id === parts.id ? signer : null;
}

function splitKey(text: string): { name: string; id: string; key: Buffer } | null {
  // Base64 has a plus of its own: only the first two separate.
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text);
  if (match === null || !isKeyName(match[1]!)) return null;
  const key = decodeBase64(match[3]!);
  return key === null ? null : { name: match[1]!, id: match[2]!, key };
}

/** Standard base64 in its one canonical spelling; null for anything else. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function keyId(name: string, type: KeyType, publicKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey]), 'hex').slice(0, 8);
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });
}

/** PKCS #8 frame of an Ed25519 seed (RFC 8410, 7). */
function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
