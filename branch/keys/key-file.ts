/** The data folder's `key.json`: the database key, wrapped. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Failure } from '../../contract/failure.ts';
import { syncFolder } from '../../db/durable-folders.ts';
import { deriveKey, KDF_COST, type Kdf, sealKey, unsealKey } from './passphrase.ts';

const FORMAT = 'outpost-key/1';
const KEY_BYTES = 32;
/** A key file that somebody else wrote must not take all memory. */
const MAX_MEMORY_KIB = 1_048_576;
const MAX_PASSES = 16;
/** What a file system without hard links answers. */
const WITHOUT_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

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
  passphrase: string | null;
  keyStore: KeyStore | null;
}

interface KeyFile {
  format: typeof FORMAT;
  wrap: Protection['wrap'];
  /** Of the key store; null otherwise. */
  backend: string | null;
  kdf: { name: 'argon2id'; memoryKiB: number; passes: number; parallelism: number; salt: string } | null;
  /** none: base64 of the key; passphrase: base64 of nonce ‖ ciphertext ‖ tag; safe-storage: what the key store gave. */
  wrapped: string;
  /** HMAC-SHA-256 of the format's name under the key: a key that came out wrong is never tried on the database. */
  check: string;
}

/** Makes a new random database key and its key file, durable before it returns. Never writes over an existing file. */
export async function createKey(file: string, protection: Protection): Promise<{ key: Buffer } | { failure: Failure }> {
  if (protection.wrap === 'safe-storage' && protection.keyStore.backend === 'basic_text') return { failure: untrusted(file, 'basic_text') };
  const key = randomBytes(KEY_BYTES);
  const content: KeyFile = { format: FORMAT, backend: null, kdf: null, check: checkOf(key), ...(await wrapKey(key, protection)) };
  try {
    writeDurably(file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null || code === 'EEXIST') throw error;
    return { failure: notWritten(file, code) };
  }
  return { key };
}

type Wrapped = Pick<KeyFile, 'wrap' | 'wrapped'> & Partial<KeyFile>;

async function wrapKey(key: Buffer, protection: Protection): Promise<Wrapped> {
  switch (protection.wrap) {
    case 'none':
      return { wrap: 'none', wrapped: key.toString('base64') };
    case 'safe-storage': {
      const { backend } = protection.keyStore;
      return { wrap: 'safe-storage', backend, wrapped: await protection.keyStore.wrap(key.toString('hex')) };
    }
    case 'passphrase': {
      const kdf: Kdf = { ...KDF_COST, salt: randomBytes(16) };
      const box = sealKey(key, await deriveKey(protection.passphrase, kdf), FORMAT);
      const salt = kdf.salt.toString('base64');
      return { wrap: 'passphrase', kdf: { name: 'argon2id', ...KDF_COST, salt }, wrapped: box.toString('base64') };
    }
  }
}

/**
 * Opens the key file with what is at hand. Failures: database-key-missing (no file, or a passphrase is needed), database-key-wrong
 * (wrong passphrase, or another key store's), key-store-untrusted (it was wrapped by a key store that is not there), file-malformed.
 */
export async function openKey(file: string, openers: Openers): Promise<{ key: Buffer; wrap: Protection['wrap'] } | { failure: Failure }> {
  if (!existsSync(file))
    return { failure: missing(file, 'The key file of this data folder is missing.', 'Put key.json back into the folder.') };
  const content = parseKeyFile(readFileSync(file, 'utf8'));
  if (content === null) return { failure: malformed(file) };
  const { wrap } = content;
  if (wrap === 'passphrase' && openers.passphrase === null) {
    return { failure: missing(file, 'This data folder is protected by a passphrase.', 'Give the passphrase.') };
  }
  if (wrap === 'safe-storage' && (openers.keyStore === null || openers.keyStore.backend === 'basic_text')) {
    return { failure: untrusted(file, content.backend ?? 'unknown') };
  }
  const key = await unwrapKey(content, openers);
  if (key === null || checkOf(key) !== content.check) return { failure: wrong(file, content) };
  return { key, wrap };
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
  if (file.wrap === 'none' || file.wrap === 'safe-storage') return { ...file, kdf: null, backend: file.backend ?? null } as KeyFile;
  return file.wrap === 'passphrase' && isKdf(file.kdf) ? (file as KeyFile) : null;
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

/**
 * Owner-only, and on the disk before any page is encrypted with it: a database without its key is lost. Its name comes last and is
 * never given twice: a first start that is cut short leaves no half key, and of two at once only one makes the key.
 */
function writeDurably(file: string, text: string): void {
  const unfinished = `${file}.unfinished-${randomUUID()}`;
  try {
    writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600, flush: true });
    nameOnce(unfinished, file);
    syncFolder(dirname(file));
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function nameOnce(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !WITHOUT_LINKS.includes(code)) throw error;
    writeFileSync(file, readFileSync(unfinished), { flag: 'wx', mode: 0o600, flush: true });
  }
}

const untouched = 'Nothing was changed.';

function missing(file: string, happened: string, next: string): Failure {
  return { kind: 'database-key-missing', happened, safe: untouched, next, facts: { file } };
}

function malformed(file: string): Failure {
  const next = 'Put the key.json of this data folder back, from a backup.';
  return { kind: 'file-malformed', happened: 'The key file cannot be read as one.', safe: untouched, next, facts: { file } };
}

function notWritten(file: string, code: string): Failure {
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'disk-error';
  const next = 'Free space on this disk or choose another data folder.';
  return { kind, happened: 'The key file could not be written.', safe: 'No database was made.', next, facts: { file, code } };
}

function untrusted(file: string, backend: string): Failure {
  return {
    kind: 'key-store-untrusted',
    happened: "This PC's key store cannot be trusted with the database key.",
    safe: untouched,
    next: 'Use a passphrase, or sign in to a session that has a key ring.',
    facts: { file, backend },
  };
}

function wrong(file: string, { wrap, backend }: KeyFile): Failure {
  const happened = wrap === 'passphrase' ? 'The passphrase is not the right one.' : 'The database key could not be unwrapped.';
  const next =
    wrap === 'passphrase' ? 'Try again.' : 'Use the account and key store that made this data folder, or put its own key file back.';
  return { kind: 'database-key-wrong', happened, safe: untouched, next, facts: backend === null ? { file } : { file, backend } };
}
