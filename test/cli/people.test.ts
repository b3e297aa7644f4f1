import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Branch, openFolder } from '../../branch/open-branch.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { listAccounts, listSessions } from '../../db/accounts.ts';
import { listEntries } from '../../db/log-entries.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { PASSPHRASE, PEOPLE, withPeople } from '../support/people.ts';
import { type Run, runOutpost } from '../support/run-outpost.ts';

const BATCH = ['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan'];
const offices = new Offices();
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = await withAccounts();
});
afterAll(() => offices.remove());

async function withAccounts(): Promise<string> {
  const folder = offices.copy();
  const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
  const branch: Branch = await openedBranch(folder, { clock });
  await withPeople(branch);
  await branch.close();
  return folder;
}

function secret(name: string, text: string): string {
  const file = offices.path(name);
  writeFileSync(file, `${text}\n`);
  return file;
}

async function as(account: string, args: readonly string[], passphrase = PASSPHRASE): Promise<Run> {
  return await runOutpost([...args, '--data', office, '--as', account], {
    OUTPOST_ACCOUNT_PASSPHRASE_FILE: secret('passphrase', passphrase),
  });
}

async function looked<T>(look: (db: Awaited<ReturnType<typeof openFolder>>['db']) => T): Promise<T> {
  const folder = await openFolder(office, { passphrase: null, keyStore: null });
  try {
    return look(folder.db);
  } finally {
    folder.close();
  }
}

const entriesFrom = async (seq: number): Promise<LogEntry[]> =>
  await looked((db) => listEntries(db, seq, 1000).map(({ bytes }) => JSON.parse(bytes.toString()) as LogEntry));
const size = async (): Promise<number> => await looked((db) => listEntries(db, 0, 100_000).length);

describe('a branch with accounts, at the command line', () => {
  it('asks who is at work, and for their passphrase', async () => {
    const nobody = await runOutpost([...BATCH, '--data', office]);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('Give --as ACCOUNT')]);
    const silent = await runOutpost([...BATCH, '--data', office, '--as', 'olga']);
    expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('OUTPOST_ACCOUNT_PASSPHRASE_FILE')]);
  });

  it('decides as the person who came in, and shows officers only what is theirs', async () => {
    const from = await size();
    const batch = await as(PEOPLE.officer.account, BATCH);
    expect(batch.code, batch.stderr).toBe(0);
    const entries = await entriesFrom(from);
    const about = entries.filter(({ type }) => type !== 'decision' && type !== 'clock-jump');
    expect(about.map(({ type, actor }) => `${type} ${actor}`)).toEqual(['sign-in olga', 'sign-out olga']);
    const decided = entries.find(({ type }) => type === 'decision');
    expect(decided).toMatchObject({ actor: 'olga', role: 'officer' });
    const show = ['show', '--seq', String(decided?.seq)];
    expect((await as(PEOPLE.officer.account, show)).stdout).toContain('by olga (officer)');
    const it = await as(PEOPLE.it.account, show);
    expect([it.code, it.stdout]).toEqual([2, '']);
    const auditor = await as(PEOPLE.auditor.account, BATCH);
    expect([auditor.code, auditor.stderr]).toEqual([2, expect.stringContaining('The role auditor may not do this')]);
    expect(await looked((db) => listSessions(db))).toEqual([]);
  });

  it('writes a wrong passphrase down, and makes the next try wait', async () => {
    const from = await size();
    const wrong = await as(PEOPLE.supervisor.account, ['show', '--seq', '9'], 'seven brown fairies');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('do not fit')]);
    const failed = (await entriesFrom(from)).filter(({ type }) => type !== 'clock-jump');
    expect(failed).toEqual([expect.objectContaining({ type: 'sign-in-failed', account: 'samir', failures: 1, wait_ms: 1000 })]);
    const right = await as(PEOPLE.supervisor.account, ['show', '--seq', '0']);
    expect(right.stderr).toMatch(/has to wait 1 s[\s\S]*not a decision/);
  });

  it('lets a supervisor review what others decided, and officers see it', async () => {
    const waiting = JSON.parse((await as('samir', ['review', '--json'])).stdout) as { seqs: number[]; total: number };
    expect(waiting.total).toBeGreaterThan(0);
    const seq = String(waiting.seqs[0]);
    const bare = await as('samir', ['review', '--seq', seq, '--outcome', 'approve']);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('needs a reason')]);
    const note = secret('note', 'Payslips seen');
    const args = ['review', '--seq', seq, '--outcome', 'approve', '--code', 'doubt-resolved', '--note-file', note];
    expect((await as('samir', args)).stdout).toMatch(/^APPROVE, low-side override \(doubt-resolved\), by samir, /);
    expect((await as('olga', ['show', '--seq', seq])).stdout).toMatch(/Reviewed: the last holds:\n {2}APPROVE[^\n]*\n {4}Payslips seen/);
    expect((await as('olga', args)).code).toBe(2);
  });

  it('lets IT manage people, who then choose their own passphrase', async () => {
    const first = secret('first', 'first of many words');
    const added = await as('ines', ['people', 'add', 'noor', '--name', 'Noor de Wit', '--role', 'officer', '--passphrase-file', first]);
    expect([added.code, added.stdout]).toEqual([0, expect.stringMatching(/^noor +officer +to choose a passphrase +Noor de Wit\n$/)]);
    const before = await as('noor', BATCH, 'first of many words');
    expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('Choose a passphrase of your own first')]);
    const own = await as('noor', ['people', 'passphrase', '--passphrase-file', secret('own', 'my own at last')], 'first of many words');
    expect(own.code, own.stderr).toBe(0);
    expect((await as('noor', ['show', '--seq', '0'], 'my own at last')).stderr).toContain('not a decision');
    expect((await as('ines', ['people', 'role', 'noor', 'auditor'])).stdout).toMatch(/^noor +auditor/);
    expect((await as('ines', ['people', 'disable', 'noor'])).stdout).toMatch(/^noor +auditor +disabled/);
    const listed = JSON.parse((await as('ines', ['people', 'list', '--json'])).stdout) as { account: string; disabled: boolean }[];
    expect(listed.map(({ account, disabled }) => `${account}${disabled ? ' disabled' : ''}`)).toEqual([
      'agnes',
      'ines',
      'noor disabled',
      'olga',
      'samir',
    ]);
    expect((await as('ines', ['people', 'disable', 'ines'])).stderr).toContain('Nobody changes their own account');
    expect((await as('olga', ['people', 'list'])).code).toBe(2);
  });

  it.each([
    [['people', 'role', 'olga', 'boss'], /There is no role "boss"/],
    [['people', 'officers-see', 'some'], /own or all/],
    [['review', '--outcome', 'approve'], /Which decision/],
    [['review', '--seq', '9', '--outcome', 'maybe'], /What is to hold/],
    [['people', 'role', 'nobody', 'it'], /no account nobody/],
    [['people', 'add', 'Olga M', '--name', 'O', '--role', 'it'], /2 to 32 lower-case/],
    [['people', 'add', 'eva', '--name', 'Eva', '--role', 'officer'], /--passphrase-file/],
  ])('says what is wrong with %j', async (args, why) => {
    const run = await as('ines', args);
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(why)]);
  });
});

describe('the first account', () => {
  it('is IT’s, needs nobody’s leave, and ends the time without accounts', async () => {
    const folder = offices.copy();
    const add = (role: string) =>
      runOutpost([
        'people',
        'add',
        'ines',
        '--name',
        'Inés',
        '--role',
        role,
        '--passphrase-file',
        secret('it', PASSPHRASE),
        '--data',
        folder,
      ]);
    expect((await add('officer')).stderr).toContain("The first account of a branch is IT's");
    const named = await runOutpost([...BATCH, '--data', folder, '--as', 'ines']);
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('has no accounts')]);
    expect((await add('it')).stdout).toMatch(/^ines +it +in use/);
    expect((await add('it')).stderr).toContain('Give --as ACCOUNT');
    const opened = await openFolder(folder, { passphrase: null, keyStore: null });
    expect(listAccounts(opened.db).map(({ account }) => account)).toEqual(['ines']);
    opened.close();
  });
});
