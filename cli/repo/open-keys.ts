/** Opens key files, with passphrases from a file or the terminal: never from the command line, which every process of the machine may read. */
import { createKeyFile, readKeyFile } from '../../headoffice/publish/key-file.ts';
import type { SigningKey } from '../../headoffice/publish/signing-key.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { readSecretFile } from '../secret-file.ts';
import { usage } from './usage.ts';

const PASSPHRASE_FILE = 'OUTPOST_KEY_PASSPHRASE_FILE';

/** @throws Failed `key-wrong`, `file-unreadable`, `file-malformed`, `usage` */
export async function openKeys(files: readonly string[]): Promise<SigningKey[]> {
  const given = passphrasesGiven(files.length);
  const keys: SigningKey[] = [];
  for (const [at, file] of files.entries()) keys.push(readKeyFile(file, given?.[at] ?? (await ask(`Passphrase of ${file}: `))));
  return keys;
}

/** @throws Failed `usage` when the two that were typed differ, or for a passphrase that is soon guessed */
export async function writeNewKey(file: string, key: SigningKey): Promise<void> {
  const [given] = passphrasesGiven(1) ?? [];
  const passphrase = given ?? (await ask(`New passphrase for ${file}: `));
  if (given === undefined && (await ask('Once more: ')) !== passphrase)
    throw usage('The two passphrases differ.', 'Start again; no key was written.');
  createKeyFile(file, key, passphrase);
}

/** One line serves all keys. */
function passphrasesGiven(count: number): string[] | null {
  const named = process.env[PASSPHRASE_FILE];
  if (named === undefined || named === '') return null;
  const lines = readSecretFile(named, PASSPHRASE_FILE).split(/\r?\n/);
  if (lines.length === 1) return Array.from({ length: count }, () => lines[0]!);
  if (lines.length === count) return lines;
  throw usage(
    `${PASSPHRASE_FILE} has ${lines.length} lines, and ${count} ${count === 1 ? 'key is' : 'keys are'} given.`,
    'Give one line for all, or one for each key in their order.',
  );
}

async function ask(question: string): Promise<string> {
  if (canAsk()) return await askPassphrase(question);
  throw usage('The passphrase of the key was not given, and there is no terminal to ask at.', `Name a file with it in ${PASSPHRASE_FILE}.`);
}
