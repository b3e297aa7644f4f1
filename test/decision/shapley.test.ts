import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureValue } from '../../contract/model-package.ts';
import { prepareExplainer } from '../../decision/explain/explainer.ts';
import { featureOf, manifestOf, modelOf, scorerOf } from './samples.ts';
import { bruteForce, expectClose, FEATURES, games, players, run, type Tree, toEnsemble } from './tree-samples.ts';

const manifest = manifestOf(Array.from({ length: FEATURES }, (_, i) => featureOf(`f${i}`, { field: 'amount' }, `c${players[i]!}`)));
const sigma = (x: number) => 1 / (1 + Math.exp(-x));

describe('an explanation', () => {
  it('is calibrated on log-odds and adds up', async () => {
    await fc.assert(
      fc.asyncProperty(games, async ({ trees, row, background }) => {
        const calibration = { slope: 0.8, intercept: -0.3 };
        const pd = sigma(0.8 * run(trees, row) - 0.3);
        const explainer = prepareExplainer(
          modelOf(
            { ...manifest, calibration },
            toEnsemble(trees),
            scorerOf(() => pd),
            background,
          ),
        );
        const [explanation] = await explainer.explain([row], [pd]);
        if (explanation === undefined || 'failed' in explanation) throw new Error('not explained');
        const sum = explanation.contributions.reduce((total, { value: one }) => total + one, explanation.expected);
        expectClose([sum, sigma(explanation.predicted)], [explanation.predicted, pd], 1e-9);
        expect(explanation.contributions.map(({ characteristic }) => characteristic)).toEqual(['c0', 'c1', 'c2']);
      }),
      { numRuns: 50 },
    );
  });

  it('of a forest is of the probability before calibration', async () => {
    const forest: Tree[] = [{ feature: 0, threshold: 1, mode: 'LT', missing: false, yes: { leaf: -0.1 }, no: { leaf: 0.3 } }];
    const calibration = { slope: 2, intercept: 0.5 };
    const pd = sigma(2 * Math.log(0.55 / 0.45) + 0.5);
    const explainer = prepareExplainer(
      modelOf(
        { ...manifest, calibration },
        toEnsemble(forest, 'probability'),
        scorerOf(() => pd),
        [[0, 0, 0, 0, 0]],
      ),
    );
    const [explanation] = await explainer.explain([[2, 0, 0, 0, 0]], [pd]);
    expect(explanation).toMatchObject({ scale: 'probability', method: 'exact-trees' });
    expect(explanation && 'expected' in explanation && explanation.expected).toBeCloseTo(0.15, 12);
    expect(explanation && 'expected' in explanation && explanation.contributions[0]?.value).toBeCloseTo(0.4, 12);
  });

  it('is refused when the runtime scored something else', async () => {
    const trees: Tree[] = [{ leaf: 0.5 }];
    const explainer = prepareExplainer(
      modelOf(
        manifest,
        toEnsemble(trees),
        scorerOf(() => 0.5),
        [[0, 0, 0, 0, 0]],
      ),
    );
    expect(await explainer.explain([[0, 0, 0, 0, 0]], [sigma(0.75) + 1e-3])).toEqual([
      { failed: expect.stringContaining('not what the runtime scored') },
    ]);
  });

  it('of a linear model is coefficient times distance, summed per characteristic', async () => {
    const coefficients = Float64Array.of(1, -2, 0.5, 0.25, 4);
    const row = [1, 2, 3, 4, 0];
    const background = [
      [0, 0, 0, 0, 0],
      [2, 0, 0, 4, 1],
    ];
    const logit = (of: readonly FeatureValue[]) => of.reduce<number>((sum, x, i) => sum + coefficients[i]! * (x as number), 0.1);
    const form = { kind: 'linear', coefficients, intercept: 0.1 } as const;
    const explainer = prepareExplainer(
      modelOf(
        manifest,
        form,
        scorerOf(() => 0),
        background,
      ),
    );
    const [explanation] = await explainer.explain([row], [sigma(logit(row))]);
    if (explanation === undefined || 'failed' in explanation) throw new Error('not explained');
    expect(explanation.method).toBe('exact-linear');
    expectClose(
      explanation.contributions.map(({ value: one }) => one),
      bruteForce(logit, row, background),
    );
  });

  it('of a linear model fails on a missing value', async () => {
    const form = { kind: 'linear', coefficients: Float64Array.of(1, 1, 1, 1, 1), intercept: 0 } as const;
    const explainer = prepareExplainer(
      modelOf(
        manifest,
        form,
        scorerOf(() => 0),
        [[0, 0, 0, 0, 0]],
      ),
    );
    expect(await explainer.explain([[null, 0, 0, 0, 0]], [0.5])).toEqual([{ failed: expect.any(String) }]);
  });

  it('of any other model is sampled: near the truth within its error, adding up, and the same again', async () => {
    const f = (row: readonly FeatureValue[]) => {
      const [a, b, c, d, e] = row.map(Number) as [number, number, number, number, number];
      return Math.exp(0.6 * a * b * e) - 0.4 * b * (c + d) + Math.tanh(a + b * e);
    };
    const background = Array.from({ length: 10 }, (_, r) => Array.from({ length: FEATURES }, (_unused, i) => Math.sin(r * 3 + i)));
    const row = [1, -0.5, 0.7, 0.2, 1.5];
    const make = () =>
      prepareExplainer(
        modelOf(
          manifest,
          { kind: 'opaque' },
          scorerOf((of) => sigma(f(of))),
          background,
        ),
      );
    const [explanation] = await make().explain([row], [sigma(f(row))]);
    if (explanation === undefined || 'failed' in explanation) throw new Error('not explained');
    expect(explanation.method).toBe('sampled');
    bruteForce(f, row, background).forEach((truth, i) => {
      const { value: one, standardError } = explanation.contributions[i]!;
      expect(Math.abs(one - truth)).toBeLessThan(4 * standardError + 1e-12);
    });
    expect(Math.max(...explanation.contributions.map(({ standardError }) => standardError))).toBeGreaterThan(1e-4);
    expect((await make().explain([row], [sigma(f(row))]))[0]).toEqual(explanation);
  });

  it('fails where the model fails on a comparison row', async () => {
    const scorer = { score: (rows: readonly unknown[]) => Promise.resolve(rows.map(() => ({ failed: 'no' }))) };
    const explainer = prepareExplainer(modelOf(manifest, { kind: 'opaque' }, scorer, [[0, 0, 0, 0, 0]]));
    expect(await explainer.explain([[1, 0, 0, 0, 0]], [0.5])).toEqual([{ failed: expect.any(String) }]);
  });
});
