/** Head office's own keys, and the file that holds them. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Failed } from '../contract/failure.ts';
import { COSIGNATURE_KEY, isKeyName, LOG_KEY, type NoteSigner, noteSigner, parseSkey, witnessSigner } from '../ledger/note-keys.ts';
import { syncFolder } from './publish/write-durably.ts';

export interface OfficeKeys {
  /** Of head office, for people. */
  name: string;
  /** Signs branch files and outcome deliveries (type 01). */
  office: NoteSigner;
  /** Countersigns what was received (type 04). */
  witness: NoteSigner;
  /** age identity (`AGE-SECRET-KEY-1…`): opens what branches send by stick. */
  identity: string;
  /** Its age recipient (`age1…`). */
  recipient: string;
}

const FORMAT = 'outpost-office-keys/1';
const LEAST_PASSPHRASE = 12;
/** OWASP's first row for scrypt: 128 MiB for each guess. */
const COST = { N: 1 << 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

interface Secrets {
  office: string;
  witness: string;
  identity: string;
}

interface KeysFile {
  format: typeof FORMAT;
  name: string;
  office: string;
  witness: string;
  recipient: string;
  /** `none`: the secrets are readable; `scrypt`: AES-256-GCM under a passphrase, the public part as associated data. */
  protection: 'none' | 'scrypt';
  secrets?: Secrets;
  sealed?: { salt: string; nonce: string; bytes: string };
}

/**
 * New keys of a head office.
 * @param domain names the keys in every note (C2SP: a name under one's own domain), as `<domain>/head-office` and `<domain>/witness`; no spaces, no plus
 */
export async function makeOfficeKeys(name: string, domain: string): Promise<OfficeKeys> {
  const identity = await generateX25519Identity();
  return {
    name,
    office: noteSigner(`${domain}/head-office`, randomBytes(32)),
    witness: witnessSigner(`${domain}/witness`, randomBytes(32)),
    identity,
    recipient: await identityToRecipient(identity),
  };
}

/**
 * Makes keys and writes them, whole, durably, and never over another file: keys that are written over are every branch's trust lost.
 * @param passphrase null: readable for whoever reads the file
 * @throws Failed `usage` (the file is there, the passphrase is soon guessed, or the domain is none), `disk-error`
 */
export async function createOfficeKeys(file: string, name: string, domain: string, passphrase: string | null): Promise<OfficeKeys> {
  if (passphrase !== null && passphrase.length < LEAST_PASSPHRASE) throw tooShort();
  if (!isKeyName(domain)) throw noDomain(domain);
  const keys = await makeOfficeKeys(name, domain);
  const shown = { name, office: keys.office.vkey, witness: keys.witness.vkey, recipient: keys.recipient };
  const secrets: Secrets = { office: keys.office.skey, witness: keys.witness.skey, identity: keys.identity };
  const kept: KeysFile =
    passphrase === null
      ? { format: FORMAT, ...shown, protection: 'none', secrets }
      : { format: FORMAT, ...shown, protection: 'scrypt', sealed: seal(secrets, associated(shown), passphrase) };
  writeNew(file, `${JSON.stringify(kept, null, 1)}\n`);
  return keys;
}

/** Whether a passphrase is asked for. @throws Failed `file-unreadable`, `file-malformed` */
export function areOfficeKeysProtected(file: string): boolean {
  return readKeysFile(file).protection === 'scrypt';
}

/** @throws Failed `file-unreadable`, `file-malformed`, or `key-wrong` when the passphrase does not open it */
export function readOfficeKeys(file: string, passphrase: string | null): OfficeKeys {
  const kept = readKeysFile(file);
  const secrets = kept.sealed === undefined ? kept.secrets : open(file, kept, passphrase);
  const office = parseSkey(secrets?.office ?? '', LOG_KEY);
  const witness = parseSkey(secrets?.witness ?? '', COSIGNATURE_KEY);
  if (secrets === undefined || office?.vkey !== kept.office || witness?.vkey !== kept.witness) throw notKeys(file);
  return { name: kept.name, office, witness, identity: secrets.identity, recipient: kept.recipient };
}

function seal(secrets: Secrets, shown: Buffer, passphrase: string): NonNullable<KeysFile['sealed']> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, COST), nonce).setAAD(shown);
  const bytes = Buffer.concat([cipher.update(JSON.stringify(secrets)), cipher.final(), cipher.getAuthTag()]);
  return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), bytes: bytes.toString('base64') };
}

function open(file: string, kept: KeysFile, passphrase: string | null): Secrets {
  try {
    const [salt, nonce, bytes] = [kept.sealed!.salt, kept.sealed!.nonce, kept.sealed!.bytes].map((part) => Buffer.from(part, 'base64'));
    const key = scryptSync(passphrase ?? '', salt!, 32, COST);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce!, { authTagLength: 16 })
      .setAAD(associated(kept))
      .setAuthTag(bytes!.subarray(-16));
    return JSON.parse(Buffer.concat([decipher.update(bytes!.subarray(0, -16)), decipher.final()]).toString('utf8')) as Secrets;
  } catch (error) {
    throw new Failed(
      {
        kind: 'key-wrong',
        happened: `The passphrase does not open head office's keys in ${file}, or the file is damaged.`,
        safe: 'Nothing was received or signed.',
        next: 'Give the passphrase that was chosen when they were made, or take the other copy of the file.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function associated({ name, office, witness, recipient }: Pick<KeysFile, 'name' | 'office' | 'witness' | 'recipient'>): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, name, office, witness, recipient]));
}

function readKeysFile(file: string): KeysFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `Head office's keys in ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was changed.',
        next: 'Correct --folder, or make a head office with outpost headoffice init.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
  const kept = parse(text);
  if (kept === null) throw notKeys(file);
  return kept;
}

function parse(text: string): KeysFile | null {
  try {
    const kept = JSON.parse(text) as Partial<KeysFile> | null;
    const strings = [
      kept?.name,
      kept?.office,
      kept?.witness,
      kept?.recipient,
      ...Object.values(kept?.sealed ?? kept?.secrets ?? { none: null }),
    ];
    const whole = kept?.format === FORMAT && strings.length === 7 && strings.every((part) => typeof part === 'string');
    return whole && (kept.protection === 'scrypt') === (kept.sealed !== undefined) ? (kept as KeysFile) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function writeNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const fd = openSync(file, 'wx', 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    syncFolder(dirname(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isThere = code === 'EEXIST';
    throw new Failed(
      {
        kind: isThere ? 'usage' : 'disk-error',
        happened: isThere ? `${file} is there already.` : `${file} cannot be written (${code ?? 'unknown error'}).`,
        safe: 'No keys were written over.',
        next: isThere
          ? 'This head office has its keys. Name another folder to make a second one.'
          : 'See that the disk has room and can be written.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function noDomain(domain: string): Failed {
  return new Failed({
    kind: 'usage',
    happened: `"${domain}" cannot name keys: a name has no spaces and no plus.`,
    safe: 'No keys were written.',
    next: "Give head office's own domain: sync.bank.example.",
    facts: {},
  });
}

function tooShort(): Failed {
  return new Failed({
    kind: 'usage',
    happened: `The passphrase is shorter than ${LEAST_PASSPHRASE} characters.`,
    safe: 'No keys were written.',
    next: 'Choose a longer one: whoever has the file can guess for years.',
    facts: { least: LEAST_PASSPHRASE },
  });
}

function notKeys(file: string): Failed {
  return new Failed({
    kind: 'file-malformed',
    happened: `${file} does not hold head office's keys.`,
    safe: 'Nothing was changed.',
    next: 'Name a folder that outpost headoffice init made, or bring back its keys.json.',
    facts: { path: file },
  });
}
