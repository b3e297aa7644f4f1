/** The door and the accounts of the fake office. One session, as one window has. */
import { implement } from '@orpc/server';
import type { Failure } from '../../contract/failure.ts';
import { serviceContract } from '../../contract/ipc.ts';
import type { Account, PersonRole, Session } from '../../contract/people.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';

export interface FakePerson extends Account {
  passphrase: string;
}

export const ADA: FakePerson = person('a.osei', 'Ada Osei', 'officer');
export const MARTA: FakePerson = person('marta', 'Marta Ruiz', 'it');
export const SAMUEL: FakePerson = person('samuel', 'Samuel Otieno', 'supervisor');

export function person(account: string, name: string, role: PersonRole): FakePerson {
  return { account, name, role, disabled: false, mustChange: false, passphrase: `${account} likes long words` };
}

export class FakeDoor {
  readonly people: FakePerson[];
  lockAfterMs = 300_000;
  /** Tokens that were asked for again, in order. */
  readonly resumed: string[] = [];
  /** Accounts that were tried. */
  readonly tried: string[] = [];
  #at: FakePerson | null;
  #isLocked = false;

  /** @param at who is at work already; null: nobody */
  constructor(people: FakePerson[] = [ADA], at: FakePerson | null = people[0] ?? null) {
    this.people = people.map((one) => ({ ...one }));
    this.#at = this.people.find(({ account }) => account === at?.account) ?? null;
  }

  get session(): Session {
    const at = this.#at;
    if (!at) return { state: this.people.length === 0 ? 'first-use' : 'signed-out' };
    return {
      state: this.#isLocked ? 'locked' : at.mustChange ? 'must-change' : 'signed-in',
      account: at.account,
      name: at.name,
      role: at.role,
      permissions: [...PERMISSIONS[at.role]],
      token: `token of ${at.account}`,
      lockAfterMs: this.lockAfterMs,
    };
  }

  enter(of: FakePerson): Session {
    [this.#at, this.#isLocked] = [of, false];
    return this.session;
  }

  lock(): Session {
    this.#isLocked = this.#at !== null;
    return this.session;
  }

  leave(): Session {
    [this.#at, this.#isLocked] = [null, false];
    return this.session;
  }

  find(account: string): FakePerson | undefined {
    return this.people.find((one) => one.account === account);
  }
}

const refused = (waitSeconds: number): Failure => ({
  kind: 'sign-in-refused',
  happened: 'Account and passphrase do not fit, or the account is not to be used now.',
  safe: 'Nothing was changed.',
  next: 'Try again.',
  facts: { waitSeconds },
});
const shown = ({ account, name, role, disabled, mustChange }: FakePerson): Account => ({ account, name, role, disabled, mustChange });

export function doorCallsOf(door: FakeDoor) {
  const os = implement(serviceContract);
  return {
    watch: os.door.watch.handler(async function* ({ signal }) {
      let told = '';
      while (!signal?.aborted) {
        const now = door.session;
        if (JSON.stringify(now) !== told) yield now;
        told = JSON.stringify(now);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }),
    begin: os.door.begin.handler(({ input: { account, name, passphrase } }) => {
      const made = { ...person(account, name, 'it'), passphrase };
      door.people.push(made);
      return door.enter(made);
    }),
    signIn: os.door.signIn.handler(({ input, errors }) => {
      door.tried.push(input.account);
      const found = door.find(input.account);
      if (!found || found.disabled || found.passphrase !== input.passphrase) throw errors.FAILED({ data: refused(2) });
      return door.enter(found);
    }),
    resume: os.door.resume.handler(({ input }) => {
      door.resumed.push(input.token);
      return door.session;
    }),
    lock: os.door.lock.handler(() => door.lock()),
    signOut: os.door.signOut.handler(() => door.leave()),
    changePassphrase: os.door.changePassphrase.handler(({ input: { old, next }, errors }) => {
      const { session } = door;
      const found = 'account' in session ? door.find(session.account) : undefined;
      if (!found || found.passphrase !== old) throw errors.FAILED({ data: refused(1) });
      Object.assign(found, { passphrase: next, mustChange: false });
      return door.session;
    }),
  };
}

export function peopleCallsOf(door: FakeDoor) {
  const os = implement(serviceContract);
  const change = (account: string, set: Partial<FakePerson>): Account => {
    const found = door.find(account);
    if (!found) throw new Error(`no account ${account}`);
    return shown(Object.assign(found, set));
  };
  return {
    list: os.people.list.handler(() => door.people.map(shown)),
    create: os.people.create.handler(({ input, errors }) => {
      if (door.find(input.account))
        throw errors.FAILED({
          data: {
            kind: 'account-exists',
            happened: `There is an account ${input.account} already.`,
            safe: 'Nothing was changed.',
            next: 'Choose another name.',
            facts: { account: input.account },
          },
        });
      const made: FakePerson = { ...input, disabled: false, mustChange: true };
      door.people.push(made);
      return shown(made);
    }),
    setRole: os.people.setRole.handler(({ input: { account, role } }) => change(account, { role })),
    setDisabled: os.people.setDisabled.handler(({ input: { account, disabled } }) => change(account, { disabled })),
    setPassphrase: os.people.setPassphrase.handler(({ input: { account, passphrase } }) =>
      change(account, { passphrase, mustChange: true }),
    ),
  };
}
