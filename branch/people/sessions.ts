/** Who is at work: the sessions of a branch. */
import { createHash, randomBytes } from 'node:crypto';
import type { Account, Session } from '../../contract/people.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';
import { getAccount, getSession, hasAccounts, listSessions, type PeopleChange, type StoredAccount } from '../../db/accounts.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { NewEntry } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import { PassphraseCheck } from './check-passphrase.ts';

const TOKEN_BYTES = 32;
/** PCI DSS 4.0 8.2.8 has 15 minutes; a counter has customers in front of it. */
const LOCK_AFTER_MS = 5 * 60_000;

/** A session as this run knows it. The table says whether it is still one. */
export interface LiveSession {
  readonly account: string;
  readonly token: string;
  readonly tokenHash: Buffer;
  /** Also where the disk would not take it: a lock never fails. */
  isLocked: boolean;
  isOver: boolean;
}

/** What is told when anything about people may have changed. */
export interface SessionLine {
  tell(): void;
}

export class Sessions {
  readonly branch: Branch;
  readonly passphrases: PassphraseCheck;
  readonly #live = new Map<string, LiveSession>();
  #answering = 0;
  readonly #lines = new Set<SessionLine>();
  readonly #stopListening: () => void;

  /** @param branch with no person at work; one `Sessions` per open branch */
  constructor(branch: Branch) {
    this.branch = branch;
    this.passphrases = new PassphraseCheck(branch);
    this.#stopListening = branch.onChange(() => this.tellLines());
  }

  addLine(line: SessionLine): void {
    this.#lines.add(line);
  }

  dropLine(line: SessionLine): void {
    this.#lines.delete(line);
  }

  /** Ends them all, and says so in the log: with the program, or for what a crash of the program left behind. */
  close(): void {
    this.#stopListening();
    endLeftSessions(this.branch);
    for (const live of this.#live.values()) live.isOver = true;
    this.tellLines();
  }

  tellLines(): void {
    for (const line of this.#lines) line.tell();
  }

  /** Accounts of whoever came in and is not behind a locked screen. */
  atWork(): string[] {
    const here = [...this.#live.values()].filter((live) => !live.isLocked && this.accountAt(live) !== null);
    return here.map(({ account }) => account);
  }

  /** A call is being answered somewhere. */
  get isBusy(): boolean {
    return this.#answering > 0;
  }

  /** @returns to be called when the call has been answered to its end */
  beginAnswer(): () => void {
    this.#answering += 1;
    return () => {
      this.#answering -= 1;
    };
  }

  /** A new session, and what stores it. */
  make(account: string): { live: LiveSession; change: PeopleChange } {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const live: LiveSession = { account, token, tokenHash: hashOf(token), isLocked: false, isOver: false };
    return { live, change: { change: 'open-session', tokenHash: live.tokenHash, account } };
  }

  keep(live: LiveSession): void {
    this.#live.set(live.tokenHash.toString('hex'), live);
  }

  /** The session of a token, whether this run made it or one before; null: there is none any more. */
  find(token: string): { live: LiveSession; isOfThisRun: boolean } | null {
    const tokenHash = hashOf(token);
    const known = this.#live.get(tokenHash.toString('hex'));
    if (known !== undefined) return this.accountAt(known) === null ? null : { live: known, isOfThisRun: true };
    const stored = getSession(this.branch.log.db, tokenHash);
    if (stored === null) return null;
    const live: LiveSession = { account: stored.account, token, tokenHash, isLocked: stored.locked, isOver: false };
    return this.accountAt(live) === null ? null : { live, isOfThisRun: false };
  }

  /** Whose session it is, as the account stands now; null when it is over. */
  accountAt({ isOver, tokenHash, account }: LiveSession): StoredAccount | null {
    const { db } = this.branch.log;
    if (isOver || getSession(db, tokenHash) === null) return null;
    const found = getAccount(db, account);
    return found === null || found.disabled ? null : found;
  }

  describe(live: LiveSession | null): Session {
    const account = live === null ? null : this.accountAt(live);
    if (live === null || account === null) return { state: hasAccounts(this.branch.log.db) ? 'signed-out' : 'first-use' };
    return {
      state: stateOf(live, account),
      account: account.account,
      name: account.name,
      role: account.role,
      permissions: [...PERMISSIONS[account.role]],
      token: live.token,
      lockAfterMs: LOCK_AFTER_MS,
    };
  }

  append(entries: readonly NewEntry[]): void {
    appendEntries(this.branch.log, entries);
    this.branch.tellChange();
  }
}

export function stateOf({ isLocked }: LiveSession, { mustChange }: Pick<Account, 'mustChange'>): 'signed-in' | 'locked' | 'must-change' {
  if (isLocked) return 'locked';
  return mustChange ? 'must-change' : 'signed-in';
}

/** To be called when the program starts: nobody is at work who has not come in. */
export function endLeftSessions(branch: Pick<Branch, 'log' | 'tellChange'>): void {
  const { db } = branch.log;
  const entries = listSessions(db).flatMap(({ tokenHash, account }): NewEntry[] => {
    const role = getAccount(db, account)?.role;
    if (role === undefined) return [];
    return [{ entry: { type: 'sign-out', actor: account, role, why: 'closed' }, people: [{ change: 'end-session', tokenHash }] }];
  });
  if (entries.length === 0) return;
  appendEntries(branch.log, entries);
  branch.tellChange();
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
