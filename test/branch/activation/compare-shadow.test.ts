import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareOwnShadow } from '../../../branch/activation/compare-shadow.ts';
import { ShiftCounts } from '../../../branch/activation/shift-counts.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { LEAST_CELL } from '../../../contract/shadow-cells.ts';
import { type Active, listActive } from '../../../db/active.ts';
import { toScore } from '../../../decision/score.ts';
import { decisionDraft } from '../../support/log-samples.ts';
import { drawFrom } from '../../support/many-applications.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const PRODUCT = 'instalment-loan';
const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

const find = ({ log }: Branch, alias: string): Active => listActive(log.db).find((one) => one.product === PRODUCT && one.alias === alias)!;
const artefact = ({ name, version, sha256 }: Active) => ({ name, version, sha256 });
let n = 0;

/** A decision that the champion gave one PD and the challenger another. */
function decided(branch: Branch, scaling: Parameters<typeof toScore>[1], pd: number | null, other: number | null | undefined): void {
  const shadow = other === undefined ? {} : { [find(branch, 'challenger').sha256]: other };
  const score = pd === null ? null : toScore(pd, scaling);
  const model = artefact(find(branch, 'champion'));
  appendEntries(branch.log, [{ entry: decisionDraft(++n, { model, pd, score, shadow }) }]);
}

describe('a challenger held against the champion', () => {
  it('is counted by outcome of the cutoff alone, with shifts in points, and small groups are not told', async () => {
    const branch = await openedBranch(offices.copy());
    const { sha256 } = find(branch, 'challenger');
    const { scaling } = await branch.store.loadManifest(sha256);
    const { policy } = await branch.store.loadPolicy(
      listActive(branch.log.db).find((one) => one.product === PRODUCT && one.kind === 'policy')!.sha256,
    );
    const { low, high } = policy.referBand;
    const outcome = (pd: number) => (toScore(pd, scaling) >= high ? 'approve' : toScore(pd, scaling) < low ? 'decline' : 'refer');
    const draw = drawFrom(7);
    const pairs = Array.from({ length: 400 }, (): [number, number] => {
      const pd = 0.005 + 0.5 * draw() ** 2;
      return [pd, Math.min(0.99, pd * (0.8 + 0.6 * draw()))];
    });
    for (const [pd, other] of pairs) decided(branch, scaling, pd, other);
    for (let i = 0; i < 3; i++) decided(branch, scaling, 0.1, null);
    decided(branch, scaling, null, 0.1);
    decided(branch, scaling, 0.1, undefined);
    const found = await compareOwnShadow(branch, PRODUCT, sha256);
    expect(found).toMatchObject({ decisions: 400, unscored: 3, isTooFew: false, champion: artefact(find(branch, 'champion')) });
    const same = pairs.filter(([pd, other]) => outcome(pd) === outcome(other)).length;
    expect(found.agreement).toBe(same / 400);
    const naive = new Map<string, number>();
    for (const [pd, other] of pairs)
      if (outcome(pd) !== outcome(other))
        naive.set(`${outcome(pd)} ${outcome(other)}`, (naive.get(`${outcome(pd)} ${outcome(other)}`) ?? 0) + 1);
    expect(new Map(found.shifts.map(({ from, to, count }) => [`${from} ${to}`, count]))).toEqual(
      new Map([...naive].map(([pair, count]) => [pair, count < LEAST_CELL ? null : count])),
    );
    const shifts = pairs.map(([pd, other]) => toScore(other, scaling) - toScore(pd, scaling)).sort((a, b) => a - b);
    expect(found.shift!.mean).toBeCloseTo(shifts.reduce((sum, one) => sum + one, 0) / 400, 9);
    expect(Math.abs(found.shift!.median - shifts[199]!)).toBeLessThanOrEqual(0.25);
    expect(Math.abs(found.shift!.p90 - shifts[359]!)).toBeLessThanOrEqual(0.25);
    const { edges, counts } = found.histogram!;
    expect(counts).toHaveLength(edges.length + 1);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(400);
    expect(counts.every((one) => one === 0 || one >= LEAST_CELL)).toBe(true);
    await branch.close();
  });

  it('says nothing of few decisions but how many, and knows no model that is no challenger', async () => {
    const branch = await openedBranch(offices.copy());
    const { sha256 } = find(branch, 'challenger');
    const { scaling } = await branch.store.loadManifest(sha256);
    for (let i = 0; i < 20; i++) decided(branch, scaling, 0.001, 0.9);
    expect(await compareOwnShadow(branch, PRODUCT, sha256)).toMatchObject({
      decisions: 20,
      isTooFew: true,
      agreement: null,
      shift: null,
      histogram: null,
      shifts: [{ from: 'approve', to: 'decline', count: 20 }],
    });
    const nobody = createHash('sha256').update('nobody').digest('hex');
    await expect(compareOwnShadow(branch, PRODUCT, nobody)).rejects.toMatchObject({ failure: { kind: 'change-refused' } });
    await branch.close();
  });
});

describe('a histogram', () => {
  it.each([[[1, 2, 3]], [[-500, 0, 0, 0, 0, 0, 500]], [[0, 0, 0, 0, 0, 0]], [Array.from({ length: 300 }, (_, i) => i - 150)]])(
    'of %j keeps every difference and tells no small group that stands alone',
    (points) => {
      const counts = new ShiftCounts();
      for (const one of points) counts.add(one);
      const told = counts.histogram();
      expect(told.counts.reduce((sum, one) => sum + one, 0)).toBe(points.length);
      if (told.counts.length > 1) expect(told.counts.every((one) => one === 0 || one >= LEAST_CELL)).toBe(true);
      expect([...told.edges].sort((a, b) => a - b)).toEqual(told.edges);
    },
  );
});
