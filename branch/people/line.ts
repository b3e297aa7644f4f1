/** One page's line to the branch: the door, and behind it the branch for the person who came in. */
import type { Permission, Session } from '../../contract/people.ts';
import type { PeopleChange } from '../../db/accounts.ts';
import type { NewEntry } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import { type NewAccount, prepareFirstAccount } from './accounts.ts';
import { requireAnyOf } from './permissions.ts';
import { mustChangeFirst, notForThisAccount, sessionLocked, sessionOver } from './refusals.ts';
import { type LiveSession, type Sessions, stateOf } from './sessions.ts';
import { makeVerifier } from './verifier.ts';

export class Line {
  readonly #sessions: Sessions;
  #live: LiveSession | null = null;
  #told: string;
  /** Of who is at work now; aborted as soon as that changes. */
  #presence = new AbortController();
  #isClosed = false;

  /** To be closed with its page. */
  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#told = JSON.stringify(this.session);
    sessions.addLine(this);
  }

  /** With nobody at work: for what is done before anybody has an account. */
  get branch(): Branch {
    return this.#sessions.branch;
  }

  /** @returns to be called when a call over this line has been answered to its end */
  beginAnswer(): () => void {
    return this.#sessions.beginAnswer();
  }

  get session(): Session {
    return this.#sessions.describe(this.#live);
  }

  /** The session now and at every change, until the signal. */
  async *watch(signal: AbortSignal): AsyncGenerator<Session, void, void> {
    while (!signal.aborted && !this.#isClosed) {
      const either = AbortSignal.any([signal, this.#presence.signal]);
      yield this.session;
      if (!either.aborted) await new Promise((resolve) => either.addEventListener('abort', resolve, { once: true }));
    }
  }

  /** To be called when anything about people may have changed. */
  tell(): void {
    const now = JSON.stringify(this.session);
    if (now === this.#told) return;
    this.#told = now;
    const before = this.#presence;
    this.#presence = new AbortController();
    before.abort();
  }

  /**
   * @returns the branch with the person of this line at work, and a signal that says when they no longer are
   * @throws Failed `session-over`, `session-locked`, `not-allowed`
   */
  enter(needs: readonly Permission[]): { branch: Branch; presence: AbortSignal } {
    const live = this.#live;
    const { account, role } = this.#requireAtWork(live);
    requireAnyOf(role, needs);
    const requireAtWork = () => {
      if (this.#requireAtWork(live).role !== role) throw sessionOver();
    };
    return { branch: this.#sessions.branch.for({ account, role, requireAtWork }), presence: this.#presence.signal };
  }

  #requireAtWork(live: LiveSession | null): { account: string; role: Branch['role'] } {
    const account = live === null || live !== this.#live ? null : this.#sessions.accountAt(live);
    if (live === null || account === null) throw sessionOver();
    const state = stateOf(live, account);
    if (state === 'locked') throw sessionLocked();
    if (state === 'must-change') throw mustChangeFirst();
    return account;
  }

  /** @throws Failed `account-exists` */
  async begin(first: Omit<NewAccount, 'role'>): Promise<Session> {
    const prepared = await prepareFirstAccount(this.#sessions.branch, first);
    const { live, change } = this.#sessions.make(first.account);
    const signIn: NewEntry = { entry: { type: 'sign-in', actor: first.account, role: 'it', how: 'start' }, people: [change] };
    this.#sessions.append([prepared(), signIn]);
    return this.#attach(live);
  }

  /**
   * Also unlocks. Somebody else may come in where a screen was left locked: the session behind it then ends.
   * @throws Failed `sign-in-refused`; whoever was at work still is
   */
  async signIn(account: string, passphrase: string): Promise<Session> {
    const who = await this.#sessions.passphrases.check(account, passphrase);
    const { account: actor, role } = who;
    const before = this.#live;
    const left = before === null ? null : this.#sessions.accountAt(before);
    const welcome: PeopleChange = { change: 'set-account', account: actor, set: { failures: 0 } };
    if (before !== null && left?.account === actor && before.isLocked) {
      const unlock: PeopleChange = { change: 'set-locked', tokenHash: before.tokenHash, locked: false };
      this.#sessions.append([{ entry: { type: 'sign-in', actor, role, how: 'unlock' }, people: [welcome, unlock] }]);
      before.isLocked = false;
      return this.#attach(before);
    }
    const { live, change } = this.#sessions.make(actor);
    const entries: NewEntry[] = before === null || left === null ? [] : [signOutEntry(before, left.role)];
    this.#sessions.append([...entries, { entry: { type: 'sign-in', actor, role, how: 'start' }, people: [welcome, change] }]);
    if (before !== null) before.isOver = true;
    return this.#attach(live);
  }

  /** A token that is no session's (any more) leaves the line signed out. */
  resume(token: string): Session {
    const found = this.#live === null ? this.#sessions.find(token) : null;
    if (found === null) return this.session;
    const { live, isOfThisRun } = found;
    const account = this.#sessions.accountAt(live);
    // Behind a locked screen nobody is at work, and a page that was loaded again has not come in again.
    if (account !== null && !isOfThisRun && !live.isLocked)
      this.#sessions.append([{ entry: { type: 'sign-in', actor: account.account, role: account.role, how: 'resume' } }]);
    return this.#attach(live);
  }

  /** Locked it is in any case. @throws Failed when the log cannot take it (disk-full, disk-error) */
  lock(): Session {
    const live = this.#live;
    const account = live === null ? null : this.#sessions.accountAt(live);
    if (live === null || account === null || live.isLocked) return this.session;
    live.isLocked = true;
    this.#sessions.tellLines();
    this.#sessions.append([
      {
        entry: { type: 'sign-out', actor: account.account, role: account.role, why: 'locked' },
        people: [{ change: 'set-locked', tokenHash: live.tokenHash, locked: true }],
      },
    ]);
    return this.session;
  }

  /** Over it is in any case, for this run. @throws Failed as `lock` */
  signOut(): Session {
    const live = this.#live;
    const account = live === null ? null : this.#sessions.accountAt(live);
    this.#live = null;
    if (live !== null && account !== null) {
      live.isOver = true;
      this.#sessions.tellLines();
      this.#sessions.append([signOutEntry(live, account.role)]);
    }
    this.tell();
    return this.session;
  }

  /**
   * Ends all other sessions of the account.
   * @throws Failed `sign-in-refused` (the old one is wrong, or a wait runs), `session-over`, `session-locked`, `not-allowed` (both are the same)
   */
  async changePassphrase(old: string, next: string): Promise<Session> {
    const live = this.#requireCameIn();
    if (old.normalize('NFC') === next.normalize('NFC'))
      throw notForThisAccount('The new passphrase is the old one.', 'Choose another.', { cause: 'same-passphrase' });
    const checked = await this.#sessions.passphrases.check(live.account, old);
    const verifier = await makeVerifier(next);
    const account = this.#requireCameIn() === live ? this.#sessions.accountAt(live) : null;
    // IT may have set another meanwhile.
    if (account === null || account.verifier !== checked.verifier) throw sessionOver();
    this.#sessions.append([
      {
        entry: { type: 'passphrase-changed', actor: account.account, role: account.role, account: account.account, by: 'self' },
        people: [
          { change: 'set-account', account: account.account, set: { verifier, mustChange: false, failures: 0 } },
          { change: 'end-sessions-of', account: account.account, keep: live.tokenHash },
        ],
      },
    ]);
    return this.session;
  }

  /** The page has gone. Its session stays for the token that it was given, until the program ends. */
  close(): void {
    this.#sessions.dropLine(this);
    this.#live = null;
    this.#isClosed = true;
    this.#presence.abort();
  }

  #requireCameIn(): LiveSession {
    const live = this.#live;
    if (live === null || this.#sessions.accountAt(live) === null) throw sessionOver();
    if (live.isLocked) throw sessionLocked();
    return live;
  }

  #attach(live: LiveSession): Session {
    this.#sessions.keep(live);
    this.#live = live;
    this.#sessions.tellLines();
    return this.session;
  }
}

function signOutEntry({ account, isLocked, tokenHash }: LiveSession, role: Branch['role']): NewEntry {
  return {
    entry: { type: 'sign-out', actor: account, role, why: isLocked ? 'closed' : 'asked' },
    people: [{ change: 'end-session', tokenHash }],
  };
}
