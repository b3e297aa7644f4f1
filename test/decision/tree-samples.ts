/** Small trees, rows and games for the tests of explanations, and what is true of them by definition. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { FeatureValue } from '../../contract/model-package.ts';
import type { TreeEnsemble } from '../../decision/ports.ts';

export const FEATURES = 5;
/** Features 2, 3 and 4 are one characteristic, as the dummies of a choice are. */
export const players = Int32Array.of(0, 1, 2, 2, 2);
export const COUNT = 3;

type Mode = TreeEnsemble['mode'][number];
export type Tree = { leaf: number } | { feature: number; threshold: number; mode: Mode; missing: boolean; yes: Tree; no: Tree };

/** Few thresholds and few values, so that equality happens; 0.1 and 1/3 differ from their float32. */
const threshold = fc.constantFrom(-1, 0, 0.1, 1 / 3, 0.5, 1, 2);
export const value = fc.option(fc.constantFrom(-2, -1, 0, 0.1, 1 / 3, 0.5, 0.7, 1, 2, 3), { nil: null, freq: 6 });
export const leaf = fc.double({ min: -1, max: 1, noNaN: true }).map((v): Tree => ({ leaf: v }));

export function treeOf(depth: number, features = FEATURES): fc.Arbitrary<Tree> {
  if (depth === 0) return leaf;
  const deeper = treeOf(depth - 1, features);
  const mode = fc.constantFrom<Mode>('LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ');
  const feature = fc.integer({ min: 0, max: features - 1 });
  return fc.oneof(
    { weight: 1, arbitrary: leaf },
    { weight: 4, arbitrary: fc.record({ feature, threshold, mode, missing: fc.boolean(), yes: deeper, no: deeper }) },
  );
}

export const rowOf = fc.array(value, { minLength: FEATURES, maxLength: FEATURES });
export const games = fc.record({
  trees: fc.array(treeOf(4), { minLength: 1, maxLength: 4 }),
  row: rowOf,
  background: fc.array(rowOf, { minLength: 1, maxLength: 5 }),
});

export function toEnsemble(trees: readonly Tree[], scale: TreeEnsemble['scale'] = 'log-odds'): TreeEnsemble {
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

export const run = (trees: readonly Tree[], row: readonly FeatureValue[]) => trees.reduce((sum, tree) => sum + runTree(tree, row), 0.25);

/** Shapley values by their definition: every coalition, the average over the background. */
export function bruteForce(
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

export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12): void {
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThan(tolerance);
}
