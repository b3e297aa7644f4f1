import { cpSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { createAccount, setDisabled, setOfficersSight, setPassphrase, setRole } from '../../../branch/people/accounts.ts';
import { Line } from '../../../branch/people/line.ts';
import { Sessions } from '../../../branch/people/sessions.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import type { VerifyReport } from '../../../contract/ipc.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { PASSPHRASE, PEOPLE, withPeople } from '../../support/people.ts';

const offices = new Offices();
let busy: string;
let branch: Branch;
beforeAll(async () => {
  await offices.make();
  await busyBranch();
  busy = branch.dataDir;
  await branch.close();
});
beforeEach(async () => {
  const folder = offices.path(`copy-${++copies}`);
  cpSync(busy, folder, { recursive: true });
  branch = await openedBranch(folder);
});
afterEach(() => branch.close());
afterAll(() => offices.remove());
let copies = 0;

/** A branch in whose accounts something of every kind has happened. */
async function busyBranch(): Promise<void> {
  let mono = 0;
  branch = await openedBranch(offices.copy(), {
    clock: { now: () => Date.parse('2026-12-02T09:00:00Z') + mono, mono: () => (mono += 10_000) },
  });
  const { it: ines } = await withPeople(branch);
  const line = new Line(new Sessions(branch));
  await createAccount(ines, { account: 'noor', name: 'Noor', role: 'officer', passphrase: 'first of many words' });
  setOfficersSight(ines, true);
  setRole(ines, PEOPLE.officer.account, 'supervisor');
  setDisabled(ines, PEOPLE.auditor.account, true);
  setDisabled(ines, PEOPLE.auditor.account, false);
  setDisabled(ines, PEOPLE.supervisor.account, true);
  await setPassphrase(ines, PEOPLE.auditor.account, 'another first one');
  await expect(line.signIn('noor', 'wrong')).rejects.toThrow();
  await expect(line.signIn('nobody', 'wrong')).rejects.toThrow();
  await expect(line.signIn(PEOPLE.it.account, 'wrong')).rejects.toThrow();
  await line.signIn(PEOPLE.it.account, PASSPHRASE);
}

async function verified(): Promise<VerifyReport> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report;
  throw new Error('no report');
}

describe('verifying people', () => {
  it('finds nothing where every change was made by the program', async () => {
    expect((await verified()).findings).toEqual([]);
  });

  it.each([
    ["UPDATE accounts SET role = 'auditor' WHERE account = 'noor'", 'The account noor is kept otherwise than the log has it (role).'],
    ["UPDATE accounts SET name = 'Eve' WHERE account = 'noor'", 'The account noor is kept otherwise than the log has it (name).'],
    ["UPDATE accounts SET disabled = 0 WHERE account = 'samir'", 'The account samir is kept otherwise than the log has it (disabled).'],
    ["UPDATE accounts SET must_change = 0 WHERE account = 'noor'", 'The account noor is kept otherwise than the log has it (mustChange).'],
    ["UPDATE accounts SET failures = 0 WHERE account = 'noor'", 'The account noor is kept otherwise than the log has it (failures).'],
    ["DELETE FROM accounts WHERE account = 'noor'", 'The account noor is missing, which the log has.'],
    [
      "UPDATE settings SET value = 'no' WHERE key = 'officers.see-all'",
      "What officers see of each other's decisions is set otherwise than the log has it.",
    ],
    [
      "INSERT INTO accounts SELECT 'eve', 'Eve', 'it', 0, 0, verifier, 0 FROM accounts WHERE account = 'noor'",
      'There is an account eve that the log does not have.',
    ],
  ])('tells of %s', async (sql, message) => {
    branch.log.db.sqlite.exec(sql);
    const report = await verified();
    expect(report.verdict).toBe('tampered');
    expect(report.findings).toEqual([{ seq: null, message }]);
  });

  it('tells of entries that cannot have come one after the other', async () => {
    const by = { actor: 'ines', role: 'it' } as const;
    const entries = [
      { type: 'role-changed', ...by, account: 'noor', from: 'auditor', to: 'officer' },
      { type: 'account-disabled', ...by, account: 'eve' },
      { type: 'account-created', ...by, account: 'noor', name: 'Noor', granted: 'officer' },
    ] as const;
    appendEntries(
      branch.log,
      entries.map((entry) => ({ entry })),
    );
    const messages = (await verified()).findings.map(({ message }) => message.replace(/\d+/, 'N'));
    expect(messages.slice(0, 3)).toEqual([
      'Entry N takes the role auditor from noor, who was officer.',
      'Entry N is about the account eve, which no entry made.',
      'Entry N makes the account noor, which was there already.',
    ]);
  });
});
