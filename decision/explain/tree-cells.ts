/**
 * What a tree can tell apart. A tree's contributions depend only on the answers to its tests; per feature it knows a few cells of values with
 * equal answers, and the cells' numbers, in a mixed radix, number every case that the tree can meet. A row's case in every tree is then a
 * sum of looked-up numbers, one per feature and tree that asks about it, without any test being run.
 */
import type { TreeEnsemble } from '../ports.ts';
import { passes, type Splits } from './splits.ts';
import type { TreeShape } from './tree-shape.ts';

/** One feature's part in the case numbers. */
export interface FeatureCells {
  feature: number;
  /** The trees that ask about the feature. */
  trees: Int32Array;
  /** Row of `parts` for each bin: bins in which no tree's answers differ share one. */
  rowOfBin: Int32Array;
  /** Per row, for each of `trees`, what the feature adds to its case number. */
  parts: Float64Array;
}

export interface TreeCells {
  features: readonly FeatureCells[];
  /** Per tree: how many cases it can meet. */
  cases: Float64Array;
}

/** The cell of each bin in one tree, numbered from 0 as they come; bins with the same answers are one cell. */
function cellsOf(trees: TreeEnsemble, splits: Splits, nodes: readonly number[], bins: number): { cell: Int32Array; count: number } {
  const cell = new Int32Array(bins);
  const known = new Map<string, number>();
  // Answers change only at the tree's own thresholds and for missing values.
  const changes = new Set([0, bins - 1, ...nodes.flatMap((node) => [splits.equalBin[node]!, splits.equalBin[node]! + 1])]);
  let present = 0;
  for (let bin = 0; bin < bins; bin++) {
    if (changes.has(bin)) {
      const answers = nodes.map((node) => (passes(trees, splits, node, bin) ? 'y' : 'n')).join('');
      present = known.get(answers) ?? known.size;
      known.set(answers, present);
    }
    cell[bin] = present;
  }
  return { cell, count: known.size };
}

interface Part {
  tree: number;
  cell: Int32Array;
  stride: number;
}

/** Gives equal rows one place: most bins differ from their neighbour in some tree, but 'equal to' and 'above' often do not. */
function packRows(feature: number, parts: readonly Part[], bins: number): FeatureCells {
  const rowOfBin = new Int32Array(bins);
  const rows: number[] = [];
  for (let bin = 0; bin < bins; bin++) {
    if (bin > 0 && bin < bins - 1 && parts.every(({ cell }) => cell[bin] === cell[bin - 1])) {
      rowOfBin[bin] = rowOfBin[bin - 1]!;
      continue;
    }
    rowOfBin[bin] = rows.length / parts.length;
    for (const { cell, stride } of parts) rows.push(cell[bin]! * stride);
  }
  return { feature, trees: Int32Array.from(parts, ({ tree }) => tree), rowOfBin, parts: Float64Array.from(rows) };
}

export function compileCells(trees: TreeEnsemble, splits: Splits, shapes: readonly TreeShape[]): TreeCells {
  const cases = new Float64Array(shapes.length).fill(1);
  const features: FeatureCells[] = [];
  splits.cuts.forEach((cuts, feature) => {
    const bins = 2 * cuts.length + 2;
    const parts: Part[] = [];
    shapes.forEach((shape, tree) => {
      const nodes = shape.nodes.filter((node) => trees.feature[node] === feature);
      if (nodes.length === 0) return;
      const { cell, count } = cellsOf(trees, splits, nodes, bins);
      parts.push({ tree, cell, stride: cases[tree]! });
      cases[tree]! *= count;
    });
    if (parts.length > 0) features.push(packRows(feature, parts, bins));
  });
  return { features, cases };
}
