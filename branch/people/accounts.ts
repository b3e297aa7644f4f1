/** The accounts of a branch, in IT's hands. Every change is an entry, and commits with it. */
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import type { Account, PersonRole } from '../../contract/people.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';
import { getAccount, hasAccounts, listAccounts, officersSeeAll, type PeopleChange, type StoredAccount } from '../../db/accounts.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { NewEntry } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from './permissions.ts';
import { accountExists, accountUnknown, notForThisAccount, peopleExist } from './refusals.ts';
import { makeVerifier } from './verifier.ts';

export { hasAccounts } from '../../db/accounts.ts';

/** @throws Failed `not-allowed` */
export function listPeople({ log, role }: Branch): Account[] {
  requirePermission(role, 'manage-people');
  return listAccounts(log.db).map(shown);
}

export interface NewAccount {
  account: string;
  name: string;
  role: PersonRole;
  passphrase: string;
}

/**
 * The first account is IT's, and whoever has the folder's key makes it: there is nobody to ask.
 * @returns the entry to append, for the caller to join a sign-in to
 * @throws Failed `account-exists` as soon as there is any account
 */
export async function prepareFirstAccount(
  branch: Branch,
  { account, name, passphrase }: Omit<NewAccount, 'role'>,
): Promise<() => NewEntry> {
  if (hasAccounts(branch.log.db)) throw peopleExist();
  const verifier = await makeVerifier(passphrase);
  return () => {
    if (hasAccounts(branch.log.db)) throw peopleExist();
    const made: StoredAccount = { account, name, role: 'it', disabled: false, mustChange: false, verifier, failures: 0 };
    return {
      entry: { type: 'account-created', actor: 'system', role: 'system', account, name, granted: 'it' },
      people: [{ change: 'add-account', account: made }],
    };
  };
}

/**
 * The passphrase is a first one: it opens nothing but the choice of another.
 * @throws Failed `account-exists`, `not-allowed`
 */
export async function createAccount(branch: Branch, { account, name, role, passphrase }: NewAccount): Promise<Account> {
  requirePermission(branch.role, 'manage-people');
  if (getAccount(branch.log.db, account) !== null) throw accountExists(account);
  const verifier = await makeVerifier(passphrase);
  branch.requireAtWork();
  if (getAccount(branch.log.db, account) !== null) throw accountExists(account);
  const made: StoredAccount = { account, name, role, disabled: false, mustChange: true, verifier, failures: 0 };
  return change(branch, account, { type: 'account-created', ...by(branch), account, name, granted: role }, [
    { change: 'add-account', account: made },
  ]);
}

/** What the person is doing ends: they sign in anew, with the new role. @throws Failed `account-unknown`, `not-allowed` */
export function setRole(branch: Branch, account: string, to: PersonRole): Account {
  const { role: from } = changeable(branch, account);
  if (from === to) return accountNow(branch, account);
  if (from === 'it') requireAnotherIt(branch, account);
  return change(branch, account, { type: 'role-changed', ...by(branch), account, from, to }, [
    { change: 'set-account', account, set: { role: to } },
    { change: 'end-sessions-of', account, keep: null },
    ...(PERMISSIONS[to].includes('decide') ? [] : [{ change: 'drop-drafts-of', account } as const]),
  ]);
}

/** A disabled account keeps its name and its past; what the person is doing ends. @throws Failed `account-unknown`, `not-allowed` */
export function setDisabled(branch: Branch, account: string, disabled: boolean): Account {
  const found = changeable(branch, account);
  if (found.disabled === disabled) return accountNow(branch, account);
  if (disabled && found.role === 'it') requireAnotherIt(branch, account);
  return change(branch, account, { type: disabled ? 'account-disabled' : 'account-enabled', ...by(branch), account }, [
    { change: 'set-account', account, set: { disabled } },
    { change: 'end-sessions-of', account, keep: null },
    { change: 'drop-drafts-of', account },
  ]);
}

/** For somebody who lost theirs: a new first passphrase, and no wait any more. @throws Failed `account-unknown`, `not-allowed` */
export async function setPassphrase(branch: Branch, account: string, passphrase: string): Promise<Account> {
  changeable(branch, account);
  const verifier = await makeVerifier(passphrase);
  branch.requireAtWork();
  changeable(branch, account);
  return change(branch, account, { type: 'passphrase-changed', ...by(branch), account, by: 'it' }, [
    { change: 'set-account', account, set: { verifier, mustChange: true, failures: 0 } },
    { change: 'end-sessions-of', account, keep: null },
  ]);
}

/** Whether officers see each other's decisions. @throws Failed `not-allowed` */
export function setOfficersSight(branch: Branch, all: boolean): void {
  requirePermission(branch.role, 'manage-people');
  if (officersSeeAll(branch.log.db) === all) return;
  appendEntries(branch.log, [{ entry: { type: 'officers-sight', ...by(branch), all }, people: [{ change: 'set-sight', all }] }]);
  branch.tellChange();
}

/** Nobody changes what their own account may do, nor gets around their own old passphrase. */
function changeable({ log, role, actor }: Branch, account: string): StoredAccount {
  requirePermission(role, 'manage-people');
  const found = getAccount(log.db, account);
  if (found === null) throw accountUnknown(account);
  if (account !== actor) return found;
  throw notForThisAccount('Nobody changes their own account.', 'Let somebody else of IT do it. Your own passphrase you change yourself.', {
    cause: 'own-account',
  });
}

/** A branch without IT could never have one again. */
function requireAnotherIt({ log }: Branch, account: string): void {
  if (listAccounts(log.db).some((other) => other.account !== account && other.role === 'it' && !other.disabled)) return;
  throw notForThisAccount('This is the last account of IT that is left.', 'Make another account of IT first.', { cause: 'last-it' });
}

function change(branch: Branch, account: string, entry: UnstampedEntry, people: PeopleChange[]): Account {
  appendEntries(branch.log, [{ entry, people }]);
  branch.tellChange();
  return accountNow(branch, account);
}

function accountNow({ log }: Branch, account: string): Account {
  const found = getAccount(log.db, account);
  if (found === null) throw new Error(`the account ${account} has gone`);
  return shown(found);
}

function by({ actor, role }: Branch): Pick<UnstampedEntry, 'actor' | 'role'> {
  return { actor, role };
}

function shown({ account, name, role, disabled, mustChange }: StoredAccount): Account {
  return { account, name, role, disabled, mustChange };
}
