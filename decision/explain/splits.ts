/**
 * All thresholds of an ensemble, sorted per feature, so that a value is looked up once and every test of it is a comparison of two small
 * integers. A value's bin: 2c below the c-th threshold (and above the one before), 2c + 1 equal to it, 2m above all m, 2m + 1 missing.
 */
import type { FeatureValue } from '../../contract/model-package.ts';
import type { FeatureRow, TreeEnsemble } from '../ports.ts';

export interface Splits {
  /** Per feature: its thresholds, ascending, as float32. */
  cuts: readonly Float32Array[];
  /** Per node: the bin in which a value equals the node's threshold. */
  equalBin: Int32Array;
  /** Per node: the bin of missing values of the node's feature. */
  missingBin: Int32Array;
}

export function compileSplits(trees: TreeEnsemble, features: number): Splits {
  const found = Array.from({ length: features }, () => new Set<number>());
  trees.feature.forEach((feature, node) => {
    if (feature >= 0) found[feature]!.add(trees.threshold[node]! + 0);
  });
  const cuts = found.map((thresholds) => Float32Array.from(thresholds).sort());
  const places = cuts.map((sorted) => new Map(Array.from(sorted, (cut, i) => [cut, i])));
  const equalBin = trees.feature.map((feature, node) =>
    feature < 0 ? 0 : 2 * (places[feature]!.get(trees.threshold[node]! + 0) ?? 0) + 1,
  );
  const missingBin = trees.feature.map((feature) => (feature < 0 ? 0 : 2 * cuts[feature]!.length + 1));
  return { cuts, equalBin, missingBin };
}

/** The bin of one value among ascending cuts. The runtime compares float32 with float32, and so does this. */
function binOf(value: FeatureValue, cuts: Float32Array): number {
  const wanted = value === null ? Number.NaN : Math.fround(value as number);
  if (Number.isNaN(wanted)) return 2 * cuts.length + 1;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low < cuts.length && cuts[low] === wanted ? 2 * low + 1 : 2 * low;
}

/**
 * Writes the bin of every feature of a row.
 * @returns false where the row holds a text, which no tree can test
 */
export function findBins(row: FeatureRow, { cuts }: Splits, into: Int32Array): boolean {
  for (let i = 0; i < cuts.length; i++) {
    const value = row[i] ?? null;
    if (typeof value === 'string') return false;
    into[i] = binOf(value, cuts[i]!);
  }
  return true;
}

/**
 * Whether a value in `bin` passes the node's test, as the ONNX runtime answers it (ai.onnx.ml TreeEnsemble*: a missing value passes where
 * `nodes_missing_value_tracks_true` says so, and otherwise fails every comparison but NEQ, as IEEE 754 has it).
 */
export function passes(trees: TreeEnsemble, { equalBin, missingBin }: Splits, node: number, bin: number): boolean {
  const mode = trees.mode[node]!;
  if (bin === missingBin[node]) return trees.missingTrue[node] === 1 || mode === 'NEQ';
  const equal = equalBin[node]!;
  switch (mode) {
    case 'LT':
      return bin < equal;
    case 'LEQ':
      return bin <= equal;
    case 'GT':
      return bin > equal;
    case 'GTE':
      return bin >= equal;
    case 'EQ':
      return bin === equal;
    case 'NEQ':
      return bin !== equal;
    case 'LEAF':
      return false;
  }
}
