/** The folder of an independent witness: its key, and what the embedded engine keeps. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { COSIGNATURE_KEY, isKeyName, type NoteSigner, parseSkey, witnessSigner } from '../../ledger/note-keys.ts';
import { writeDurably } from '../publish/write-durably.ts';

const KEY_FILE = 'witness.skey';

/**
 * Makes the folder and a key of its own.
 * @param name of the key, as it will stand under checkpoints: a name without spaces or plus, best under a domain of whoever runs it
 * @throws Failed usage for a name that no note can carry, or where a key is there already: it is never written over
 */
export function makeWitnessFolder(folder: string, name: string): NoteSigner {
  if (!isKeyName(name))
    throw refused(`${name} cannot be a witness's name.`, 'Give a name without spaces or plus, such as witness.bank.example/audit.');
  const file = join(folder, KEY_FILE);
  if (existsSync(file))
    throw refused(`${folder} is a witness's folder already.`, 'Name another folder: a key that is written over is lost.');
  const signer = witnessSigner(name, randomBytes(32));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeDurably(file, [Buffer.from(`${signer.skey}\n`)], 0o600);
  return signer;
}

/** @throws Failed file-unreadable where there is none, file-malformed for anything else than a witness's key */
export function readWitnessKey(folder: string): NoteSigner {
  const file = join(folder, KEY_FILE);
  const signer = parseSkey(read(file).trimEnd(), COSIGNATURE_KEY);
  if (signer !== null) return signer;
  throw new Failed({
    kind: 'file-malformed',
    happened: `${file} is no witness's key.`,
    safe: 'Nothing was signed.',
    next: 'Bring back the file from where the key is kept a second time.',
    facts: { path: file },
  });
}

/** Where the embedded engine keeps what was countersigned. */
export function storeFolder(folder: string): string {
  return join(folder, 'store');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failed(
      {
        kind: 'file-unreadable',
        happened: `The witness's key ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
        safe: 'Nothing was signed.',
        next: 'Name the folder that outpost witness init made.',
        facts: { path: file },
      },
      { cause: error },
    );
  }
}

function refused(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
