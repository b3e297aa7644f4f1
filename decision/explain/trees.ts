/** Exact interventional Shapley values of tree ensembles, players = characteristics. */
import type { BackgroundSample, ModelManifest } from '../../contract/model-package.ts';
import type { TreeEnsemble } from '../ports.ts';
import type { Method } from './explainer.ts';
import { compileLeafTables, tableSize } from './leaf-tables.ts';
import { compilePlainTree, type TreeContributions } from './plain-trees.ts';
import { playersOf } from './players.ts';
import { compileSplits, findBins, passes, type Splits } from './splits.ts';
import { compileCells } from './tree-cells.ts';
import { shapeOf, type TreeShape } from './tree-shape.ts';

/** Numbers in all leaf tables together (64 MB); trees beyond it are explained in the plain form. */
const TABLE_BUDGET = 8_000_000;
/** Numbers in the memory of cases already met, all trees together (32 MB). */
const MEMO_BUDGET = 4_000_000;
const MAX_SLOTS = 8192;
/** Beyond this, case numbers are no longer exact integers, and the tree is computed anew each time. */
const MAX_CASES = Number.MAX_SAFE_INTEGER;

/** One tree, ready: how its contributions are computed and where those of cases already met are kept. */
interface PreparedTree {
  shape: TreeShape;
  compute: TreeContributions;
  players: Int32Array;
  /** Whether a case number is its own slot; otherwise slots are shared by hash, and the last case stays. */
  direct: boolean;
  slots: number;
  /** First number of the tree's slots in the memo; each slot is case + 1 (0 = empty), reached leaf's value, contributions. */
  start: number;
  width: number;
}

function answersOf(trees: TreeEnsemble, splits: Splits, { nodes }: TreeShape, bins: Int32Array): Uint8Array {
  const passed = new Uint8Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) passed[i] = passes(trees, splits, nodes[i]!, bins[trees.feature[nodes[i]!]!]!) ? 1 : 0;
  return passed;
}

/** The value of the leaf that a row reaches. */
function leafValue(trees: TreeEnsemble, splits: Splits, { root }: TreeShape, bins: Int32Array): number {
  let node = root;
  while (trees.feature[node]! >= 0) {
    const passed = passes(trees, splits, node, bins[trees.feature[node]!]!);
    node = passed ? trees.whenTrue[node]! : trees.whenFalse[node]!;
  }
  return trees.value[node]!;
}

function prepareTree(
  shape: TreeShape,
  background: readonly Uint8Array[],
  tables: boolean,
): Pick<PreparedTree, 'shape' | 'compute' | 'players' | 'width'> {
  const compute = tables ? compileLeafTables(shape, background) : compilePlainTree(shape, background);
  return { shape, compute, players: shape.players, width: shape.players.length + 2 };
}

/** Gives each tree its slots: all its cases where they fit, else a power of two of them. */
function placeMemo(trees: readonly Pick<PreparedTree, 'width' | 'shape' | 'compute' | 'players'>[], cases: Float64Array): PreparedTree[] {
  const widths = trees.reduce((sum, { width }) => sum + width, 0);
  const fair = Math.min(MAX_SLOTS, 2 ** Math.floor(Math.log2(Math.max(1, MEMO_BUDGET / widths))));
  let start = 0;
  return trees.map((tree, t) => {
    const direct = cases[t]! <= fair;
    const slots = direct ? cases[t]! : fair;
    const placed = { ...tree, direct, slots, start };
    start += slots * tree.width;
    return placed;
  });
}

/** Sums of an ensemble over one row. */
interface Sums {
  predicted: number;
  values: Float64Array;
}

export interface PreparedEnsemble {
  /** What the ensemble gives on average over the background, before calibration. */
  expected: number;
  /** Before calibration; null where the row holds a text. The arrays are the caller's to keep. */
  sumsOf(row: readonly (number | string | null)[]): Sums | null;
}

/**
 * @param players the characteristic of each feature; @param count how many characteristics there are
 * @param budget numbers that leaf tables may take; 0 = the plain form for every tree (which tests compare with)
 */
export function prepareEnsemble(
  trees: TreeEnsemble,
  players: Int32Array,
  count: number,
  background: BackgroundSample,
  budget: number = TABLE_BUDGET,
): PreparedEnsemble {
  const features = players.length;
  const splits = compileSplits(trees, features);
  const shapes = Array.from(trees.roots, (root) => shapeOf(trees, root, players));
  const backgroundBins = background.rows.map((row) => {
    const bins = new Int32Array(features);
    return findBins(row, splits, bins) ? bins : null;
  });
  const known = backgroundBins.filter((bins) => bins !== null);
  const { features: cells, cases } = compileCells(trees, splits, shapes);
  let left = budget;
  let expected = trees.base;
  const prepared = placeMemo(
    shapes.map((shape) => {
      const answers = known.map((bins) => answersOf(trees, splits, shape, bins));
      for (const other of known) expected += leafValue(trees, splits, shape, other) / known.length;
      const size = tableSize(shape);
      const tables = size <= left;
      if (tables) left -= size;
      return prepareTree(shape, answers, tables);
    }),
    cases,
  );
  // A background row with a text in it cannot be compared with: then nothing can be explained, and every row says so.
  if (known.length < background.rows.length) expected = Number.NaN;
  const memo = new Float64Array(prepared.reduce((sum, { slots, width }) => sum + slots * width, 0));
  const bins = new Int32Array(features);
  const caseOf = new Float64Array(shapes.length);

  function fill(tree: PreparedTree, at: number, key: number): void {
    const passed = answersOf(trees, splits, tree.shape, bins);
    memo.fill(0, at, at + tree.width);
    tree.compute(passed, memo, at + 2);
    memo[at + 1] = leafValue(trees, splits, tree.shape, bins);
    memo[at] = key;
  }

  function sumsOf(row: readonly (number | string | null)[]): Sums | null {
    if (!findBins(row, splits, bins)) return null;
    caseOf.fill(0);
    for (let f = 0; f < cells.length; f++) {
      const { feature, trees: asking, rowOfBin, parts } = cells[f]!;
      const from = rowOfBin[bins[feature]!]! * asking.length;
      for (let i = 0; i < asking.length; i++) caseOf[asking[i]!]! += parts[from + i]!;
    }
    const values = new Float64Array(count);
    let predicted = trees.base;
    for (let t = 0; t < prepared.length; t++) {
      const tree = prepared[t]!;
      const number = caseOf[t]!;
      const slot = tree.direct ? number : (Math.imul(number ^ (number / 4294967296), 0x9e3779b1) >>> 8) & (tree.slots - 1);
      const at = tree.start + slot * tree.width;
      if (memo[at] !== number + 1 || number >= MAX_CASES) fill(tree, at, number + 1);
      predicted += memo[at + 1]!;
      const own = tree.players;
      for (let j = 0; j < own.length; j++) values[own[j]!]! += memo[at + 2 + j]!;
    }
    return { predicted, values };
  }
  return { expected, sumsOf };
}

/**
 * Log-odds are explained after the manifest's calibration, which is linear in them. A forest that averages probabilities is explained
 * before it: calibration bends the probability, and what adds up before no longer would.
 */
export function prepareTrees(trees: TreeEnsemble, manifest: ModelManifest, background: BackgroundSample): Method {
  const ensemble = prepareEnsemble(trees, playersOf(manifest), manifest.characteristics.length, background);
  const calibrated = trees.scale === 'log-odds' ? manifest.calibration : null;
  const { slope, intercept } = calibrated ?? { slope: 1, intercept: 0 };
  const expected = slope * ensemble.expected + intercept;
  return {
    method: 'exact-trees',
    scale: trees.scale,
    explainRow(row) {
      const sums = ensemble.sumsOf(row);
      if (sums === null) return { failed: 'A tree cannot be explained on a text.' };
      const { predicted, values } = sums;
      for (let i = 0; i < values.length; i++) values[i]! *= slope;
      return { expected, predicted: slope * predicted + intercept, values, errors: null };
    },
  };
}
