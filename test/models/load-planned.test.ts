import { describe, expect, it } from 'vitest';
import { loadModel } from '../../models/load-model.ts';
import { readPlan, writePlan } from '../../models/load-plan.ts';
import { loadPlanned } from '../../models/load-planned.ts';
import { fixtures, openFixture, soundFixtures } from './pack-fixture.ts';

describe('a model that was loaded in full before', () => {
  it.each(soundFixtures)('is loaded by its plan as the same model, bit for bit: %s', async (name) => {
    const opened = await openFixture(name);
    const full = await loadModel(opened);
    const { plan, form, scorer } = full;
    try {
      // Only a graph that ends in a ZipMap is run otherwise than it lies in the package.
      if (plan === null) return expect(Buffer.from(opened.model).includes('ZipMap')).toBe(true);
      expect(Buffer.from(opened.model).includes('ZipMap')).toBe(false);
      const planned = await loadPlanned(opened, readPlan(writePlan(plan)));
      expect(planned.form).toStrictEqual(form);
      const { rows } = fixtures[name]!;
      expect(await planned.scorer.score(rows)).toStrictEqual(await scorer.score(rows));
      await planned.close();
    } finally {
      await full.close();
    }
  });

  it('is refused when its golden rows come out otherwise', async () => {
    const opened = await openFixture('xgb-classifier');
    const { plan, close } = await loadModel(opened);
    await close();
    const golden = { ...opened.golden, rows: opened.golden.rows.map((row) => ({ ...row, pd: 1 - row.pd })) };
    await expect(loadPlanned({ ...opened, golden }, plan!)).rejects.toMatchObject({ failure: { kind: 'model-check-failed' } });
  });

  it('is refused when the form that explains it is another one', async () => {
    const opened = await openFixture('xgb-classifier');
    const { plan, close } = await loadModel(opened);
    await close();
    const other = readPlan(writePlan(plan!));
    if (other.form.kind !== 'trees') throw new Error('the fixture has trees');
    other.form.base += 0.5;
    await expect(loadPlanned(opened, other)).rejects.toMatchObject({
      failure: { kind: 'model-check-failed', happened: expect.stringContaining('the form that explains') },
    });
  });
});
