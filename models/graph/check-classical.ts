/**
 * Operators of ai.onnx.ml other than trees keep their numbers in lists whose lengths must agree. The runtime does not check all of them: where a list
 * is too short it reads memory that is not the model's, and scores with it.
 */
import { floatsOf, type GraphProto, hasAttribute, intOf, intsOf, type NodeProto, textsOf } from '../onnx/read-model.ts';
import { widthOf } from './tensor-width.ts';
import { labelsOf } from './tree-table.ts';

/** @returns what contradicts itself in a node, for a data scientist; null when nothing does */
export function problemInLists(graph: GraphProto, node: NodeProto, fed: ReadonlyMap<string, number>): string | null {
  if (node.domain !== 'ai.onnx.ml') return null;
  const width = (): number | null => widthOf(graph, node.input[0] ?? '', fed);
  switch (node.opType) {
    case 'LinearClassifier':
      return problemInLinear(node, Math.max(1, labelsOf(node).length), width());
    case 'LinearRegressor':
      return problemInLinear(node, Math.max(1, intOf(node, 'targets', 1)), width());
    case 'SVMClassifier':
    case 'SVMRegressor':
      return problemInVectors(node, width());
    case 'Scaler':
      return problemInScale(node, width());
    case 'Imputer':
      return problemInLength('imputed_value_floats', floatsOf(node, 'imputed_value_floats').length, width());
    case 'LabelEncoder':
      return problemInEncoder(node);
    default:
      return null;
  }
}

/** One row of coefficients per class; a classifier of two classes may give one row, or one intercept. */
function problemInLinear(node: NodeProto, classes: number, width: number | null): string | null {
  const coefficients = floatsOf(node, 'coefficients').length;
  const intercepts = floatsOf(node, 'intercepts').length;
  if (coefficients === 0) return 'it has no coefficients';
  if (intercepts !== 0 && intercepts !== classes && !(classes === 2 && intercepts === 1))
    return `it has ${intercepts} intercepts for ${classes} classes or targets`;
  const rows = intercepts === 0 ? classes : intercepts;
  if (coefficients % rows !== 0) return `${coefficients} coefficients are no whole number of rows for ${rows} classes or targets`;
  const columns = coefficients / rows;
  return width === null || columns === width ? null : `it has ${columns} coefficients a class for ${width} columns`;
}

function problemInVectors(node: NodeProto, width: number | null): string | null {
  const isRegressor = node.opType === 'SVMRegressor';
  const vectors = isRegressor ? [intOf(node, 'n_supports', 0)] : intsOf(node, 'vectors_per_class');
  if (vectors.some((count) => count < 0)) return 'it has a negative number of support vectors';
  const count = vectors.reduce((sum, some) => sum + some, 0);
  const numbers = floatsOf(node, 'support_vectors').length;
  const coefficients = floatsOf(node, 'coefficients').length;
  const classes = isRegressor ? 2 : Math.max(2, labelsOf(node).length);
  const pairs = (classes * (classes - 1)) / 2;
  if (count === 0) return null;
  if (numbers % count !== 0) return `${numbers} numbers are no whole number for each of its ${count} support vectors`;
  if (width !== null && numbers / count !== width) return `its support vectors have ${numbers / count} numbers for ${width} columns`;
  if (!isRegressor && vectors.length !== classes) return `it counts support vectors for ${vectors.length} classes and has ${classes}`;
  if (coefficients !== count * (classes - 1))
    return `it has ${coefficients} coefficients for ${count} support vectors and ${classes} classes`;
  const rho = floatsOf(node, 'rho').length;
  if (rho < (isRegressor ? 1 : pairs)) return `it has ${rho} offsets (rho) where ${isRegressor ? 1 : pairs} are needed`;
  const [a, b] = [floatsOf(node, 'prob_a').length, floatsOf(node, 'prob_b').length];
  return a === b && (a === 0 || a === pairs) ? null : `it has ${a} and ${b} numbers (prob_a, prob_b) for ${pairs} pairs of classes`;
}

function problemInScale(node: NodeProto, width: number | null): string | null {
  const [offset, scale] = [floatsOf(node, 'offset').length, floatsOf(node, 'scale').length];
  if (offset !== scale) return `it has ${offset} offsets and ${scale} scales`;
  return problemInLength('scale', scale, width);
}

/** One number for all columns, or one each. */
function problemInLength(name: string, length: number, width: number | null): string | null {
  return length <= 1 || width === null || length === width ? null : `${name} has ${length} numbers for ${width} columns`;
}

function problemInEncoder(node: NodeProto): string | null {
  const sizes = (part: 'keys' | 'values'): number[] =>
    [textsOf(node, `${part}_strings`).length, intsOf(node, `${part}_int64s`).length, floatsOf(node, `${part}_floats`).length].filter(
      (size) => size > 0,
    );
  if (hasAttribute(node, 'keys_tensor') || hasAttribute(node, 'values_tensor') || hasAttribute(node, 'classes_strings')) return null;
  const [keys, values] = [sizes('keys'), sizes('values')];
  return keys.length === 1 && values.length === 1 && keys[0] === values[0]
    ? null
    : 'its keys and values are not one list each, of one length';
}
