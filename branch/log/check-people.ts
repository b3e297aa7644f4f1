/** The accounts, held against what the entries say became of them. Only what opens an account, its verifier, follows from no entry. */
import type { LogEntry } from '../../contract/log-entry.ts';
import { listAccounts, officersSeeAll, type StoredAccount } from '../../db/accounts.ts';
import type { Reader } from '../../db/handle.ts';
import type { Findings } from './findings.ts';

type KnownAccount = Omit<StoredAccount, 'verifier'>;

/** What the entries so far leave. */
export interface KnownPeople {
  /** By name. */
  readonly accounts: Map<string, KnownAccount>;
  /** Whether officers see each other's decisions. */
  officersSeeAll: boolean;
}

/** Follows what entries do to accounts, in their order. */
export function notePeople(people: KnownPeople, entries: readonly LogEntry[], findings: Findings): void {
  for (const entry of entries) {
    if (entry.type === 'account-created') noteCreated(people, entry, findings);
    else if (entry.type === 'sign-in') {
      // Only where the account's own passphrase was given.
      const person = people.accounts.get(entry.actor);
      if (person !== undefined && entry.how !== 'resume') person.failures = 0;
    } else if (entry.type === 'sign-in-failed') {
      if (entry.account !== null) noteChange(people, entry.seq, entry.account, findings, { failures: entry.failures });
    } else if (entry.type === 'role-changed') {
      const before = people.accounts.get(entry.account)?.role;
      if (before !== undefined && before !== entry.from)
        findings.addTampered(entry.seq, `Entry ${entry.seq} takes the role ${entry.from} from ${entry.account}, who was ${before}.`);
      noteChange(people, entry.seq, entry.account, findings, { role: entry.to });
    } else if (entry.type === 'account-disabled' || entry.type === 'account-enabled')
      noteChange(people, entry.seq, entry.account, findings, { disabled: entry.type === 'account-disabled' });
    else if (entry.type === 'officers-sight') people.officersSeeAll = entry.all;
    else if (entry.type === 'passphrase-changed')
      noteChange(people, entry.seq, entry.account, findings, { mustChange: entry.by === 'it', failures: 0 });
  }
}

function noteCreated(people: KnownPeople, entry: Extract<LogEntry, { type: 'account-created' }>, findings: Findings): void {
  const { seq, account, name, granted, actor } = entry;
  if (people.accounts.has(account)) findings.addTampered(seq, `Entry ${seq} makes the account ${account}, which was there already.`);
  // The first account is made by whoever will use it; all others get a first passphrase from IT.
  people.accounts.set(account, { account, name, role: granted, disabled: false, mustChange: actor !== 'system', failures: 0 });
}

function noteChange(people: KnownPeople, seq: number, account: string, findings: Findings, change: Partial<KnownAccount>): void {
  const person = people.accounts.get(account);
  if (person === undefined) findings.addTampered(seq, `Entry ${seq} is about the account ${account}, which no entry made.`);
  else Object.assign(person, change);
}

/** Compares what is kept with where the entries leave them. */
export function checkPeople(reader: Reader, people: KnownPeople, findings: Findings): void {
  const missing = new Map(people.accounts);
  for (const stored of listAccounts(reader)) {
    const { account } = stored;
    const known = people.accounts.get(account);
    missing.delete(account);
    if (known === undefined) {
      findings.addTampered(null, `There is an account ${account} that the log does not have.`);
      continue;
    }
    const differing = (['name', 'role', 'disabled', 'mustChange', 'failures'] as const).filter((part) => stored[part] !== known[part]);
    if (differing.length > 0)
      findings.addTampered(null, `The account ${account} is kept otherwise than the log has it (${differing.join(', ')}).`);
  }
  for (const account of missing.keys()) findings.addTampered(null, `The account ${account} is missing, which the log has.`);
  if (officersSeeAll(reader) !== people.officersSeeAll)
    findings.addTampered(null, "What officers see of each other's decisions is set otherwise than the log has it.");
}
