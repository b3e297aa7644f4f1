/**
 * The columns that the three tree operators and the two linear ones of ai.onnx.ml answer with, as ONNX Runtime computes them.
 * Where the specification is vague (one weight set for two classes, a regressor's post transform) the runtime decides, and
 * `recogniseForm` compares with it before anything is believed.
 */
import { readTreeTable, type TreeTable } from '../graph/tree-table.ts';
import { floatsOf, type NodeProto, textOf } from '../onnx/read-model.ts';
import { holds } from './node-test.ts';
import { affine, logistic, type Quantity, softmaxOfTwo, sum } from './quantity.ts';

/** @param input the columns of the operator's first input */
export function treeColumns(node: NodeProto, input: readonly Quantity[]): Quantity[] | null {
  const features = plainFeatures(input);
  const table = withImputed(readTreeTable(node), input);
  if (
    features === null ||
    table === null ||
    table.doubles ||
    table.mode.includes('MEMBER') ||
    table.aggregate === 'MIN' ||
    table.aggregate === 'MAX'
  )
    return null;
  const share = table.aggregate === 'AVERAGE' ? table.roots.length : 1;
  const column = (target: number | 'all', base: number): Quantity => {
    const values = new Float64Array(table.mode.length);
    for (let i = 0; i < table.leaf.length; i++)
      if (target === 'all' || table.target[i] === target) values[table.leaf[i]!]! += table.weight[i]! / share;
    return { kind: 'trees', table, features, values, base, logistic: false };
  };
  if (table.operator !== 'TreeEnsembleClassifier') {
    // The runtime leaves a single target as it is, whatever post transform is named.
    if (table.targets === 1) return [column(0, table.base[0] ?? 0)];
    return table.transform === 'NONE' ? Array.from({ length: table.targets }, (_, k) => column(k, table.base[k] ?? 0)) : null;
  }
  if (table.targets === 2 && new Set(table.target).size === 1) return binaryColumns(table, column('all', table.base[0] ?? 0));
  // Two classes with weights and base values of their own: the runtime adds the second base value to the first score.
  if (table.targets === 2 && table.base.length > 0) return null;
  const columns = Array.from({ length: table.targets }, (_, k) => column(k, table.base[k] ?? 0));
  return transformed(columns, table.transform);
}

/** One weight set for two classes: the runtime reads it as the second class's and makes the first from it. */
function binaryColumns(table: TreeTable, score: Quantity): Quantity[] | null {
  // Two base values for one weight set: the runtime takes the first and leaves the other class at zero.
  if (table.base.length > 1) return null;
  if (table.transform === 'LOGISTIC') {
    const high = logistic(score);
    return high === null ? null : pair(affine(high, -1, 1), high);
  }
  if (table.transform !== 'NONE') return null;
  const areProbabilities = table.weight.every((weight) => weight >= 0);
  return pair(affine(score, -1, areProbabilities ? 1 : 0), score);
}

function pair(low: Quantity | null, high: Quantity): Quantity[] | null {
  return low === null ? null : [low, high];
}

function transformed(columns: Quantity[], transform: string): Quantity[] | null {
  if (transform === 'NONE') return columns;
  const [first, second] = columns;
  if (transform === 'SOFTMAX' && columns.length === 2 && first !== undefined && second !== undefined) return softmaxOfTwo([first, second]);
  if (transform !== 'LOGISTIC') return null;
  const through = columns.map(logistic);
  return through.every((q) => q !== null) ? through : null;
}

export function linearColumns(node: NodeProto, input: readonly Quantity[]): Quantity[] | null {
  const coefficients = floatsOf(node, 'coefficients');
  const intercepts = floatsOf(node, 'intercepts');
  const sets = coefficients.length / input.length;
  if (!Number.isInteger(sets) || sets < 1) return null;
  const columns: Quantity[] = [];
  for (let set = 0; set < sets; set++) {
    const column = weighted(input, coefficients.slice(set * input.length, (set + 1) * input.length), intercepts[set] ?? 0);
    if (column === null) return null;
    columns.push(column);
  }
  const transform = textOf(node, 'post_transform', 'NONE');
  if (node.opType === 'LinearRegressor') return transformed(columns, transform);
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) {
    const high = transform === 'LOGISTIC' ? logistic(only) : null;
    return high === null ? null : pair(affine(high, -1, 1), high);
  }
  return transformed(columns, transform);
}

/** Σ weight·column + base over linear columns. */
export function weighted(input: readonly Quantity[], weights: ArrayLike<number>, base: number): Quantity | null {
  let total: Quantity | null = null;
  for (const [i, column] of input.entries()) {
    const part = column.kind === 'linear' && !column.logistic ? affine(column, weights[i] ?? 0, 0) : null;
    if (part === null) return null;
    total = total === null ? part : sum(total, part);
    if (total === null) return null;
  }
  return total === null ? null : affine({ ...total, ...(total.kind === 'linear' ? { plain: null } : {}) }, 1, base);
}

/** Behind an imputer a missing value takes the branch that the imputed one takes; null where a node cannot say that. */
function withImputed(table: TreeTable, input: readonly Quantity[]): TreeTable | null {
  const imputed = input.map((q) => (q.kind === 'linear' ? (q.plain?.whenMissing ?? null) : null));
  if (imputed.every((value) => value === null)) return table;
  const missingTrue = Uint8Array.from(table.missingTrue);
  for (const [i, mode] of table.mode.entries()) {
    const value = imputed[table.feature[i]!] ?? null;
    if (mode === 'LEAF' || mode === 'MEMBER' || value === null) continue;
    const goesTrue = holds(mode, Math.fround(value), Math.fround(table.threshold[i]!));
    // Not-a-number is unequal to everything, and passes such a test by itself.
    if (mode === 'NEQ' && !goesTrue) return null;
    missingTrue[i] = goesTrue ? 1 : 0;
  }
  return { ...table, missingTrue };
}

/** Trees are only taken over features as they came in, compared as float32. */
function plainFeatures(input: readonly Quantity[]): Int32Array | null {
  const features = input.map((q) => (q.kind === 'linear' && q.plain?.single === true ? q.plain.feature : -1));
  return features.includes(-1) ? null : Int32Array.from(features);
}
