import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureValue } from '../../contract/model-package.ts';
import { prepareExplainer } from '../../decision/explain/explainer.ts';
import { prepareEnsemble } from '../../decision/explain/trees.ts';
import type { TreeEnsemble } from '../../decision/ports.ts';
import { featureOf, manifestOf, modelOf, scorerOf } from './samples.ts';

const FEATURES = 5;
/** Features 2, 3 and 4 are one characteristic, as the dummies of a choice are. */
const players = Int32Array.of(0, 1, 2, 2, 2);
const COUNT = 3;

type Mode = TreeEnsemble['mode'][number];
type Tree = { leaf: number } | { feature: number; threshold: number; mode: Mode; missing: boolean; yes: Tree; no: Tree };

/** Few thresholds and few values, so that equality happens; 0.1 and 1/3 differ from their float32. */
const threshold = fc.constantFrom(-1, 0, 0.1, 1 / 3, 0.5, 1, 2);
const value = fc.option(fc.constantFrom(-2, -1, 0, 0.1, 1 / 3, 0.5, 0.7, 1, 2, 3), { nil: null, freq: 6 });
const leaf = fc.double({ min: -1, max: 1, noNaN: true }).map((v): Tree => ({ leaf: v }));

function treeOf(depth: number): fc.Arbitrary<Tree> {
  if (depth === 0) return leaf;
  const deeper = treeOf(depth - 1);
  const mode = fc.constantFrom<Mode>('LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ');
  const feature = fc.integer({ min: 0, max: FEATURES - 1 });
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    { weight: 4, arbitrary: fc.record({ feature, threshold, mode, missing: fc.boolean(), yes: deeper, no: deeper }) },
  );
}

const rowOf = fc.array(value, { minLength: FEATURES, maxLength: FEATURES });
const games = fc.record({
  trees: fc.array(treeOf(4), { minLength: 1, maxLength: 4 }),
  row: rowOf,
  background: fc.array(rowOf, { minLength: 1, maxLength: 5 }),
});

function toEnsemble(trees: readonly Tree[], scale: TreeEnsemble['scale'] = 'log-odds'): TreeEnsemble {
  const columns = {
    feature: [] as number[],
    threshold: [] as number[],
    whenTrue: [] as number[],
    whenFalse: [] as number[],
    missing: [] as number[],
    value: [] as number[],
  };
  const mode: Mode[] = [];
  const add = (tree: Tree): number => {
    const at = mode.push('LEAF') - 1;
    const inner = 'leaf' in tree ? null : tree;
    columns.feature.push(inner?.feature ?? -1);
    columns.threshold.push(inner?.threshold ?? 0);
    columns.missing.push(inner?.missing ? 1 : 0);
    columns.value.push('leaf' in tree ? tree.leaf : 0);
    columns.whenTrue.push(-1);
    columns.whenFalse.push(-1);
    if (inner === null) return at;
    mode[at] = inner.mode;
    columns.whenTrue[at] = add(inner.yes);
    columns.whenFalse[at] = add(inner.no);
    return at;
  };
  return {
    kind: 'trees',
    roots: Int32Array.from(trees.map(add)),
    feature: Int32Array.from(columns.feature),
    threshold: Float32Array.from(columns.threshold),
    mode,
    whenTrue: Int32Array.from(columns.whenTrue),
    whenFalse: Int32Array.from(columns.whenFalse),
    missingTrue: Uint8Array.from(columns.missing),
    value: Float64Array.from(columns.value),
    base: 0.25,
    scale,
  };
}

/** Written independently of the product's code, straight from the operator's specification. */
function runTree(tree: Tree, row: readonly FeatureValue[]): number {
  if ('leaf' in tree) return tree.leaf;
  const x = row[tree.feature] === null ? Number.NaN : Math.fround(row[tree.feature] as number);
  const t = Math.fround(tree.threshold);
  const tests: Record<Mode, boolean> = { LEQ: x <= t, LT: x < t, GTE: x >= t, GT: x > t, EQ: x === t, NEQ: x !== t, LEAF: false };
  return runTree(tests[tree.mode] || (tree.missing && Number.isNaN(x)) ? tree.yes : tree.no, row);
}

const run = (trees: readonly Tree[], row: readonly FeatureValue[]) => trees.reduce((sum, tree) => sum + runTree(tree, row), 0.25);

/** Shapley values by their definition: every coalition, the average over the background. */
function bruteForce(
  f: (row: FeatureValue[]) => number,
  row: readonly FeatureValue[],
  background: readonly (readonly FeatureValue[])[],
): number[] {
  const worth = (coalition: number) =>
    background.reduce((sum, other) => sum + f(other.map((v, i) => (coalition & (1 << players[i]!) ? row[i]! : v))), 0) / background.length;
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (coalition: number) => [0, 1, 2].filter((player) => coalition & (1 << player)).length;
  return Array.from({ length: COUNT }, (_, player) => {
    let total = 0;
    for (let coalition = 0; coalition < 1 << COUNT; coalition++) {
      if (coalition & (1 << player)) continue;
      const weight = (factorial(size(coalition)) * factorial(COUNT - size(coalition) - 1)) / factorial(COUNT);
      total += weight * (worth(coalition | (1 << player)) - worth(coalition));
    }
    return total;
  });
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12): void {
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}

describe('Shapley values of trees', () => {
  it('equal the definition over all coalitions, with dummies, missing values and every branch mode', () => {
    fc.assert(
      fc.property(games, ({ trees, row, background }) => {
        const ensemble = prepareEnsemble(toEnsemble(trees), players, COUNT, { description: '', rows: background });
        const sums = ensemble.sumsOf(row)!;
        expectClose(
          sums.values,
          bruteForce((mixed) => run(trees, mixed), row, background),
        );
        expectClose([sums.predicted], [run(trees, row)]);
        expectClose([ensemble.expected], [background.reduce((sum, other) => sum + run(trees, other), 0) / background.length]);
      }),
      { numRuns: 400 },
    );
  });

  it('are the same by tables and in the plain form', () => {
    fc.assert(
      fc.property(games, ({ trees, row, background }) => {
        const sample = { description: '', rows: background };
        const plain = prepareEnsemble(toEnsemble(trees), players, COUNT, sample, 0);
        expectClose(prepareEnsemble(toEnsemble(trees), players, COUNT, sample).sumsOf(row)!.values, plain.sumsOf(row)!.values);
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on the rows that were explained before', () => {
    fc.assert(
      fc.property(games, fc.array(rowOf, { maxLength: 20 }), ({ trees, row, background }, before) => {
        const sample = { description: '', rows: background };
        const fresh = prepareEnsemble(toEnsemble(trees), players, COUNT, sample);
        const used = prepareEnsemble(toEnsemble(trees), players, COUNT, sample);
        for (const other of before) used.sumsOf(other);
        expect(used.sumsOf(row)).toEqual(fresh.sumsOf(row));
      }),
      { numRuns: 100 },
    );
  });

  it('equal the plain form on trees too large for a mask or a table', () => {
    const deep = (depth: number, at: number): Tree =>
      depth === 0
        ? { leaf: Math.sin(at) }
        : {
            feature: at % 12,
            threshold: (at % 7) / 3,
            mode: 'LT',
            missing: false,
            yes: deep(depth - 1, 2 * at),
            no: deep(depth - 1, 2 * at + 1),
          };
    const chain = (length: number): Tree =>
      length === 0
        ? { leaf: 1 }
        : { feature: length - 1, threshold: 1, mode: 'LT', missing: true, yes: chain(length - 1), no: { leaf: -length / 9 } };
    const ensemble = toEnsemble([deep(6, 1), chain(12)]);
    const twelve = Int32Array.from({ length: 12 }, (_, i) => i);
    const rows = Array.from({ length: 20 }, (_, r) => Array.from({ length: 12 }, (_unused, i) => ((r * 5 + i * 7) % 11) / 4));
    const sample = { description: '', rows: rows.slice(0, 8) };
    const [tables, plain] = [prepareEnsemble(ensemble, twelve, 12, sample), prepareEnsemble(ensemble, twelve, 12, sample, 0)];
    for (const row of rows) {
      const { predicted, values } = tables.sumsOf(row)!;
      expectClose(values, plain.sumsOf(row)!.values);
      expectClose([values.reduce((sum, one) => sum + one, tables.expected)], [predicted], 1e-9);
    }
  });
});

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
