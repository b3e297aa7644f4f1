/** One Ed25519 key of one role, in memory. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { KeyForm, RoleName } from './form.ts';

export interface PublicKey {
  readonly role: RoleName;
  readonly id: string;
  readonly form: KeyForm;
}
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject;
}

export function generateKey(role: RoleName): SigningKey {
  return signingKeyOf(role, generateKeyPairSync('ed25519').privateKey);
}

export function signingKeyOf(role: RoleName, privateKey: KeyObject): SigningKey {
  const { x } = privateKey.export({ format: 'jwk' });
  return { ...publicKeyOf(role, Buffer.from(x!, 'base64url').toString('hex')), privateKey };
}

export function publicKeyOf(role: RoleName, publicHex: string): PublicKey {
  const form: KeyForm = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicHex } };
  return { role, form, id: keyIdOf(form) };
}

/**
 * TUF §4.2: the SHA-256 of the key's canonical JSON. Derived, never chosen: a key under two ids would count twice toward a threshold.
 * The form has string members alone, so that canonical JSON is nothing but its members in order.
 */
export function keyIdOf({ keytype, scheme, keyval }: KeyForm): string {
  return createHash('sha256')
    .update(JSON.stringify({ keytype, keyval: { public: keyval.public }, scheme }))
    .digest('hex');
}

/** @returns the signature in hex, as TUF's `ed25519` scheme writes it */
export function signBytes(key: SigningKey, bytes: Buffer): string {
  return sign(null, bytes, key.privateKey).toString('hex');
}

/** @throws when the bytes are no Ed25519 key, or the passphrase does not open them */
export function openPrivateKey(der: Buffer, passphrase: string): KeyObject {
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8', passphrase });
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`an ${key.asymmetricKeyType} key`);
  return key;
}
