/** Exact interventional Shapley values of tree ensembles, players = characteristics. */
import type { BackgroundSample, ModelManifest } from '../../contract/model-package.ts';
import type { FeatureRow, TreeEnsemble } from '../ports.ts';
import { prepareBlocks } from './block-tables.ts';
import type { Method } from './method.ts';
import { preparePlainTrees } from './plain-trees.ts';
import { playersOf } from './players.ts';
import { type Block, cutTree } from './tree-blocks.ts';
import { type Answers, compileTests, leafValue } from './tree-tests.ts';

/** Numbers in all tables together (64 MB); trees beyond it are explained in the plain form. */
const TABLE_BUDGET = 8_000_000;

/** Sums of an ensemble over one row. */
interface Sums {
  predicted: number;
  values: Float64Array;
}

export interface PreparedEnsemble {
  /** What the ensemble gives on average over the background, before calibration. */
  expected: number;
  /** Before calibration; null where the row holds a text. The arrays are the caller's to keep. */
  sumsOf(row: FeatureRow): Sums | null;
}

/** Which trees are explained by tables, as far as the budget goes, and which in the plain form. */
function shareBudget(trees: TreeEnsemble, players: Int32Array): { blocks: Block[]; plain: number[] } {
  const blocks: Block[] = [];
  const plain: number[] = [];
  let left = TABLE_BUDGET;
  for (const root of trees.roots) {
    const cut = cutTree(trees, root, players, left);
    if (cut === null) plain.push(root);
    else {
      left -= cut.size;
      for (const block of cut.blocks) blocks.push(block);
    }
  }
  return { blocks, plain };
}

/** @param players the characteristic of each feature; @param count how many characteristics there are */
export function prepareEnsemble(trees: TreeEnsemble, players: Int32Array, count: number, background: BackgroundSample): PreparedEnsemble {
  const tests = compileTests(trees, players.length);
  const nodes = trees.feature.length;
  const known: Answers[] = [];
  for (const row of background.rows) {
    const answers = new Uint8Array(nodes);
    if (tests.answer(row, answers)) known.push(answers);
  }
  const { blocks, plain } = shareBudget(trees, players);
  const explainBlocks = prepareBlocks(blocks, known);
  const explainPlain = preparePlainTrees(trees, plain, players, known);
  function sumsAt(answers: Answers): Sums {
    const values = new Float64Array(count);
    const predicted = trees.base + explainBlocks(answers, values) + explainPlain(answers, values);
    return { predicted, values };
  }
  // A background row with a text in it cannot be compared with: then nothing can be explained, and every row says so.
  const isWhole = known.length === background.rows.length;
  const sumLeaves = (row: Answers) => trees.roots.reduce((sum, root) => sum + leafValue(trees, root, row), trees.base);
  const expected = isWhole ? known.reduce((sum, row) => sum + sumLeaves(row), 0) / known.length : Number.NaN;
  const answers = new Uint8Array(nodes);
  return { expected, sumsOf: (row) => (tests.answer(row, answers) ? sumsAt(answers) : null) };
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
