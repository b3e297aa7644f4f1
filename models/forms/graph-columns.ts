/** Walks a graph back from an output to the features, through the operators that keep it a sum of trees or a linear sum. */
import type { ModelManifest } from '../../contract/model-package.ts';
import { graphInputs, producers } from '../graph/describe-graph.ts';
import { isTreeEnsemble } from '../graph/tree-table.ts';
import { DataType, floatOf, floatsOf, type GraphProto, intOf, type NodeProto, textOf } from '../onnx/read-model.ts';
import { numbersOf, shapeOf } from '../onnx/read-tensor.ts';
import { linearColumns, treeColumns, weighted } from './ensemble-columns.ts';
import { affine, logistic, type Quantity, softmaxOfTwo, sumToOne } from './quantity.ts';

type Columns = Quantity[] | null;
interface Walk {
  columns(tensor: string): Columns;
  constant(tensor: string): { numbers: Float64Array; shape: number[] } | null;
  manifest: ModelManifest;
}

const MAX_STEPS = 100;
/** Columns of one tensor; beyond it no model is recognised. */
const MAX_COLUMNS = 2000;

/** What each column of the tensor is; null where the graph does something that no sum of trees and no linear sum does. */
export function columnsOf(graph: GraphProto, manifest: ModelManifest, tensor: string): Columns {
  const made = producers(graph);
  const inputs = inputColumns(graph, manifest);
  const constants = new Map(graph.initializer.map((initializer) => [initializer.name, initializer]));
  const known = new Map<string, Columns>();
  let depth = 0;
  const walk: Walk = {
    manifest,
    constant: (name) => {
      const node = made.get(name);
      const found = constants.get(name) ?? (node?.opType === 'Constant' ? node.attribute.find((a) => a.name === 'value')?.t : undefined);
      const numbers = found === undefined ? null : numbersOf(found);
      return found === undefined || numbers === null ? null : { numbers, shape: shapeOf(found) };
    },
    columns: (name) => {
      // null is an answer too: asked again and again, a ladder of diamonds would take for ever.
      const before = known.has(name) ? known.get(name) : inputs.get(name);
      if (before !== undefined) return before;
      const node = made.get(name);
      if (node === undefined || depth >= MAX_STEPS) return null;
      depth++;
      const found = columnsMadeBy(node, node.output.indexOf(name), walk);
      const columns = found !== null && found.length > MAX_COLUMNS ? null : found;
      depth--;
      known.set(name, columns);
      return columns;
    },
  };
  return walk.columns(tensor);
}

function inputColumns(graph: GraphProto, manifest: ModelManifest): Map<string, Columns> {
  const order = new Map(manifest.features.map((feature, index) => [feature.name, index]));
  const types = new Map(graphInputs(graph).map((input) => [input.name, input.type]));
  return new Map(
    manifest.inputs.map((input): [string, Columns] => {
      if (input.type === 'string') return [input.name, null];
      const columns = input.features.map((name): Quantity => {
        const feature = order.get(name) ?? -1;
        const coefficients = new Float64Array(manifest.features.length);
        coefficients[feature] = 1;
        // Trees compare an int64 after turning it into a float; a double they compare as a double.
        return {
          kind: 'linear',
          coefficients,
          base: 0,
          logistic: false,
          plain: { feature, single: types.get(input.name) !== 'double', whenMissing: null },
        };
      });
      return [input.name, columns];
    }),
  );
}

function columnsMadeBy(node: NodeProto, output: number, walk: Walk): Columns {
  const first = node.input[0] ?? '';
  if (isTreeEnsemble(node) || /^Linear(Classifier|Regressor)$/.test(node.opType)) {
    const input = walk.columns(first);
    // A classifier's first output is the label.
    if (input === null || (node.opType.endsWith('Classifier') && output !== 1)) return null;
    return isTreeEnsemble(node) ? treeColumns(node, input) : linearColumns(node, input);
  }
  return steps[node.opType]?.(node, walk, output) ?? null;
}

type Step = (node: NodeProto, walk: Walk, output: number) => Columns;

const same: Step = (node, walk) => walk.columns(node.input[0] ?? '');

const steps: Readonly<Record<string, Step>> = {
  Identity: same,
  ZipMap: same,
  Dropout: (node, walk, output) => (output === 0 ? same(node, walk, output) : null),
  Cast: (node, walk) => {
    const to = intOf(node, 'to', 0);
    const input = walk.columns(node.input[0] ?? '');
    if (to === DataType.FLOAT)
      return input?.map((q) => (q.kind === 'linear' && q.plain !== null ? { ...q, plain: { ...q.plain, single: true } } : q)) ?? null;
    return to === DataType.DOUBLE ? input : null;
  },
  Reshape: oneColumn,
  Flatten: same,
  Squeeze: oneColumn,
  Unsqueeze: oneColumn,
  Sigmoid: (node, walk) => all(walk.columns(node.input[0] ?? '')?.map(logistic)),
  Neg: (node, walk) => all(walk.columns(node.input[0] ?? '')?.map((q) => affine(q, -1, 0))),
  Softmax: (node, walk) => {
    const [a, b, ...more] = walk.columns(node.input[0] ?? '') ?? [];
    return a === undefined || b === undefined || more.length > 0 || ![1, -1].includes(intOf(node, 'axis', -1))
      ? null
      : softmaxOfTwo([a, b]);
  },
  Normalizer: (node, walk) => {
    const columns = walk.columns(node.input[0] ?? '');
    const [a, b] = columns ?? [];
    return columns?.length === 2 && a !== undefined && b !== undefined && textOf(node, 'norm', 'MAX') === 'L1' && sumToOne(a, b)
      ? columns
      : null;
  },
  Concat: (node, walk) => {
    const parts = node.input.map((name) => walk.columns(name));
    return [1, -1].includes(intOf(node, 'axis', 0)) && parts.every((part) => part !== null) ? parts.flat() : null;
  },
  FeatureVectorizer: (node, walk) => all(node.input.map((name) => walk.columns(name)))?.flat() ?? null,
  Split: (node, walk, output) => {
    const columns = walk.columns(node.input[0] ?? '');
    const one = columns?.length === node.output.length && [1, -1].includes(intOf(node, 'axis', 0)) ? columns[output] : undefined;
    return one === undefined ? null : [one];
  },
  Gather: (node, walk) => ([1, -1].includes(intOf(node, 'axis', 0)) ? picked(node, walk) : null),
  ArrayFeatureExtractor: picked,
  Scaler: (node, walk) => {
    const [offset, scale] = [floatsOf(node, 'offset'), floatsOf(node, 'scale')];
    return all(
      walk.columns(node.input[0] ?? '')?.map((q, i) => {
        const factor = scale[scale.length === 1 ? 0 : i] ?? 1;
        return affine(q, factor, -(offset[offset.length === 1 ? 0 : i] ?? 0) * factor);
      }),
    );
  },
  // Trees take the imputed value along; a linear sum cannot, and is found out when it is compared on rows with gaps.
  Imputer: (node, walk) => {
    const values = floatsOf(node, 'imputed_value_floats');
    if (!Number.isNaN(floatOf(node, 'replaced_value_float', 0))) return null;
    return all(
      walk.columns(node.input[0] ?? '')?.map((q, i) => {
        const whenMissing = values[values.length === 1 ? 0 : i];
        if (q.kind !== 'linear' || q.plain === null || whenMissing === undefined) return null;
        return { ...q, plain: { ...q.plain, whenMissing: q.plain.whenMissing ?? whenMissing } };
      }),
    );
  },
  Add: (node, walk) => withConstant(node, walk, (q, c) => affine(q, 1, c)),
  Mul: (node, walk) => withConstant(node, walk, (q, c) => affine(q, c, 0)),
  Sub: (node, walk) => withConstant(node, walk, (q, c, constantFirst) => (constantFirst ? affine(q, -1, c) : affine(q, 1, -c))),
  Div: (node, walk) => withConstant(node, walk, (q, c, constantFirst) => (constantFirst || c === 0 ? null : affine(q, 1 / c, 0))),
  MatMul: (node, walk) => matrixProduct(node, walk, false, 1, 1),
  Gemm: (node, walk) =>
    intOf(node, 'transA', 0) === 0
      ? matrixProduct(node, walk, intOf(node, 'transB', 0) === 1, floatOf(node, 'alpha', 1), floatOf(node, 'beta', 1))
      : null,
};

function all(columns: (Quantity | null)[] | undefined): Columns;
function all(columns: Columns[]): Quantity[][] | null;
function all<T>(columns: (T | null)[] | undefined): T[] | null {
  return columns?.every((q) => q !== null) === true ? (columns as T[]) : null;
}

/** [N,1] and [N] are the same; any other reshaping may move columns about. */
function oneColumn(node: NodeProto, walk: Walk): Columns {
  const columns = walk.columns(node.input[0] ?? '');
  return columns?.length === 1 ? columns : null;
}

function picked(node: NodeProto, walk: Walk): Columns {
  const columns = walk.columns(node.input[0] ?? '');
  const at = walk.constant(node.input[1] ?? '');
  if (columns === null || at === null) return null;
  return all([...at.numbers].map((index) => columns.at(index) ?? null));
}

function withConstant(
  node: NodeProto,
  walk: Walk,
  combine: (q: Quantity, constant: number, constantFirst: boolean) => Quantity | null,
): Columns {
  const [left = '', right = ''] = node.input;
  const constantFirst = walk.constant(left) !== null;
  const constant = walk.constant(constantFirst ? left : right);
  const columns = walk.columns(constantFirst ? right : left);
  if (constant === null || columns === null) return null;
  const { numbers } = constant;
  if (numbers.length !== 1 && numbers.length !== columns.length) return null;
  return all(columns.map((q, i) => combine(q, numbers[numbers.length === 1 ? 0 : i]!, constantFirst)));
}

/** y = alpha·x·W + beta·b for a constant W, [F,K] or transposed. */
function matrixProduct(node: NodeProto, walk: Walk, transposed: boolean, alpha: number, beta: number): Columns {
  const input = walk.columns(node.input[0] ?? '');
  const matrix = walk.constant(node.input[1] ?? '');
  const bias = (node.input[2] ?? '') === '' ? null : walk.constant(node.input[2] ?? '');
  if (input === null || matrix?.shape.length !== 2 || ((node.input[2] ?? '') !== '' && bias === null)) return null;
  const [rows, columns] = transposed ? [matrix.shape[1]!, matrix.shape[0]!] : [matrix.shape[0]!, matrix.shape[1]!];
  if (rows !== input.length) return null;
  return all(
    Array.from({ length: columns }, (_, k) => {
      const weights = Array.from({ length: rows }, (_, i) => alpha * matrix.numbers[transposed ? k * rows + i : i * columns + k]!);
      const shift = bias === null ? 0 : beta * (bias.numbers[bias.numbers.length === 1 ? 0 : k] ?? Number.NaN);
      return weighted(input, weights, shift);
    }),
  );
}
