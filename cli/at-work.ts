/** Who a command works as: the one place where the command line lets people in. */
import { userInfo } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import type { Branch, OpenFolder } from '../branch/open-branch.ts';
import type { Line } from '../branch/people/line.ts';
import { Failed } from '../contract/failure.ts';
import type { Permission } from '../contract/people.ts';
import { PERMISSIONS } from '../contract/permissions.ts';
import { askPassphrase, canAsk } from './ask-passphrase.ts';
import { lookIntoDataFolder, openDataFolder } from './open-data-folder.ts';
import { say } from './print.ts';
import { readSecretFile } from './secret-file.ts';

export const PASSPHRASE_FILE = 'OUTPOST_ACCOUNT_PASSPHRASE_FILE';

/** Of a command that acts, or shows personal data. */
export interface WorkOptions {
  data: string;
  as?: string;
}

/** Any one of them. */
export type Needs = readonly [Permission, ...Permission[]];

export function asOption(): Option {
  return new Option('--as <account>', 'who is at work, in a branch that has accounts').env('OUTPOST_ACCOUNT');
}

/**
 * Opens the folder for work and does it as somebody who may. A branch without accounts has nobody to ask: whoever holds its key works under
 * the name that the operating system knows them by, as an officer where an officer may do it, else as the program itself.
 * @throws Failed `usage` (no account given), `sign-in-refused`, `not-allowed`, and as `openDataFolder`
 */
export async function atWork<T>({ data, as }: WorkOptions, needs: Needs, work: (branch: Branch) => Promise<T>): Promise<T> {
  const branch = await openDataFolder(data);
  try {
    const { hasAccounts } = await import('../branch/people/accounts.ts');
    if (hasAccounts(branch.log.db)) return await throughTheDoor(branch, as, async ({ line }) => await work(line.enter(needs).branch));
    refuseName(as);
    const role = needs.some((permission) => PERMISSIONS.officer.includes(permission)) ? 'officer' : 'system';
    return await work(branch.for({ account: userInfo().username, role }));
  } finally {
    await branch.close();
  }
}

/**
 * For commands that only look. Where nobody has an account they read beside a running program and write nothing; where people have, who looked
 * is itself an entry, so the folder must be free. Never makes a folder.
 * @param look `branch`: with the person at work; null without accounts
 */
export async function lookAtWork<T>(
  { data, as }: WorkOptions,
  needs: Needs,
  look: (folder: Pick<OpenFolder, 'dataDir' | 'db' | 'store'>, branch: Branch | null) => Promise<T>,
): Promise<T> {
  const folder = await lookIntoDataFolder(data);
  try {
    const { hasAccounts } = await import('../branch/people/accounts.ts');
    if (!hasAccounts(folder.db)) {
      refuseName(as);
      return await look(folder, null);
    }
    return await atWork({ data, ...(as === undefined ? {} : { as }) }, needs, async (branch) => await look(folder, branch));
  } finally {
    folder.close();
  }
}

export interface CameIn {
  line: Line;
  passphrase: string;
}

/** Lets somebody in, does what is to be done, and lets them out again. @throws Failed as `atWork` */
export async function throughTheDoor<T>(branch: Branch, as: string | undefined, work: (cameIn: CameIn) => Promise<T>): Promise<T> {
  const { Line } = await import('../branch/people/line.ts');
  const { endLeftSessions, Sessions } = await import('../branch/people/sessions.ts');
  if (as === undefined || as === '') throw nobodyNamed();
  const passphrase = await passphraseOf(as);
  // The folder is ours alone: whoever is said to be at work in it was cut off.
  endLeftSessions(branch);
  const sessions = new Sessions(branch);
  const wait = sessions.passphrases.waitOf(as);
  if (wait > 0) {
    say(`After failed tries this account has to wait ${Math.ceil(wait / 1000)} s. Ctrl-C gives up.`);
    // Both clocks count whole milliseconds.
    await setTimeout(wait + 10);
  }
  const line = new Line(sessions);
  await line.signIn(as, passphrase);
  try {
    return await work({ line, passphrase });
  } finally {
    sessions.close();
  }
}

async function passphraseOf(as: string): Promise<string> {
  const file = process.env[PASSPHRASE_FILE];
  if (file !== undefined && file !== '') return readSecretFile(file, PASSPHRASE_FILE);
  if (canAsk()) return await askPassphrase(`Passphrase of ${as}: `);
  throw new Failed({
    kind: 'usage',
    happened: 'The passphrase of the account was not given, and there is no terminal to ask at.',
    safe: 'Nothing was done.',
    next: `Name a file with it in ${PASSPHRASE_FILE}.`,
    facts: {},
  });
}

function nobodyNamed(): Failed {
  return new Failed({
    kind: 'usage',
    happened: 'This branch has accounts, and nobody was named who is at work.',
    safe: 'Nothing was done.',
    next: 'Give --as ACCOUNT (or OUTPOST_ACCOUNT).',
    facts: {},
  });
}

function refuseName(as: string | undefined): void {
  if (as === undefined || as === '') return;
  throw new Failed({
    kind: 'usage',
    happened: 'This branch has no accounts, so nobody can be named.',
    safe: 'Nothing was done.',
    next: 'Leave out --as and OUTPOST_ACCOUNT, or make the first account with outpost people add.',
    facts: {},
  });
}
