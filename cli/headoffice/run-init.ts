/** `outpost headoffice init`. */
import { createOfficeKeys } from '../../headoffice/office-keys.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printData, printJson, say } from '../print.ts';
import { usage } from '../repo/usage.ts';
import { databaseOf, givenPassphrase, keysFileOf, OFFICE_PASSPHRASE_FILE } from './open-head-office.ts';
import type { HeadOfficeOptions } from './store-options.ts';

export interface InitOptions extends HeadOfficeOptions {
  name: string;
  domain?: string;
  partitions?: string;
  json?: true;
}

export async function runInit(options: InitOptions): Promise<ExitCode> {
  const { folder, name } = options;
  const domain = options.domain ?? domainOf(name);
  const partitions = partitionsOf(options);
  const passphrase = givenPassphrase() ?? (canAsk() ? await askTwice() : null);
  // First, since it may fail; keys that were made before would stay behind.
  await (await openStore({ database: databaseOf(options), ...(partitions === null ? {} : { partitions }) })).close();
  const keys = await createOfficeKeys(keysFileOf(folder), name, domain, passphrase === '' ? null : passphrase);
  const shown = { name, office: keys.office.vkey, witness: keys.witness.vkey, recipient: keys.recipient };
  if (options.json) printJson(shown);
  else printData(`office ${shown.office}\nwitness ${shown.witness}\nrecipient ${shown.recipient}\n`);
  say(`The keys are in ${keysFileOf(folder)}. Keep a second copy in another place: without them no branch believes this head office.`);
  if (passphrase === null || passphrase === '') say(`No passphrase protects them. ${OFFICE_PASSPHRASE_FILE} names a file with one.`);
  return EXIT.done;
}

/** A name made of the head office's, where no domain was given: `first-regional-bank`. */
function domainOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return slug === '' ? 'head-office' : slug;
}

async function askTwice(): Promise<string> {
  const passphrase = await askPassphrase("New passphrase for head office's keys (empty: none): ");
  if ((await askPassphrase('Once more: ')) !== passphrase) throw usage('The two passphrases differ.', 'Start again; no keys were written.');
  return passphrase;
}

function partitionsOf({ partitions }: InitOptions): number | null {
  if (partitions === undefined) return null;
  const number = Number(partitions);
  if (Number.isInteger(number) && number >= 1 && number <= 1024) return number;
  throw usage(`--partitions ${partitions} is no number from 1 to 1024.`, 'Give 16, or 1 where the engine divides tables itself.');
}
