/** Whether a passphrase opens an account: one try at a time, each failure an entry, and nothing that tells a known name from an unknown one. */
import { createHmac, randomBytes } from 'node:crypto';
import { getAccount, type PeopleChange, type StoredAccount, unknownFailures } from '../../db/accounts.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { Branch } from '../open-branch.ts';
import { signInRefused } from './refusals.ts';
import { SignInDelay, waitAfter } from './sign-in-delay.ts';
import { fitsVerifier } from './verifier.ts';

/** So few that a bucket names nobody, so many that two names of a guesser hardly ever share one. */
const BUCKETS = 4096;

/** What is known of a name before the passphrase is looked at. */
interface Asked {
  account: StoredAccount | null;
  failures: number;
  /** In the delay's memory. */
  name: string;
  bucket: number;
}

export class PassphraseCheck {
  readonly #branch: Branch;
  readonly #delay: SignInDelay;
  readonly #namesKey: Buffer;
  /** Tries at once would each see the failures of none. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(branch: Branch) {
    this.#branch = branch;
    this.#delay = new SignInDelay(branch.clock);
    this.#namesKey = namesKeyOf(branch);
  }

  /** @returns milliseconds until a try under this name is looked at */
  waitOf(account: string): number {
    const { name, failures } = this.#look(account);
    return this.#delay.left(name, failures);
  }

  /**
   * @returns the account that both fit. Store `failures: 0` with the entry that says what it was opened for
   * @throws Failed `sign-in-refused`, also while a wait runs, when nothing is looked at or stored; disk-full, disk-error
   */
  async check(account: string, passphrase: string): Promise<StoredAccount> {
    const turn = this.#last.then(() => this.#try(account, passphrase));
    this.#last = turn.catch(() => {});
    return await turn;
  }

  async #try(given: string, passphrase: string): Promise<StoredAccount> {
    const { log } = this.#branch;
    const asked = this.#look(given);
    const left = this.#delay.left(asked.name, asked.failures);
    if (left > 0) throw signInRefused(left);
    const fits = await fitsVerifier(passphrase, asked.account?.verifier ?? null);
    // It may have been disabled, or given another passphrase, while this one was looked at.
    const account = asked.account === null ? null : getAccount(log.db, asked.account.account);
    if (fits && account !== null && !account.disabled && account.verifier === asked.account?.verifier) return account;
    throw this.#refuse(asked);
  }

  #look(given: string): Asked {
    const { db } = this.#branch.log;
    const typed = given.trim().toLowerCase();
    const bucket = createHmac('sha256', this.#namesKey).update(typed).digest().readUInt16BE() % BUCKETS;
    const account = getAccount(db, typed);
    const unknown = unknownFailures(db, bucket);
    return account === null
      ? { account, failures: unknown, name: `unknown ${bucket}`, bucket }
      : { account, failures: account.failures, name: `account ${account.account}`, bucket };
  }

  #refuse({ account, failures: before, name, bucket }: Asked): ReturnType<typeof signInRefused> {
    const failures = before + 1;
    const wait_ms = waitAfter(failures);
    this.#delay.failed(name);
    const change: PeopleChange =
      account === null
        ? { change: 'count-unknown', bucket, failures }
        : { change: 'set-account', account: account.account, set: { failures } };
    const told = { account: account?.account ?? null, failures: account === null ? 0 : failures, wait_ms };
    // Nobody has shown yet who they are.
    appendEntries(this.#branch.log, [{ entry: { type: 'sign-in-failed', actor: 'system', role: 'system', ...told }, people: [change] }]);
    this.#branch.tellChange();
    return signInRefused(wait_ms);
  }
}

/** Random, so that nobody can work out beforehand which names share a bucket. */
function namesKeyOf({ log }: Branch): Buffer {
  const kept = getSetting(log.db, 'people.names-key');
  if (kept !== null) return Buffer.from(kept, 'hex');
  const made = randomBytes(32);
  putSettings(log.db, { 'people.names-key': made.toString('hex') });
  return made;
}
