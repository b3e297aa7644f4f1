import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureRow } from '../../decision/ports.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import { predictPd } from '../../models/forms/predict-form.ts';
import { loadModel } from '../../models/load-model.ts';
import { fixtures, openFixture, soundFixtures } from './pack-fixture.ts';

const recognised = soundFixtures.filter((name) => fixtures[name]?.form !== 'opaque');
const thresholds = [18, 30, 40, 69, 600, 1200, 2000, 0.4, 0.5, 0.7];

/** Values of all sizes, the fixtures' own thresholds and their neighbours, and gaps where the fixture has any. */
function rowOf(name: string): fc.Arbitrary<FeatureRow> {
  const { features, rows } = fixtures[name]!;
  const seen = rows.flat().filter((cell) => typeof cell === 'number');
  const isWhole = fixtures[name]!.inputs.some((input) => input.type === 'int64');
  const number = isWhole
    ? fc.integer({ min: -1000, max: 100_000 })
    : fc.oneof(
        fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
        fc.constantFrom(...thresholds, ...seen),
        fc.integer({ min: 0, max: 5000 }),
      );
  const hasGaps = rows.some((row) => row.includes(null));
  return fc.tuple(...features.map(() => (hasGaps ? fc.option(number, { freq: 4 }) : number)));
}

function spread(model: ClosableModel): number {
  return model.form.kind === 'linear' ? 1e-4 : 1e-5;
}

describe('the recognised form of a model', () => {
  it.each(recognised)('predicts what the runtime predicts, at thresholds, gaps and extremes: %s', async (name) => {
    const model = await loadModel(await openFixture(name));
    const { form } = model;
    if (form.kind === 'opaque') throw new Error(`${name} was not recognised`);
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf(name), { minLength: 20, maxLength: 60 }), async (rows) => {
        const scored = await model.scorer.score(rows);
        scored.forEach((result, i) => {
          if (!('pd' in result)) throw new Error(result.failed);
          expect(Math.abs(result.pd - predictPd(form, rows[i]!, null))).toBeLessThanOrEqual(spread(model));
        });
      }),
      { numRuns: 15, seed: 11 },
    );
    await model.close();
  });

  it('says the contribution of a probability of good with its sign turned, and of an average per tree', async () => {
    const model = await loadModel(await openFixture('forest-regressor-of-good'));
    if (model.form.kind !== 'trees') throw new Error('no trees');
    expect(model.form.scale).toBe('probability');
    expect(model.form.base).toBe(1);
    expect(Math.max(...model.form.value)).toBeLessThanOrEqual(0);
    expect(Math.min(...model.form.value)).toBeGreaterThanOrEqual(-1 / 8);
    await model.close();
  });

  it('is log-odds where the graph ends in a logistic function, and probability where it adds probabilities up', async () => {
    for (const [name, scale] of [
      ['xgb-classifier', 'log-odds'],
      ['xgb-calibrated', 'log-odds'],
      ['forest-zipmap', 'probability'],
    ] as const) {
      const model = await loadModel(await openFixture(name));
      expect(model.form).toMatchObject({ kind: 'trees', scale });
      await model.close();
    }
  });

  it('is left opaque where an imputer stands before a linear sum and a value may be missing', async () => {
    const { features } = (await openFixture('linear-regressor')).manifest;
    const model = await loadModel(
      await openFixture('linear-regressor', { manifest: { features: features.map((f) => ({ ...f, mayBeMissing: true })) } }),
    );
    expect(model.form.kind).toBe('opaque');
    await model.close();
  });
});
