/** The data folder's `key.json`: the database key, wrapped by what protects it on this PC and, beside that, under the recovery key. */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Failed, type Failure } from '../../contract/failure.ts';
import {
  malformed,
  missing,
  notWritten,
  recoveryKeyMistyped,
  recoveryKeyOfAnother,
  recoveryKeyOfAnotherBackup,
  untrusted,
  wrong,
} from './key-failures.ts';
import { deriveKey, KDF_COST, type Kdf, sealKey, unsealKey } from './passphrase.ts';
import { makeRecoveryKey, readRecoveryKey, wrappingKeyOf } from './recovery-key.ts';
import { replaceDurably, writeDurably } from './write-key-file.ts';

const FORMAT = 'outpost-key/1';
/** Authenticated with the box under the recovery key, so that no other box can stand in its place. */
const RECOVERY = 'outpost-key/1 recovery';
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** A key file that somebody else wrote must not take all memory. */
const MAX_MEMORY_KIB = 1_048_576;
const MAX_PASSES = 16;

/** The platform's key store, as the shell offers it. `backend` names it: a key that one backend wrapped, another cannot unwrap. */
export interface KeyStore {
  backend: string;
  wrap(secretHex: string): Promise<string>;
  unwrap(wrapped: string): Promise<string>;
}

export type Protection =
  /** The key lies open in a file that only its owner may read: whoever has the folder has the data. */
  { wrap: 'none' } | { wrap: 'passphrase'; passphrase: string } | { wrap: 'safe-storage'; keyStore: KeyStore };

/** What is at hand for opening a key file. */
export interface Openers {
  /** A recovery key is taken here too, so that it can be given wherever a passphrase is asked for. */
  passphrase: string | null;
  keyStore: KeyStore | null;
  /** As it was written down. Where it is given nothing else is tried. */
  recoveryKey?: string | null;
}

interface KeyFile {
  format: typeof FORMAT;
  /** `recovery`: there is no other way in (a backup's key file). */
  wrap: Protection['wrap'] | 'recovery';
  /** Of the key store; null otherwise. */
  backend: string | null;
  kdf: { name: 'argon2id'; memoryKiB: number; passes: number; parallelism: number; salt: string } | null;
  /** none: base64 of the key; passphrase: base64 of nonce ‖ ciphertext ‖ tag; safe-storage: what the key store gave; recovery: empty. */
  wrapped: string;
  /** The key once more, as nonce ‖ ciphertext ‖ tag under the recovery key; null in folders of before there was one. */
  recovery: { salt: string; wrapped: string } | null;
  /** HMAC-SHA-256 of the format's name under the key: a key that came out wrong is never tried on the database. */
  check: string;
}

/**
 * Makes a new random database key and its key file, durable before it returns. Never writes over an existing file.
 * `recoveryKey` is kept nowhere: show it, once.
 */
export async function createKey(
  file: string,
  protection: Protection,
): Promise<{ key: Buffer; recoveryKey: string } | { failure: Failure }> {
  if (protection.wrap === 'safe-storage' && protection.keyStore.backend === 'basic_text') return { failure: untrusted(file, 'basic_text') };
  const key = randomBytes(KEY_BYTES);
  const { recovery, recoveryKey } = wrapForRecovery(key);
  const content: KeyFile = { format: FORMAT, ...(await wrapKey(key, protection)), recovery, check: checkOf(key) };
  try {
    writeDurably(file, textOf(content));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null || code === 'EEXIST') throw error;
    return { failure: notWritten(file, code, 'No database was made.') };
  }
  return { key, recoveryKey };
}

/**
 * Gives the database key that `openers` open a new recovery key; the one before opens nothing any more.
 * @returns the new recovery key, which is kept nowhere
 * @throws Failed as `openKey` fails, and disk-full or disk-error with the old one still in force
 */
export function replaceRecoveryKey(file: string, key: Buffer): string {
  const { recovery, recoveryKey } = wrapForRecovery(key);
  rewrite(file, { ...readOwn(file, key), recovery });
  return recoveryKey;
}

/** Protects an open database key in another way from now on; the recovery key stays. @throws Failed as `replaceRecoveryKey` */
export async function protectKey(file: string, key: Buffer, protection: Protection): Promise<void> {
  rewrite(file, { ...readOwn(file, key), ...(await wrapKey(key, protection)) });
}

/** Whether a recovery key was made for this folder. */
export function hasRecoveryKey(file: string): boolean {
  const content = existsSync(file) ? parseKeyFile(readFileSync(file, 'utf8')) : null;
  return content !== null && content.recovery !== null;
}

/**
 * The text of a backup's key file: the recovery key alone opens it. Not the passphrase, which somebody chose and a stolen backup could be tried
 * with for years. null: there is none, so nobody could open the backup.
 */
export function portableKeyFile(file: string): string | null {
  const content = parseKeyFile(readFileSync(file, 'utf8'));
  if (content === null) throw new Failed(malformed(file));
  if (content.recovery === null) return null;
  return textOf({ ...content, wrap: 'recovery', backend: null, kdf: null, wrapped: '' });
}

/**
 * The database key in a backup's key file. @param text as `portableKeyFile` gave it. @param of the backup, for messages
 * @returns null where the text is no such key file; failure: recovery-key-wrong
 */
export function openPortable(text: string, of: string, recoveryKey: string): { key: Buffer } | { failure: Failure } | null {
  const content = parseKeyFile(text);
  if (content?.wrap !== 'recovery') return null;
  const secret = readRecoveryKey(recoveryKey);
  if (secret === null) return { failure: recoveryKeyMistyped(of) };
  const key = unwrapRecovery(content, secret);
  return key === null ? { failure: recoveryKeyOfAnotherBackup(of) } : { key };
}

type Opened = { key: Buffer; wrap: Protection['wrap'] } | { failure: Failure };

/**
 * Opens the key file with what is at hand. Failures: database-key-missing (no file, or a passphrase is needed), database-key-wrong
 * (wrong passphrase, or another key store's), recovery-key-wrong (mistyped, or of another folder), key-store-untrusted (it was wrapped by a
 * key store that is not there), file-malformed.
 */
export async function openKey(file: string, openers: Openers): Promise<Opened> {
  if (!existsSync(file))
    return { failure: missing(file, 'The key file of this data folder is missing.', 'Put key.json back into the folder.') };
  const content = parseKeyFile(readFileSync(file, 'utf8'));
  if (content === null) return { failure: malformed(file) };
  // A backup's key file that was put into a folder asks for something to be typed, as a passphrase does.
  const wrap = content.wrap === 'recovery' ? 'passphrase' : content.wrap;
  const secret = recoverySecretOf(content, openers);
  if (secret === MISTYPED) return { failure: recoveryKeyMistyped(file) };
  if (secret !== null) {
    const key = unwrapRecovery(content, secret);
    return key === null ? { failure: recoveryKeyOfAnother(file) } : { key, wrap };
  }
  const lacking = lackingOpener(file, content, openers);
  if (lacking !== null) return { failure: lacking };
  const key = await unwrapKey(content, openers);
  if (key === null || checkOf(key) !== content.check) return { failure: wrong(file, content) };
  return { key, wrap };
}

/** What was given as a recovery key and cannot be one. */
const MISTYPED = Symbol('mistyped');

/** The recovery key that was given, as one or in the passphrase's place; null: none was. */
function recoverySecretOf({ recovery }: KeyFile, { recoveryKey, passphrase }: Openers): string | typeof MISTYPED | null {
  if (recoveryKey !== undefined && recoveryKey !== null) return readRecoveryKey(recoveryKey) ?? MISTYPED;
  return passphrase === null || recovery === null ? null : readRecoveryKey(passphrase);
}

function lackingOpener(file: string, { wrap, backend }: KeyFile, { passphrase, keyStore }: Openers): Failure | null {
  if (wrap === 'recovery') return missing(file, 'Only its recovery key opens this.', 'Give the recovery key.');
  if (wrap === 'passphrase' && passphrase === null)
    return missing(file, 'This data folder is protected by a passphrase.', 'Give the passphrase.');
  if (wrap === 'safe-storage' && (keyStore === null || keyStore.backend === 'basic_text')) return untrusted(file, backend ?? 'unknown');
  return null;
}

type Wrapped = Pick<KeyFile, 'wrap' | 'wrapped' | 'backend' | 'kdf'>;

async function wrapKey(key: Buffer, protection: Protection): Promise<Wrapped> {
  switch (protection.wrap) {
    case 'none':
      return { wrap: 'none', backend: null, kdf: null, wrapped: key.toString('base64') };
    case 'safe-storage': {
      const { backend } = protection.keyStore;
      return { wrap: 'safe-storage', backend, kdf: null, wrapped: await protection.keyStore.wrap(key.toString('hex')) };
    }
    case 'passphrase': {
      const kdf: Kdf = { ...KDF_COST, salt: randomBytes(SALT_BYTES) };
      const box = sealKey(key, await deriveKey(protection.passphrase, kdf), FORMAT);
      const salt = kdf.salt.toString('base64');
      return { wrap: 'passphrase', backend: null, kdf: { name: 'argon2id', ...KDF_COST, salt }, wrapped: box.toString('base64') };
    }
  }
}

async function unwrapKey(content: KeyFile, openers: Openers): Promise<Buffer | null> {
  if (content.wrap === 'none') return Buffer.from(content.wrapped, 'base64');
  if (content.wrap === 'passphrase' && content.kdf !== null) {
    const kdf: Kdf = { ...content.kdf, salt: Buffer.from(content.kdf.salt, 'base64') };
    return unsealKey(Buffer.from(content.wrapped, 'base64'), await deriveKey(openers.passphrase ?? '', kdf), FORMAT);
  }
  try {
    const hex = (await openers.keyStore?.unwrap(content.wrapped)) ?? '';
    return Buffer.from(hex, 'hex');
  } catch (error) {
    // A key store rejects what it did not wrap; whatever it says, the key is not to be had.
    if (error instanceof Error) return null;
    throw error;
  }
}

function wrapForRecovery(key: Buffer): { recovery: NonNullable<KeyFile['recovery']>; recoveryKey: string } {
  const recoveryKey = makeRecoveryKey();
  const salt = randomBytes(SALT_BYTES);
  const box = sealKey(key, wrappingKeyOf(readRecoveryKey(recoveryKey) ?? '', salt), RECOVERY);
  return { recovery: { salt: salt.toString('base64'), wrapped: box.toString('base64') }, recoveryKey };
}

function unwrapRecovery({ recovery, check }: KeyFile, secret: string): Buffer | null {
  if (recovery === null) return null;
  const wrapping = wrappingKeyOf(secret, Buffer.from(recovery.salt, 'base64'));
  const key = unsealKey(Buffer.from(recovery.wrapped, 'base64'), wrapping, RECOVERY);
  return key !== null && checkOf(key) === check ? key : null;
}

/** The file that is to be written anew: never another key's. */
function readOwn(file: string, key: Buffer): KeyFile {
  const content = existsSync(file) ? parseKeyFile(readFileSync(file, 'utf8')) : null;
  if (content === null) throw new Failed(malformed(file));
  if (content.check !== checkOf(key)) throw new Failed(wrong(file, content));
  return content;
}

function rewrite(file: string, content: KeyFile): void {
  try {
    replaceDurably(file, textOf(content));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    throw new Failed(notWritten(file, code, 'The key file is as it was.'), { cause: error });
  }
}

function textOf(content: KeyFile): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function parseKeyFile(text: string): KeyFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const file = value as Partial<KeyFile> | null;
  const known = typeof file === 'object' && file !== null && file.format === FORMAT;
  if (!known || typeof file.wrapped !== 'string' || typeof file.check !== 'string') return null;
  const recovery = file.recovery ?? null;
  if (recovery !== null && (typeof recovery.salt !== 'string' || typeof recovery.wrapped !== 'string')) return null;
  if (file.wrap === 'passphrase') return isKdf(file.kdf) ? ({ ...file, recovery } as KeyFile) : null;
  const isKnown = file.wrap === 'none' || file.wrap === 'safe-storage' || (file.wrap === 'recovery' && recovery !== null);
  return isKnown ? ({ ...file, recovery, kdf: null, backend: file.backend ?? null } as KeyFile) : null;
}

function isKdf(kdf: KeyFile['kdf'] | undefined): boolean {
  if (typeof kdf !== 'object' || kdf === null || kdf.name !== 'argon2id' || typeof kdf.salt !== 'string') return false;
  const within = (n: unknown, max: number): boolean => Number.isInteger(n) && (n as number) >= 1 && (n as number) <= max;
  return (
    within(kdf.memoryKiB, MAX_MEMORY_KIB) &&
    within(kdf.passes, MAX_PASSES) &&
    within(kdf.parallelism, 16) &&
    Buffer.from(kdf.salt, 'base64').length >= 8
  );
}

function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update(FORMAT).digest('base64');
}
