/** People of the branch: what opens their accounts, and who is at work. It changes only in the transaction that appends the entry saying so. */
import type { PersonRole } from '../contract/people.ts';
import { dropDraftsOf } from './drafts.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface StoredAccount {
  account: string;
  /** As colleagues know them. */
  name: string;
  role: PersonRole;
  disabled: boolean;
  /** The passphrase was set by IT. */
  mustChange: boolean;
  /** What a passphrase is checked against; never the passphrase. */
  verifier: string;
  /** Failed tries since the last one that succeeded. */
  failures: number;
}

/** What an entry does to accounts and sessions. */
export type PeopleChange =
  | { change: 'add-account'; account: StoredAccount }
  | { change: 'set-account'; account: string; set: Partial<Omit<StoredAccount, 'account' | 'name'>> }
  /** Failures under names that nobody has, counted in buckets so that no name is kept. */
  | { change: 'count-unknown'; bucket: number; failures: number }
  | { change: 'open-session'; tokenHash: Buffer; account: string }
  | { change: 'set-locked'; tokenHash: Buffer; locked: boolean }
  | { change: 'end-session'; tokenHash: Buffer }
  /** All of an account, but for the one that is kept. */
  | { change: 'end-sessions-of'; account: string; keep: Buffer | null }
  /** Of somebody who decides no longer: what they typed is their applicants' data. */
  | { change: 'drop-drafts-of'; account: string }
  /** Whether officers see each other's decisions. */
  | { change: 'set-sight'; all: boolean };

type AccountRow = Omit<StoredAccount, 'disabled' | 'mustChange'> & { disabled: 0 | 1; mustChange: 0 | 1 };

const COLUMNS = 'account, name, role, disabled, must_change AS mustChange, verifier, failures';

const accountOf = (row: AccountRow): StoredAccount => ({ ...row, disabled: row.disabled === 1, mustChange: row.mustChange === 1 });

export function getAccount(reader: Reader, account: string): StoredAccount | null {
  const sql = `SELECT ${COLUMNS} FROM accounts WHERE account = ?`;
  const row = withDatabase(reader, () => statement<AccountRow>(reader, sql).get(account));
  return row === undefined ? null : accountOf(row);
}

/** All of them, by account name. */
export function listAccounts(reader: Reader): StoredAccount[] {
  const sql = `SELECT ${COLUMNS} FROM accounts ORDER BY account`;
  return withDatabase(reader, () => statement<AccountRow>(reader, sql).all()).map(accountOf);
}

export function hasAccounts(reader: Reader): boolean {
  return withDatabase(reader, () => statement(reader, 'SELECT 1 FROM accounts LIMIT 1').get() !== undefined);
}

/** @returns failures counted in a bucket of names that nobody has */
export function unknownFailures(reader: Reader, bucket: number): number {
  const sql = 'SELECT value FROM settings WHERE key = ?';
  const row = withDatabase(reader, () => statement<{ value: string }>(reader, sql).get(bucketKey(bucket)));
  return row === undefined ? 0 : Number(row.value);
}

/** Until the branch allows it, they see their own alone. */
export function officersSeeAll(reader: Reader): boolean {
  const sql = "SELECT 1 FROM settings WHERE key = 'officers.see-all' AND value = 'yes'";
  return withDatabase(reader, () => statement(reader, sql).get() !== undefined);
}

export interface StoredSession {
  tokenHash: Buffer;
  account: string;
  locked: boolean;
}

type SessionRow = Omit<StoredSession, 'locked'> & { locked: 0 | 1 };

export function listSessions(reader: Reader): StoredSession[] {
  const sql = 'SELECT token_hash AS tokenHash, account, locked FROM sessions';
  return withDatabase(reader, () => statement<SessionRow>(reader, sql).all()).map((row) => ({ ...row, locked: row.locked === 1 }));
}

export function getSession(reader: Reader, tokenHash: Buffer): StoredSession | null {
  const sql = 'SELECT token_hash AS tokenHash, account, locked FROM sessions WHERE token_hash = ?';
  const row = withDatabase(reader, () => statement<SessionRow>(reader, sql).get(tokenHash));
  return row === undefined ? null : { ...row, locked: row.locked === 1 };
}

/** Only inside the transaction that appends the entry. */
export function applyPeopleChange(writer: Writer, change: PeopleChange): void {
  const run = (sql: string, ...values: unknown[]) => statement(writer, sql).run(...values);
  switch (change.change) {
    case 'add-account': {
      const { account, name, role, disabled, mustChange, verifier, failures } = change.account;
      const columns = 'account, name, role, disabled, must_change, verifier, failures';
      run(
        `INSERT INTO accounts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        account,
        name,
        role,
        +disabled,
        +mustChange,
        verifier,
        failures,
      );
      return;
    }
    case 'set-account':
      setAccount(writer, change.account, change.set);
      return;
    case 'count-unknown':
      run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', bucketKey(change.bucket), String(change.failures));
      return;
    case 'open-session':
      run('INSERT INTO sessions (token_hash, account, locked) VALUES (?, ?, 0)', change.tokenHash, change.account);
      return;
    case 'set-locked':
      run('UPDATE sessions SET locked = ? WHERE token_hash = ?', +change.locked, change.tokenHash);
      return;
    case 'end-session':
      run('DELETE FROM sessions WHERE token_hash = ?', change.tokenHash);
      return;
    case 'drop-drafts-of':
      dropDraftsOf(writer, change.account);
      return;
    case 'set-sight':
      run("INSERT OR REPLACE INTO settings (key, value) VALUES ('officers.see-all', ?)", change.all ? 'yes' : 'no');
      return;
    case 'end-sessions-of':
      run('DELETE FROM sessions WHERE account = ? AND token_hash IS NOT ?', change.account, change.keep);
      return;
  }
}

function setAccount(writer: Writer, account: string, set: Partial<Omit<StoredAccount, 'account' | 'name'>>): void {
  const { role, disabled, mustChange, verifier, failures } = set;
  const sql = `UPDATE accounts SET role = coalesce(?, role), disabled = coalesce(?, disabled), must_change = coalesce(?, must_change),
    verifier = coalesce(?, verifier), failures = coalesce(?, failures) WHERE account = ?`;
  const flag = (value: boolean | undefined) => (value === undefined ? null : +value);
  statement(writer, sql).run(role ?? null, flag(disabled), flag(mustChange), verifier ?? null, failures ?? null, account);
}

function bucketKey(bucket: number): `people.unknown.${number}` {
  return `people.unknown.${bucket}`;
}
