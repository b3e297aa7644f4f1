/** Whether what a graph holds, and what it makes, is of a size that is known before any applicant comes. */
import { MAX_TENSOR_ELEMENTS, MAX_TEXT_GROWTH } from '../limits.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../onnx/read-model.ts';
import { tensorOf } from '../onnx/read-model.ts';
import { elementsOf, numbersOf } from '../onnx/read-tensor.ts';
import { sizedByOperand } from './operators.ts';

type WithGraph = Pick<ModelProto, 'opsetImport'> & { graph: GraphProto };

export const nodeName = (node: NodeProto) =>
  node.name === '' ? `a ${node.opType} node` : `node ${node.name.slice(0, 100)} (${node.opType})`;

/** Every constant of the model, wherever it is kept. */
export function* constantsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const sparse of graph.sparseInitializer) yield* [sparse.values, sparse.indices].filter((part) => part !== undefined);
  for (const { attribute } of graph.node)
    for (const a of attribute) {
      if (a.t !== undefined) yield a.t;
      yield* a.tensors;
      for (const sparse of [a.sparseTensor, ...a.sparseTensors])
        yield* [sparse?.values, sparse?.indices].filter((part) => part !== undefined);
    }
}

export function problemInSizes({ graph }: WithGraph): string | null {
  for (const tensor of constantsOf(graph)) {
    if (tensor.dims.some((size) => size < 0n)) return `tensor ${tensor.name.slice(0, 100)} has a negative dimension`;
    const count = elementsOf(tensor);
    if (!(count >= 0) || count > MAX_TENSOR_ELEMENTS)
      return `tensor ${tensor.name.slice(0, 100)} has ${count} elements; at most ${MAX_TENSOR_ELEMENTS} are taken`;
  }
  // Sparse tensors say their dense size apart from their values.
  const sparse = [...graph.sparseInitializer, ...graph.node.flatMap((node) => node.attribute.flatMap(sparseOf))];
  for (const { dims } of sparse)
    if (dims.reduce((product, size) => product * Number(size), 1) > MAX_TENSOR_ELEMENTS)
      return 'a sparse tensor is too large when written out';
  return null;
}

function sparseOf({ sparseTensor, sparseTensors }: NodeProto['attribute'][number]): { dims: bigint[] }[] {
  return sparseTensor === undefined ? sparseTensors : [sparseTensor, ...sparseTensors];
}

/**
 * Constants of a few bytes that ask for gigabytes. The runtime works them out when it loads the graph, before the first row comes.
 * Sizes that are themselves computed are not followed: those the memory limit of the check finds.
 */
export function problemInGrowth({ graph }: WithGraph): string | null {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const value = node.opType === 'Constant' ? tensorOf(node, 'value') : undefined;
    const output = node.output[0] ?? '';
    if (value !== undefined) constants.set(output, value);
    for (const position of sizedByOperand[node.opType] ?? []) {
      const size = constants.get(node.input[position] ?? '');
      const numbers = size === undefined ? null : numbersOf(size);
      const elements = numbers === null ? 0 : elementsMade(node.opType, numbers);
      if (elements > MAX_TENSOR_ELEMENTS)
        return `${nodeName(node)} makes ${elements} elements out of a constant; at most ${MAX_TENSOR_ELEMENTS} are taken`;
    }
  }
  return null;
}

/** How many elements an operator makes at least, from the operand that says so. */
function elementsMade(operator: string, numbers: Float64Array): number {
  const product = numbers.reduce((total, size) => total * Math.max(1, Math.abs(size)), 1);
  if (operator === 'Pad') return Math.max(0, ...numbers);
  // -1 and 0 of a Reshape stand for what is there already, and it makes nothing new.
  return operator === 'Reshape' ? 0 : product;
}

export function problemInDynamicSizes({ graph }: WithGraph): string | null {
  const fromApplicant = new Set(graph.input.map((input) => input.name));
  for (const { name } of graph.initializer) fromApplicant.delete(name);
  for (const node of graph.node) {
    const operand = (sizedByOperand[node.opType] ?? []).find((position) => fromApplicant.has(node.input[position] ?? ''));
    if (operand !== undefined) return `${nodeName(node)} takes a size from the values of the input`;
    const isOnlyShape = node.opType === 'Shape' || node.opType === 'Size';
    if (!isOnlyShape && node.input.some((name) => fromApplicant.has(name))) for (const name of node.output) fromApplicant.add(name);
  }
  return problemInTexts(graph);
}

/** A text joined to itself thirty times over is a billion texts long: how long, an applicant's own answer decides. */
function problemInTexts(graph: GraphProto): string | null {
  const copies = new Map<string, number>();
  for (const node of graph.node) {
    const before = node.input.map((name) => copies.get(name) ?? 1);
    const made = node.opType === 'StringConcat' ? before.reduce((sum, some) => sum + some, 0) : Math.max(1, ...before);
    if (made > MAX_TEXT_GROWTH)
      return `${nodeName(node)} makes a text of ${made} answers joined together; at most ${MAX_TEXT_GROWTH} are taken`;
    for (const name of node.output) copies.set(name, made);
  }
  return null;
}
