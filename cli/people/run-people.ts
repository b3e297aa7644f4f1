/** `outpost people …`: what its commands do. */

import { appendEntries } from '../../branch/log/append-entries.ts';
import {
  createAccount,
  hasAccounts,
  listPeople as peopleOf,
  prepareFirstAccount,
  setDisabled,
  setOfficersSight,
  setPassphrase,
  setRole,
} from '../../branch/people/accounts.ts';
import { Failed } from '../../contract/failure.ts';
import {
  type Account,
  account as accountSchema,
  LEAST_PASSPHRASE_CHARACTERS,
  newPassphrase,
  type PersonRole,
} from '../../contract/people.ts';
import { askPassphrase, canAsk } from '../ask-passphrase.ts';
import { atWork, throughTheDoor, type WorkOptions } from '../at-work.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openDataFolder } from '../open-data-folder.ts';
import { printData, printJson, say } from '../print.ts';
import { readSecretFile } from '../secret-file.ts';

interface NewPassphraseOptions extends WorkOptions {
  passphraseFile?: string;
}

const MANAGE = ['manage-people'] as const;

export async function listPeople({ json, ...options }: WorkOptions & { json?: true }): Promise<ExitCode> {
  const people = await atWork(options, MANAGE, async (branch) => peopleOf(branch));
  if (json === true) printJson(people);
  else printData(people.map(inWords).join(''));
  return EXIT.done;
}

export async function addPerson(given: string, options: NewPassphraseOptions & { name: string; role: string }): Promise<ExitCode> {
  const account = parsed(
    'account',
    given,
    'An account is 2 to 32 lower-case letters, digits, dots, hyphens or underscores, and begins with a letter.',
  );
  const name = parsed('name', options.name, 'A name has 1 to 80 characters.');
  const role = roleOf(options.role);
  const passphrase = await newPassphraseOf(account, options.passphraseFile);
  const made = await addFirst(options, { account, name, role, passphrase });
  const added = made ?? (await atWork(options, MANAGE, async (branch) => await createAccount(branch, { account, name, role, passphrase })));
  tell(added);
  return EXIT.done;
}

/** Nobody can be asked before there is anybody. @returns null: there are accounts already */
async function addFirst(
  { data }: WorkOptions,
  first: { account: string; name: string; role: PersonRole; passphrase: string },
): Promise<Account | null> {
  const branch = await openDataFolder(data);
  try {
    if (hasAccounts(branch.log.db)) return null;
    if (first.role !== 'it') throw usage("The first account of a branch is IT's.", 'Make it with --role it; it then makes the others.');
    const prepared = await prepareFirstAccount(branch, first);
    appendEntries(branch.log, [prepared()]);
    const { account, name, role } = first;
    return { account, name, role, disabled: false, mustChange: false };
  } finally {
    await branch.close();
  }
}

export async function changeRole(account: string, role: string, options: WorkOptions): Promise<ExitCode> {
  const to = roleOf(role);
  tell(await atWork(options, MANAGE, async (branch) => setRole(branch, account, to)));
  return EXIT.done;
}

export async function switchAccount(account: string, disabled: boolean, options: WorkOptions): Promise<ExitCode> {
  tell(await atWork(options, MANAGE, async (branch) => setDisabled(branch, account, disabled)));
  return EXIT.done;
}

export async function setSight(what: string, options: WorkOptions): Promise<ExitCode> {
  if (what !== 'own' && what !== 'all') throw usage(`Officers see own or all decisions, not ${JSON.stringify(what)}.`, 'Give own or all.');
  await atWork(options, MANAGE, async (branch) => setOfficersSight(branch, what === 'all'));
  say(what === 'all' ? "Officers see each other's decisions." : 'Officers see their own decisions alone.');
  return EXIT.done;
}

/** @param account undefined: one's own */
export async function changePassphrase(account: string | undefined, options: NewPassphraseOptions): Promise<ExitCode> {
  const whose = account ?? options.as ?? '';
  const next = await newPassphraseOf(whose, options.passphraseFile);
  if (account !== undefined) {
    tell(await atWork(options, MANAGE, async (branch) => await setPassphrase(branch, account, next)));
    return EXIT.done;
  }
  const branch = await openDataFolder(options.data);
  try {
    await throughTheDoor(branch, options.as, async ({ line, passphrase }) => await line.changePassphrase(passphrase, next));
  } finally {
    await branch.close();
  }
  say(`The passphrase of ${whose} was changed.`);
  return EXIT.done;
}

function tell(person: Account): void {
  printData(inWords(person));
}

function inWords({ account, name, role, disabled, mustChange }: Account): string {
  const state = disabled ? 'disabled' : mustChange ? 'to choose a passphrase' : 'in use';
  return `${account.padEnd(20)} ${role.padEnd(11)} ${state.padEnd(23)} ${name}\n`;
}

async function newPassphraseOf(account: string, file: string | undefined): Promise<string> {
  const given = file === undefined ? await askTwice(account) : readSecretFile(file, '--passphrase-file');
  if (newPassphrase.safeParse(given).success) return given;
  throw usage(
    `A passphrase has at least ${LEAST_PASSPHRASE_CHARACTERS} characters.`,
    'Choose a longer one; several words are easy to keep in mind.',
  );
}

async function askTwice(account: string): Promise<string> {
  if (!canAsk())
    throw usage('No passphrase was given, and there is no terminal to ask at.', 'Name a file with it: --passphrase-file FILE.');
  const first = await askPassphrase(`New passphrase of ${account}: `);
  if (first === (await askPassphrase('The same again: '))) return first;
  throw usage('The two are not the same.', 'Try again.');
}

function roleOf(given: string): PersonRole {
  const found = accountSchema.shape.role.safeParse(given);
  if (found.success) return found.data;
  throw usage(`There is no role ${JSON.stringify(given)}.`, 'The roles are officer, supervisor, auditor and it.');
}

function parsed(field: 'account' | 'name', given: string, rule: string): string {
  const found = accountSchema.shape[field].safeParse(given);
  if (found.success) return found.data;
  throw usage(rule, `Give another ${field}.`);
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
