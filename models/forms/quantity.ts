/**
 * A number that a graph computes, as far as it can be told from the graph what it is: link(base + Σ leaves) or
 * link(intercept + Σ coefficient·feature), link being the identity or the logistic function.
 */
import type { TreeTable } from '../graph/tree-table.ts';

interface TreeSum {
  kind: 'trees';
  table: TreeTable;
  /** For each column of the trees' input the model's feature that it is. */
  features: Int32Array;
  /** Added by each node of the table when it is the leaf that a row reaches. */
  values: Float64Array;
  base: number;
  logistic: boolean;
}

interface PlainFeature {
  feature: number;
  /** It has been rounded to float32, as trees compare. */
  single: boolean;
  /** What an imputer puts in the place of a missing value; null: nothing does. */
  whenMissing: number | null;
}

interface LinearSum {
  kind: 'linear';
  /** In the manifest's feature order. */
  coefficients: Float64Array;
  base: number;
  logistic: boolean;
  /** Set when this is nothing but one feature as it came in. */
  plain: PlainFeature | null;
}

export type Quantity = TreeSum | LinearSum;

/** slope·q + offset; null where that is no such quantity. */
export function affine(q: Quantity, slope: number, offset: number): Quantity | null {
  if (q.logistic) {
    // 1 − σ(x) = σ(−x); no other line through σ is a logistic function again.
    if (slope === 1 && offset === 0) return q;
    if (slope !== -1 || offset !== 1) return null;
    const turned = affine({ ...q, logistic: false }, -1, 0);
    return turned === null ? null : { ...turned, logistic: true };
  }
  const base = slope * q.base + offset;
  if (q.kind === 'trees') return { ...q, values: q.values.map((v) => slope * v), base };
  return { ...q, coefficients: q.coefficients.map((c) => slope * c), base, plain: slope === 1 && offset === 0 ? q.plain : null };
}

export function logistic(q: Quantity): Quantity | null {
  if (q.logistic) return null;
  return q.kind === 'linear' ? { ...q, logistic: true, plain: null } : { ...q, logistic: true };
}

/** a + b where both are of one kind and, for trees, sit on the same trees. */
export function sum(a: Quantity, b: Quantity): Quantity | null {
  if (a.logistic || b.logistic) return null;
  const base = a.base + b.base;
  if (a.kind === 'linear' && b.kind === 'linear')
    return { ...a, coefficients: a.coefficients.map((c, i) => c + b.coefficients[i]!), base, plain: null };
  if (a.kind === 'trees' && b.kind === 'trees' && a.table === b.table)
    return { ...a, values: a.values.map((v, i) => v + b.values[i]!), base };
  return null;
}

/** The softmax of two numbers is the logistic function of their difference. */
export function softmaxOfTwo([first, second]: readonly [Quantity, Quantity]): [Quantity, Quantity] | null {
  const minus = affine(first, -1, 0);
  const difference = first.logistic || second.logistic || minus === null ? null : sum(second, minus);
  const high = difference === null ? null : logistic(difference);
  const low = high === null ? null : affine(high, -1, 1);
  return high === null || low === null ? null : [low, high];
}

/** Whether two columns are p and 1 − p, so that dividing them by their sum changes nothing. */
export function sumToOne(a: Quantity, b: Quantity): boolean {
  const rest = affine(a, -1, 1);
  if (rest === null || rest.kind !== b.kind || rest.logistic !== b.logistic) return false;
  const [mine, theirs] =
    rest.kind === 'trees'
      ? [rest.values, b.kind === 'trees' ? b.values : null]
      : [rest.coefficients, b.kind === 'linear' ? b.coefficients : null];
  if (theirs === null || !near(rest.base, b.base)) return false;
  return mine.every((value, i) => near(value, theirs[i]!));
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}
