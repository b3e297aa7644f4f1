/** Another policy over what was decided: the same policy changes nothing, a stricter one is counted, and nobody is told about few people. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePolicy } from '../../branch/artefacts/parse-artefact.ts';
import { decideFile } from '../../branch/decide-file.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { type SimulationReport, simulatePolicy } from '../../branch/simulate-policy.ts';
import type { Policy } from '../../contract/policy.ts';
import { productDefinition } from '../../contract/product.ts';
import { getLogState } from '../../db/log-entries.ts';
import { csvOfApplications } from '../support/many-applications.ts';
import { BUNDLED_DIR, Offices, openedBranch, REPOSITORY } from '../support/office.ts';
import { forged, hex, tamper } from '../support/tamper.ts';

const offices = new Offices();
let branch: Branch;
const bundled = (name: string) => readFileSync(join(BUNDLED_DIR, 'instalment-loan', name), 'utf8');
const ROWS = 400;

beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  const product = productDefinition.parse(JSON.parse(bundled('product.json')));
  const real = readFileSync(join(REPOSITORY, 'examples/instalment-loans.csv'), 'utf8');
  const file = offices.path('many.csv');
  writeFileSync(file, csvOfApplications(product, real, ROWS, 3));
  const deciding = await decideFile(branch, file, 'instalment-loan');
  for await (const group of deciding.groups) expect(group.decided.length).toBeGreaterThan(0);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

async function simulate(
  change: (policy: Policy) => void = () => undefined,
  range = { from: null as string | null, to: null as string | null },
) {
  const policy = JSON.parse(bundled('policy.json')) as Policy;
  change(policy);
  const loaded = await parsePolicy(Buffer.from(JSON.stringify(policy)), 'policy.json');
  let report: SimulationReport | null = null;
  for await (const step of simulatePolicy({ db: branch.log.db, store: branch.store }, loaded, range))
    if (step.step === 'report') report = step.report;
  return report!;
}

const cutoffOf = (policy: Policy) => policy.tables.find(({ purpose }) => purpose === 'cutoff')!;

describe('a simulated policy', () => {
  it('decides as it did when it is the policy of the day, whatever was doubtful', async () => {
    const report = await simulate();
    expect(report.compared).toBeGreaterThan(ROWS * 0.9);
    expect([report.decidedOtherwise, report.damaged]).toStrictEqual([0, 0]);
    expect(report.approvedAfter).toStrictEqual(report.approvedBefore);
    expect(new Set(report.pairs.filter(({ count }) => count > 0).map(({ before }) => before)).size).toBe(3);
  });

  it('lets its dates aside: it is asked what its rules say, not when', async () => {
    expect((await simulate((policy) => Object.assign(policy, { validFrom: '2090-01-01', expiresOn: '2090-12-31' }))).decidedOtherwise).toBe(
      0,
    );
  });

  it('counts whom a higher cutoff would no longer approve, and what that does to the expected bad rate', async () => {
    const report = await simulate((policy) => {
      for (const rule of cutoffOf(policy).rules) rule.when = rule.when.map((cell) => cell.replace('547', '580'));
    });
    const moved = report.pairs.filter(({ before, after, count }) => before !== after && count > 0);
    expect(moved.map(({ before, after }) => `${before} ${after}`)).toStrictEqual(['approve refer']);
    expect(moved[0]!.count).toBe(report.approvedBefore.count - report.approvedAfter.count);
    expect(report.approvedAfter.expectedBadRate!).toBeLessThan(report.approvedBefore.expectedBadRate!);
  });

  it('tests affordability with the new terms', async () => {
    const report = await simulate((policy) => {
      policy.affordability.assumedAnnualRatePercent = 90;
    });
    expect(report.decidedOtherwise).toBeGreaterThan(0);
    expect(report.fired.map(({ rule }) => rule)).toContain('affordability/dti-above-limit');
  });

  it('shows no group of few people, and no cell of few', async () => {
    const { groups, hiddenGroups } = await simulate((policy) => {
      policy.affordability.assumedAnnualRatePercent = 90;
    });
    expect(groups.length).toBeGreaterThan(0);
    expect(hiddenGroups).toBeGreaterThan(0);
    for (const { compared, pairs } of groups) {
      expect(compared).toBeGreaterThanOrEqual(30);
      for (const { count } of pairs) expect(count === null || count === 0 || count >= 5).toBe(true);
    }
  });

  it('looks at the days it is asked about', async () => {
    expect((await simulate(undefined, { from: '2026-12-01', to: '2026-12-01' })).compared).toBeGreaterThan(0);
    expect((await simulate(undefined, { from: '2026-12-02', to: null })).compared).toBe(0);
    expect((await simulate(undefined, { from: null, to: '2026-11-30' })).compared).toBe(0);
  });

  it('looks at its own product alone', async () => {
    const other = JSON.parse(readFileSync(join(BUNDLED_DIR, 'personal-loan/policy.json'), 'utf8')) as Policy;
    expect((await simulate((policy) => Object.assign(policy, other))).compared).toBe(0);
  });

  it('is refused where it must not be used', async () => {
    const broken = simulate((policy) => {
      cutoffOf(policy).rules[0]!.when[0] = 'about 500';
    });
    await expect(broken).rejects.toMatchObject({ failure: { kind: 'policy-malformed' } });
  });

  it('leaves out what is not what was hashed, and says so', async () => {
    const { db } = branch.log;
    const before = await simulate();
    const seq = getLogState(db).size - 1;
    tamper(db, `UPDATE entries SET bytes = ${hex(forged(db, seq, { decision: 'approve', actor: 'mallory' }))} WHERE seq = ${seq}`);
    expect(await simulate()).toMatchObject({ damaged: 1, compared: before.compared - 1 });
  });
});
