/** `outpost headoffice user`. */
import { userInfo } from 'node:os';
import type { Operator } from '../../contract/operators.ts';
import { addOperator, disableOperator, listOperators, setPassphrase } from '../../headoffice/operators/accounts.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { readSecretFile } from '../secret-file.ts';
import { atHeadOffice } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

interface PassphraseOptions extends HeadOfficeOptions {
  passphraseFile?: string;
}

export async function addUser(
  operator: string,
  { name, role, passphraseFile, ...where }: PassphraseOptions & { name: string; role: string },
): Promise<ExitCode> {
  const passphrase = await newPassphrase(operator, passphraseFile);
  const added = await atHeadOffice(where, ({ store }) => addOperator(store, who(), { operator, name, role, passphrase }));
  printData(inWords(added));
  return EXIT.done;
}

export async function listUsers({ json, ...where }: HeadOfficeOptions & { json?: true }): Promise<ExitCode> {
  const people = await atHeadOffice(where, ({ store }) => listOperators(store));
  if (json === true) printJson(people);
  else printData(people.map(inWords).join(''));
  if (people.length === 0) say('Nobody has an account yet. Make the first one with outpost headoffice user add.');
  return EXIT.done;
}

export async function disableUser(operator: string, where: HeadOfficeOptions): Promise<ExitCode> {
  await atHeadOffice(where, ({ store }) => disableOperator(store, who(), operator, new Date()));
  say(`${operator} is let in no more.`);
  return EXIT.done;
}

export async function changeUserPassphrase(operator: string, { passphraseFile, ...where }: PassphraseOptions): Promise<ExitCode> {
  const passphrase = await newPassphrase(operator, passphraseFile);
  await atHeadOffice(where, ({ store }) => setPassphrase(store, who(), operator, passphrase));
  say(`The passphrase of ${operator} was changed; sessions that were open have ended.`);
  return EXIT.done;
}

/** As of `actions`. */
function who(): string {
  return `cli:${userInfo().username}`;
}

function inWords({ operator, name, role, disabled }: Operator): string {
  return `${operator.padEnd(20)} ${role.padEnd(9)} ${(disabled ? 'disabled' : 'in use').padEnd(9)} ${name}\n`;
}

async function newPassphrase(operator: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file, '--passphrase-file');
  if (!canAsk()) throw usage('No passphrase was given, and there is no terminal to ask at.', 'Name a file with it in --passphrase-file.');
  const passphrase = await askPassphrase(`New passphrase of ${operator}: `);
  if ((await askPassphrase('Once more: ')) !== passphrase) throw usage('The two passphrases differ.', 'Start again; nothing was changed.');
  return passphrase;
}
