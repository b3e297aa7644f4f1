/** Policies before they are released: compared in words, and tried on the past by those who may see it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '../../contract/policy.ts';
import { BUNDLED_DIR, Offices, openedBranch } from '../support/office.ts';
import { PASSPHRASE, PEOPLE, withPeople } from '../support/people.ts';
import { runOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
const current = join(BUNDLED_DIR, 'instalment-loan/policy.json');
const next = offices.path('next.json');
let office: string;

beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
  await runOutpost(['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan', '--data', office]);
  const policy = JSON.parse(readFileSync(current, 'utf8')) as Policy;
  policy.version = '1.1.0';
  for (const { id, rules } of policy.tables)
    if (id === 'cutoff') for (const rule of rules) rule.when = rule.when.map((cell) => cell.replace('547', '600'));
  writeFileSync(next, JSON.stringify(policy));
});
afterAll(() => offices.remove());

describe('outpost policy diff', () => {
  it('says cell by cell what changed, and what is found in each', async () => {
    const run = await runOutpost(['policy', 'diff', current, next]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('- cutoff/from-cutoff: The test of score was >= 547, is >= 600.');
    expect(run.stdout).toContain('- The version was 1.0.0, is 1.1.0.');
    expect(run.stdout).toMatch(/Findings of 1\.0\.0 \(may be used\): none/);
    expect((await runOutpost(['policy', 'diff', current, current])).stdout).toContain('Nothing changed.');
  });

  it('exits with 1 where one of them must not be used', async () => {
    const broken = offices.path('broken.json');
    writeFileSync(broken, readFileSync(current, 'utf8').replace('"< 525"', '"below 525"'));
    const run = await runOutpost(['policy', 'diff', current, broken, '--json']);
    const { after, changes } = JSON.parse(run.stdout);
    expect([run.code, after.ok, changes.length]).toStrictEqual([1, false, 1]);
  });
});

describe('outpost policy simulate', () => {
  it('tells whom the new policy would decide otherwise, in counts', async () => {
    const run = await runOutpost(['policy', 'simulate', next, '--data', office]);
    expect([run.code, run.stdout]).toStrictEqual([0, expect.stringMatching(/\d+ of 12 would be decided otherwise/)]);
    expect(run.stdout).toContain('approve -> refer');
    const json = await runOutpost([
      'policy',
      'simulate',
      next,
      '--data',
      office,
      '--product',
      'instalment-loan',
      '--from',
      '2020-01-01',
      '--json',
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ compared: 12, damaged: 0, product: 'instalment-loan', groups: [] });
  });

  it.each([
    [['--from', 'yesterday'], '--from takes a day'],
    [['--to', '2026-02-30'], '--to takes a day'],
    [['--product', 'personal-loan'], 'The policy is for instalment-loan, not for personal-loan'],
    [['--as', 'olga'], 'This branch has no accounts'],
  ])('refuses %j with exit code 2', async (args, words) => {
    const run = await runOutpost(['policy', 'simulate', next, '--data', office, ...args]);
    expect([run.code, run.stdout, run.stderr]).toStrictEqual([2, '', expect.stringContaining(words)]);
  });

  it('is for those who may see all decisions', async () => {
    const folder = offices.copy();
    const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
    const branch = await openedBranch(folder, { clock });
    await withPeople(branch);
    await branch.close();
    const secret = offices.path('secret');
    writeFileSync(secret, `${PASSPHRASE}\n`);
    const as = (account: string) =>
      runOutpost(['policy', 'simulate', next, '--data', folder, '--as', account], { OUTPOST_ACCOUNT_PASSPHRASE_FILE: secret });
    expect((await runOutpost(['policy', 'simulate', next, '--data', folder])).stderr).toContain('Give --as ACCOUNT');
    for (const role of ['officer', 'it'] as const)
      expect((await as(PEOPLE[role].account)).stderr).toContain(`The role ${role} may not do this`);
    for (const role of ['supervisor', 'auditor'] as const) expect((await as(PEOPLE[role].account)).code).toBe(0);
  });
});
