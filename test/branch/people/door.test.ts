import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { draftOf, dropDraft, keepDraft } from '../../../branch/drafts.ts';
import { pageOfDecisions } from '../../../branch/list-decisions.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { createAccount, setDisabled, setOfficersSight, setPassphrase, setRole } from '../../../branch/people/accounts.ts';
import { Line } from '../../../branch/people/line.ts';
import { endLeftSessions, Sessions } from '../../../branch/people/sessions.ts';
import { waitAfter } from '../../../branch/people/sign-in-delay.ts';
import { seeDecision } from '../../../branch/see-decision.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import type { Session } from '../../../contract/people.ts';
import { getAccount, listSessions } from '../../../db/accounts.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { comeIn, PASSPHRASE, PEOPLE, type People, withPeople } from '../../support/people.ts';

const WRONG = 'seven brown fairies';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

/** A branch whose clocks the test moves. */
class Office {
  wall = NOON + 3_600_000;
  ran = 1000;
  branch!: Branch;
  sessions!: Sessions;
  people!: People;

  static async make(withAccounts = true): Promise<Office> {
    const office = new Office();
    await office.start(offices.copy());
    if (withAccounts) office.people = await withPeople(office.branch);
    opened.push(office);
    return office;
  }

  async start(folder: string): Promise<void> {
    const clock = { now: () => this.wall, mono: () => this.ran };
    this.branch = await openedBranch(folder, { clock });
    this.sessions = new Sessions(this.branch);
  }

  /** The program ends without a word and is started again: another monotonic clock, from its beginning. */
  async crash(): Promise<void> {
    const { dataDir, log } = this.branch;
    closeDatabase(log.db);
    this.ran = 5;
    await this.start(dataDir);
  }

  pass(ms: number): void {
    this.wall += ms;
    this.ran += ms;
  }

  entries(from = 0): LogEntry[] {
    return listEntries(this.branch.log.db, from, 1000).map(({ bytes }) => JSON.parse(bytes.toString()) as LogEntry);
  }

  /** Types of the entries about people since `from`. */
  types(from: number): string[] {
    return this.entries(from).map((entry) =>
      'how' in entry ? `${entry.type} ${entry.how}` : 'why' in entry ? `${entry.type} ${entry.why}` : entry.type,
    );
  }

  get size(): number {
    return this.branch.log.frontier.size;
  }
}

const opened: Office[] = [];
afterEach(async () => {
  for (const office of opened.splice(0)) await office.branch.close();
});

const refused = { failure: { kind: 'sign-in-refused' } };
const waitOf = async (trying: Promise<unknown>): Promise<unknown> =>
  await trying.then(
    () => 'came in',
    (error: { failure: { kind: string; facts: { waitSeconds: number } } }) => error.failure.facts.waitSeconds,
  );

function tokenOf(session: Session): string {
  if (!('token' in session)) throw new Error(`no token in ${session.state}`);
  return session.token;
}

describe('the first use', () => {
  it('makes IT’s account, once, signs it in, and tells every other line', async () => {
    const office = await Office.make(false);
    const [line, other] = [new Line(office.sessions), new Line(office.sessions)];
    expect(line.session).toEqual({ state: 'first-use' });
    const from = office.size;
    const began = await line.begin({ account: 'ines', name: 'Inés Vidal', passphrase: PASSPHRASE });
    expect(began).toMatchObject({ state: 'signed-in', account: 'ines', role: 'it' });
    expect(office.types(from)).toEqual(['account-created', 'sign-in start']);
    expect(other.session).toEqual({ state: 'signed-out' });
    await expect(other.begin({ account: 'eve', name: 'Eve', passphrase: PASSPHRASE })).rejects.toMatchObject({
      failure: { kind: 'account-exists' },
    });
  });

  it('makes one account where two begin at the same time', async () => {
    const office = await Office.make(false);
    const begin = (account: string) => new Line(office.sessions).begin({ account, name: account, passphrase: PASSPHRASE });
    const results = await Promise.allSettled([begin('ines'), begin('eve')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('signing in', () => {
  it('opens with account and passphrase, whatever the case of the name and the composition of the letters', async () => {
    const office = await Office.make(false);
    const line = new Line(office.sessions);
    await line.begin({ account: 'ines', name: 'Inés', passphrase: 'ci\u00f1a de alba' });
    line.signOut();
    expect(await line.signIn(' Ines ', 'cin\u0303a de alba')).toMatchObject({ state: 'signed-in', account: 'ines' });
  });

  it('says the same and waits the same for an unknown name, a disabled account and a wrong passphrase', async () => {
    const office = await Office.make();
    setDisabled(office.people.it, PEOPLE.auditor.account, true);
    const line = new Line(office.sessions);
    const failureOf = async (account: string, passphrase: string) =>
      await line.signIn(account, passphrase).then(
        () => null,
        (error: { failure: object }) => error.failure,
      );
    const told = [
      await failureOf('nobody', WRONG),
      await failureOf(PEOPLE.auditor.account, PASSPHRASE),
      await failureOf(PEOPLE.officer.account, WRONG),
    ];
    expect(told[0]).toMatchObject({ kind: 'sign-in-refused', facts: { waitSeconds: 1 } });
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    office.pass(1000);
    expect([await waitOf(line.signIn('nobody', WRONG)), await waitOf(line.signIn(PEOPLE.officer.account, WRONG))]).toEqual([2, 2]);
    await office.crash();
    const later = new Line(office.sessions);
    expect([await waitOf(later.signIn('nobody', WRONG)), await waitOf(later.signIn(PEOPLE.officer.account, WRONG))]).toEqual([2, 2]);
  });

  it('keeps no name that nobody has', async () => {
    const office = await Office.make();
    await expect(new Line(office.sessions).signIn('my secret passphrase', 'x')).rejects.toMatchObject(refused);
    expect(office.entries().at(-1)).toMatchObject({ type: 'sign-in-failed', account: null, failures: 0, wait_ms: 1000, actor: 'system' });
    expect(JSON.stringify(office.entries())).not.toContain('secret');
  });

  it('doubles the wait with each failure, writes each down, and looks at nothing while the wait runs', async () => {
    const office = await Office.make();
    const line = new Line(office.sessions);
    const { account } = PEOPLE.officer;
    for (const wait of [1, 2, 4, 8]) {
      expect(await waitOf(line.signIn(account, WRONG))).toBe(wait);
      const { size } = office;
      expect(await waitOf(line.signIn(account, PASSPHRASE))).toBe(wait);
      expect(office.size).toBe(size);
      expect(office.entries(size - 1)[0]).toMatchObject({ type: 'sign-in-failed', account, wait_ms: wait * 1000 });
      office.pass(wait * 1000);
    }
    expect(await line.signIn(account, PASSPHRASE)).toMatchObject({ state: 'signed-in' });
    expect(getAccount(office.branch.log.db, account)?.failures).toBe(0);
    expect([waitAfter(0), waitAfter(12), waitAfter(13), waitAfter(1_000_000)]).toEqual([0, 2_048_000, 3_600_000, 3_600_000]);
  });

  it('does not shorten the wait when the program is started again or the clock is set', async () => {
    const office = await Office.make();
    const { account } = PEOPLE.officer;
    for (let i = 0; i < 5; i++) {
      await expect(new Line(office.sessions).signIn(account, WRONG)).rejects.toMatchObject(refused);
      office.pass(i < 4 ? 60_000 : 0);
    }
    office.wall += 400 * 86_400_000;
    expect(await waitOf(new Line(office.sessions).signIn(account, PASSPHRASE))).toBe(16);
    office.ran += 15_000;
    await office.crash();
    expect(await waitOf(new Line(office.sessions).signIn(account, PASSPHRASE))).toBe(16);
    office.wall -= 800 * 86_400_000;
    office.ran += 16_000;
    expect(await new Line(office.sessions).signIn(account, PASSPHRASE)).toMatchObject({ state: 'signed-in' });
  });

  it('looks at one try at a time: many at once are not many free guesses', async () => {
    const office = await Office.make();
    const { size } = office;
    const tries = Array.from({ length: 20 }, () => waitOf(new Line(office.sessions).signIn(PEOPLE.officer.account, WRONG)));
    expect(await Promise.all(tries)).toEqual(Array.from({ length: 20 }, () => 1));
    expect(office.size).toBe(size + 1);
  });

  it('does as much work for a name that nobody has', async () => {
    const office = await Office.make();
    const { fitsVerifier } = await import('../../../branch/people/verifier.ts');
    const cpu = async (verifier: string | null) => {
      const before = process.cpuUsage();
      await fitsVerifier(WRONG, verifier);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known = getAccount(office.branch.log.db, PEOPLE.officer.account)!.verifier;
    const [one, none] = [await cpu(known), await cpu(null)];
    expect(none).toBeGreaterThan(one / 5);
  });
});

describe('a session', () => {
  it('is locked for everybody but its own person', async () => {
    const office = await Office.make();
    const line = await comeIn(office.sessions, 'officer');
    const from = office.size;
    expect(line.lock()).toMatchObject({ state: 'locked', account: 'olga' });
    expect(line.lock()).toMatchObject({ state: 'locked' });
    expect(() => line.enter([])).toThrow(/locked/);
    await expect(line.signIn(PEOPLE.officer.account, WRONG)).rejects.toMatchObject(refused);
    expect(line.session.state).toBe('locked');
    office.pass(1000);
    const token = tokenOf(line.session);
    expect(tokenOf(await line.signIn(PEOPLE.officer.account, PASSPHRASE))).toBe(token);
    expect(office.types(from)).toEqual(['sign-out locked', 'sign-in-failed', 'sign-in unlock']);
    expect(line.enter(['decide']).branch.actor).toBe('olga');
  });

  it('ends behind a locked screen when somebody else comes in there', async () => {
    const office = await Office.make();
    const line = await comeIn(office.sessions, 'officer');
    const token = tokenOf(line.session);
    line.lock();
    const from = office.size;
    expect(await line.signIn(PEOPLE.supervisor.account, PASSPHRASE)).toMatchObject({ state: 'signed-in', account: 'samir' });
    expect(office.types(from)).toEqual(['sign-out closed', 'sign-in start']);
    expect(new Line(office.sessions).resume(token)).toEqual({ state: 'signed-out' });
  });

  it('is locked, and over, at every window that shows it', async () => {
    const office = await Office.make();
    const one = await comeIn(office.sessions, 'officer');
    const two = new Line(office.sessions);
    const from = office.size;
    expect(two.resume(tokenOf(one.session))).toMatchObject({ state: 'signed-in', account: 'olga' });
    expect(office.size).toBe(from);
    one.lock();
    expect(two.session.state).toBe('locked');
    expect(() => two.enter([])).toThrow(/locked/);
    two.signOut();
    expect(one.session.state).toBe('signed-out');
  });

  it('goes on after a restart of the service, locked when it was locked, and is over after one of the program', async () => {
    const office = await Office.make();
    const [one, two] = [await comeIn(office.sessions, 'officer'), await comeIn(office.sessions, 'supervisor')];
    const tokens = [tokenOf(one.session), tokenOf(two.session)];
    two.lock();
    await office.crash();
    const from = office.size;
    expect(new Line(office.sessions).resume(tokens[0]!)).toMatchObject({ state: 'signed-in', account: 'olga' });
    expect(new Line(office.sessions).resume(tokens[1]!)).toMatchObject({ state: 'locked', account: 'samir' });
    expect(office.types(from)).toEqual(['sign-in resume']);
    await office.crash();
    endLeftSessions(office.branch);
    expect(office.types(from + 1)).toEqual(['sign-out closed', 'sign-out closed']);
    for (const token of tokens) expect(new Line(office.sessions).resume(token)).toEqual({ state: 'signed-out' });
    expect(listSessions(office.branch.log.db)).toEqual([]);
  });

  it('is never opened again by its token after signing out, nor by one that was made up', async () => {
    const office = await Office.make();
    const line = await comeIn(office.sessions, 'officer');
    const token = tokenOf(line.session);
    expect(line.signOut()).toEqual({ state: 'signed-out' });
    for (const replayed of [token, '', 'x', randomUUID()])
      expect(new Line(office.sessions).resume(replayed)).toEqual({ state: 'signed-out' });
    await office.crash();
    expect(new Line(office.sessions).resume(token)).toEqual({ state: 'signed-out' });
    expect(office.entries().filter(({ type }) => type === 'sign-out')).toHaveLength(1);
  });

  it('ends at once when IT changes the role, disables the account or sets its passphrase, also in the middle of something', async () => {
    const office = await Office.make();
    const { it: ines } = office.people;
    const { account } = PEOPLE.officer;
    const acts = [
      () => setRole(ines, account, 'auditor'),
      () => setDisabled(ines, account, true),
      async () => await setPassphrase(ines, account, PASSPHRASE),
    ];
    for (const act of acts) {
      const line = await comeIn(office.sessions, 'officer');
      const { branch, presence } = line.enter([]);
      await act();
      expect(presence.aborted).toBe(true);
      expect(() => branch.requireAtWork()).toThrow(/Nobody is signed in/);
      expect(line.session).toEqual({ state: 'signed-out' });
      setDisabled(ines, account, false);
    }
  });

  it('stores no decision of a person who was disabled while the model was at work', async () => {
    const office = await Office.make();
    const line = await comeIn(office.sessions, 'officer');
    const { branch } = line.enter(['decide']);
    await decideApplication(branch, application());
    const deciding = decideApplication(branch, application());
    setDisabled(office.people.it, PEOPLE.officer.account, true);
    await expect(deciding).rejects.toMatchObject({ failure: { kind: 'session-over' } });
    expect(office.entries().filter(({ type }) => type === 'decision')).toHaveLength(1);
  });

  it('shows its changes to the page that watches', async () => {
    const office = await Office.make();
    const line = new Line(office.sessions);
    const gone = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { state } of line.watch(gone.signal)) seen.push(state);
    })();
    await line.signIn(PEOPLE.officer.account, PASSPHRASE);
    await new Promise(setImmediate);
    line.lock();
    await new Promise(setImmediate);
    line.close();
    await watching;
    expect(seen).toEqual(['signed-out', 'signed-in', 'locked']);
  });
});

describe('the passphrase that IT set', () => {
  it('opens nothing but the choice of another', async () => {
    const office = await Office.make();
    await createAccount(office.people.it, { account: 'noor', name: 'Noor', role: 'officer', passphrase: 'first of many' });
    const line = new Line(office.sessions);
    expect(await line.signIn('noor', 'first of many')).toMatchObject({ state: 'must-change' });
    expect(() => line.enter([])).toThrow(/set by IT/);
    await expect(line.changePassphrase('first of many', 'first of many')).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    await expect(line.changePassphrase(WRONG, 'my own at last')).rejects.toMatchObject(refused);
    office.pass(1000);
    const other = new Line(office.sessions);
    await other.signIn('noor', 'first of many');
    expect(await line.changePassphrase('first of many', 'my own at last')).toMatchObject({ state: 'signed-in', account: 'noor' });
    expect(other.session).toEqual({ state: 'signed-out' });
    expect(office.entries().at(-1)).toMatchObject({ type: 'passphrase-changed', actor: 'noor', by: 'self' });
    line.signOut();
    expect(await waitOf(line.signIn('noor', 'first of many'))).toBe(1);
  });

  it('ends the wait of somebody who forgot theirs', async () => {
    const office = await Office.make();
    const { account } = PEOPLE.officer;
    const line = new Line(office.sessions);
    for (let i = 0; i < 6; i++) {
      await waitOf(line.signIn(account, WRONG));
      office.pass(i < 5 ? waitAfter(i + 1) : 0);
    }
    expect(await waitOf(line.signIn(account, PASSPHRASE))).toBe(32);
    await setPassphrase(office.people.it, account, 'a new first one');
    expect(await line.signIn(account, 'a new first one')).toMatchObject({ state: 'must-change' });
  });
});

describe('IT', () => {
  it('never changes its own account', async () => {
    const office = await Office.make();
    const { it: ines } = office.people;
    const { size } = office;
    const own = PEOPLE.it.account;
    expect(() => setRole(ines, own, 'officer')).toThrow(/own account/);
    expect(() => setDisabled(ines, own, true)).toThrow(/own account/);
    await expect(setPassphrase(ines, own, PASSPHRASE)).rejects.toThrow(/own account/);
    expect(office.size).toBe(size);
  });

  it('never loses its last account', async () => {
    const office = await Office.make();
    const system = office.branch.for({ account: 'system', role: 'system' });
    expect(() => setDisabled(system, PEOPLE.it.account, true)).toThrow(/last account of IT/);
    expect(() => setRole(system, PEOPLE.it.account, 'auditor')).toThrow(/last account of IT/);
    await createAccount(office.people.it, { account: 'second', name: 'Second', role: 'it', passphrase: 'a second key holder' });
    expect(setRole(system, PEOPLE.it.account, 'auditor')).toMatchObject({ role: 'auditor' });
    expect(() => setDisabled(system, 'second', true)).toThrow(/last account of IT/);
  });

  it('is alone in managing people', async () => {
    const office = await Office.make();
    for (const role of ['officer', 'supervisor', 'auditor'] as const) {
      const branch = office.people[role];
      expect(() => setRole(branch, PEOPLE.it.account, 'officer')).toThrow(/may not/);
      expect(() => setDisabled(branch, PEOPLE.it.account, true)).toThrow(/may not/);
      await expect(setPassphrase(branch, PEOPLE.it.account, PASSPHRASE)).rejects.toThrow(/may not/);
      await expect(createAccount(branch, { account: 'friend', name: 'F', role: 'it', passphrase: PASSPHRASE })).rejects.toThrow(/may not/);
    }
  });

  it('writes nothing down where nothing changes, and refuses names that are taken or unknown', async () => {
    const office = await Office.make();
    const { it: ines } = office.people;
    const { size } = office;
    expect(setRole(ines, PEOPLE.officer.account, 'officer')).toMatchObject({ role: 'officer' });
    expect(setDisabled(ines, PEOPLE.officer.account, false)).toMatchObject({ disabled: false });
    const again = createAccount(ines, { ...PEOPLE.officer, role: 'it', passphrase: PASSPHRASE });
    await expect(again).rejects.toMatchObject({ failure: { kind: 'account-exists' } });
    expect(() => setRole(ines, 'nobody', 'it')).toThrow(/no account/);
    expect(office.size).toBe(size);
  });
});

describe('decisions', () => {
  it('of others are out of an officer’s sight unless the branch allows it, and out of IT’s always', async () => {
    const office = await Office.make();
    const { officer, supervisor, auditor, it: ines } = office.people;
    const given = application();
    const own = await decideApplication(officer, application());
    const { seq } = await decideApplication(supervisor, given);
    const seen = (branch: Branch) => pageOfDecisions(branch, {}, 0, 10).rows.map((row) => row.seq);
    expect(seen(officer)).toEqual([own.seq]);
    expect(pageOfDecisions(officer, {}, 0, 10).total).toBe(1);
    expect(seen(supervisor)).toEqual([seq, own.seq]);
    expect(seen(auditor)).toEqual([seq, own.seq]);
    expect(() => seen(ines)).toThrow(/may not/);
    await expect(seeDecision(ines, own.seq)).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    await expect(seeDecision(officer, seq)).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    // Nor by asking for the same decision again.
    await expect(decideApplication(officer, given)).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    await expect(decideApplication(auditor, application())).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    expect(() => setOfficersSight(supervisor, true)).toThrow(/may not/);
    setOfficersSight(ines, true);
    expect(office.entries().at(-1)).toMatchObject({ type: 'officers-sight', actor: 'ines', all: true });
    expect(seen(officer)).toEqual([seq, own.seq]);
    expect((await seeDecision(officer, seq)).seq).toBe(seq);
  });
});

describe('drafts', () => {
  const draft = (typed: string) => ({ applicationId: randomUUID(), product: 'instalment-loan', typed: { amount: typed }, changedAt: 1 });

  it('are each person’s own, and go when the person decides no longer', async () => {
    const office = await Office.make();
    const { officer, supervisor, auditor, it: ines } = office.people;
    const [one, two] = [draft('1'), draft('2')];
    keepDraft(officer, one);
    keepDraft(supervisor, two);
    expect([draftOf(officer, one.product), draftOf(supervisor, one.product)]).toEqual([one, two]);
    expect(() => draftOf(auditor, one.product)).toThrow(/may not/);
    dropDraft(supervisor, one.product);
    expect([draftOf(officer, one.product), draftOf(supervisor, one.product)]).toEqual([one, null]);
    setRole(ines, PEOPLE.officer.account, 'supervisor');
    expect(draftOf(officer, one.product)).toEqual(one);
    setDisabled(ines, PEOPLE.officer.account, true);
    expect(draftOf(officer, one.product)).toBeNull();
  });
});
