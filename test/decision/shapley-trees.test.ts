import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureValue } from '../../contract/model-package.ts';
import { preparePlainTrees } from '../../decision/explain/plain-trees.ts';
import { cutTree } from '../../decision/explain/tree-blocks.ts';
import { compileTests } from '../../decision/explain/tree-tests.ts';
import { prepareEnsemble } from '../../decision/explain/trees.ts';
import type { TreeEnsemble } from '../../decision/ports.ts';
import { bruteForce, COUNT, expectClose, games, leaf, players, rowOf, run, type Tree, toEnsemble, treeOf, value } from './tree-samples.ts';

type Row = readonly FeatureValue[];

/** All trees in the plain form: no table, no cut. */
function explainPlainly(trees: TreeEnsemble, playerOf: Int32Array, count: number, background: readonly Row[], row: Row) {
  const tests = compileTests(trees, playerOf.length);
  const answersOf = (of: Row) => {
    const answers = new Uint8Array(trees.feature.length);
    tests.answer(of, answers);
    return answers;
  };
  const values = new Float64Array(count);
  const explain = preparePlainTrees(trees, [...trees.roots], playerOf, background.map(answersOf));
  return { predicted: trees.base + explain(answersOf(row), values), values };
}

function expectPlain(trees: readonly Tree[], playerOf: Int32Array, count: number, background: readonly Row[], rows: readonly Row[]): void {
  const ensemble = toEnsemble(trees);
  const prepared = prepareEnsemble(ensemble, playerOf, count, { description: '', rows: background.map((row) => [...row]) });
  for (const row of rows) {
    const [{ predicted, values }, plain] = [prepared.sumsOf(row)!, explainPlainly(ensemble, playerOf, count, background, row)];
    expectClose(values, plain.values, 1e-11);
    expectClose([predicted], [plain.predicted], 1e-11);
    expectClose([values.reduce((sum, one) => sum + one, prepared.expected)], [predicted], 1e-9);
  }
}

/** Twelve characteristics, of which three have two columns each. */
const WIDE = 15;
const wide = Int32Array.from({ length: WIDE }, (_, feature) => feature % 12);
const wideRow = fc.array(value, { minLength: WIDE, maxLength: WIDE });

/** As leaf-wise training makes them: a long path with small trees at its side. */
const unbalanced = fc
  .array(fc.record({ feature: fc.nat(WIDE - 1), threshold: fc.constantFrom(0, 0.5, 1), side: treeOf(2, WIDE), yes: fc.boolean() }), {
    minLength: 5,
    maxLength: 7,
  })
  .chain((path) =>
    leaf.map((end) =>
      path.reduce<Tree>((tree, { feature, threshold, side, yes }) => {
        const test = { feature, threshold, mode: 'LT', missing: yes } as const;
        return yes ? { ...test, yes: tree, no: side } : { ...test, yes: side, no: tree };
      }, end),
    ),
  );

/** `length` tests in a row, each of another feature. */
const chain = (length: number): Tree =>
  length === 0
    ? { leaf: 1 }
    : { feature: length - 1, threshold: 1, mode: 'LT', missing: true, yes: chain(length - 1), no: { leaf: -length / 9 } };

const countLeaves = (tree: Tree): number => ('leaf' in tree ? 1 : countLeaves(tree.yes) + countLeaves(tree.no));
/** Rows in which every feature meets thresholds on both sides. */
const manyRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, r) => Array.from({ length: WIDE }, (_unused, i) => ((r * 5 + i * 7) % 11) / 4));

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

  it('are the same by tables and in the plain form, for trees of several blocks', () => {
    const trees = fc.array(fc.oneof(treeOf(7, WIDE), unbalanced), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        trees,
        fc.array(wideRow, { minLength: 1, maxLength: 6 }),
        fc.array(wideRow, { minLength: 1, maxLength: 4 }),
        (...game) => {
          const [forest, background, rows] = game;
          expectPlain(forest, wide, 12, background, rows);
        },
      ),
      { numRuns: 150 },
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

  it('are the same for a tree whose tests are all of one characteristic', () => {
    const deep = (depth: number, at: number): Tree =>
      depth === 0
        ? { leaf: Math.sin(at) }
        : {
            feature: at % 2,
            threshold: (at % 7) / 3,
            mode: 'LT',
            missing: false,
            yes: deep(depth - 1, 2 * at),
            no: deep(depth - 1, 2 * at + 1),
          };
    const rows = manyRows(20);
    expectPlain([deep(7, 1)], new Int32Array(WIDE), 1, rows.slice(0, 8), rows);
  });

  it('are of the plain form where a path has too many players for tables', () => {
    const rows = manyRows(20);
    expect(cutTree(toEnsemble([chain(12)]), 0, wide, Number.POSITIVE_INFINITY)).toBeNull();
    expectPlain([chain(12), chain(3)], wide, 12, rows.slice(0, 8), rows);
  });

  it('are of the plain form for the trees beyond what tables may take', () => {
    // One such chain takes about 30,000 numbers; there is room for 8 million.
    expect(cutTree(toEnsemble([chain(10)]), 0, wide, 10_000)).toBeNull();
    expect(cutTree(toEnsemble([chain(10)]), 0, wide, 40_000)?.size).toBeGreaterThan(8_000_000 / 300);
    const rows = manyRows(12);
    expectPlain(
      Array.from({ length: 300 }, () => chain(10)),
      wide,
      12,
      rows.slice(0, 4),
      rows.slice(4),
    );
  });
});

describe('the blocks of a tree', () => {
  it('hold each of its leaves once, and no table needs more than ten bits', () => {
    fc.assert(
      fc.property(fc.oneof(treeOf(7, WIDE), unbalanced), (tree) => {
        const cut = cutTree(toEnsemble([tree]), 0, wide, Number.POSITIVE_INFINITY);
        if (cut === null) return;
        expect(cut.blocks.reduce((sum, { leaves }) => sum + leaves.length, 0)).toBe(countLeaves(tree));
        for (const { bits } of cut.blocks) expect(bits).toBeLessThanOrEqual(10);
      }),
      { numRuns: 100 },
    );
  });
});
