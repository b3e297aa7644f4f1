/** Opens head office for a command: its keys and its store. */
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { areOfficeKeysProtected, type OfficeKeys, readOfficeKeys } from '../../headoffice/office-keys.ts';
import type { Store } from '../../headoffice/store/store.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { readSecretFile } from '../secret-file.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export const OFFICE_PASSPHRASE_FILE = 'OUTPOST_HEADOFFICE_PASSPHRASE_FILE';

export interface HeadOffice {
  store: Store;
  keys: OfficeKeys;
  /** Waits for what is under way in the store. */
  close(): Promise<void>;
}

export function keysFileOf(folder: string): string {
  return join(folder, 'keys.json');
}

/** Where its data is: the database that is named, or the embedded engine's folder. */
export function databaseOf({ folder, database }: HeadOfficeOptions): string {
  return database ?? join(folder, 'data');
}

/**
 * @param connections to PostgreSQL at most
 * @throws Failed `file-unreadable`, `file-malformed`, `key-wrong`, `usage` (no passphrase), and as `openStore`
 */
export async function openHeadOffice(options: HeadOfficeOptions, connections?: number): Promise<HeadOffice> {
  const keys = await openOfficeKeys(options.folder);
  const { openStore } = await import('../../headoffice/store/open-store.ts');
  const store = await openStore({ database: databaseOf(options), ...(connections === undefined ? {} : { connections }) });
  return { store, keys, close: () => store.close() };
}

/** Opens it, does the work, and closes it whatever came of it. */
export async function atHeadOffice<T>(options: HeadOfficeOptions, work: (headOffice: HeadOffice) => Promise<T>): Promise<T> {
  const headOffice = await openHeadOffice(options);
  try {
    return await work(headOffice);
  } finally {
    await headOffice.close();
  }
}

async function openOfficeKeys(folder: string): Promise<OfficeKeys> {
  const file = keysFileOf(folder);
  return readOfficeKeys(file, areOfficeKeysProtected(file) ? await passphraseOf(file) : null);
}

/** null: none was given, and there is no terminal to ask at. */
export function givenPassphrase(): string | null {
  const named = process.env[OFFICE_PASSPHRASE_FILE];
  return named === undefined || named === '' ? null : readSecretFile(named, OFFICE_PASSPHRASE_FILE);
}

async function passphraseOf(file: string): Promise<string> {
  const given = givenPassphrase();
  if (given !== null) return given;
  if (canAsk()) return await askPassphrase(`Passphrase of ${file}: `);
  throw new Failed({
    kind: 'usage',
    happened: "The passphrase of head office's keys was not given, and there is no terminal to ask at.",
    safe: 'Nothing was done.',
    next: `Name a file with it in ${OFFICE_PASSPHRASE_FILE}.`,
    facts: {},
  });
}
