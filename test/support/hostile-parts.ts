/** What most hostile graphs are made of: an honest score, with something beside it. */
import { floats, type GraphParts, node, onnx } from './onnx-graphs.ts';

export interface HostileGraph {
  name: string;
  bytes: () => Uint8Array;
  /** Words of the reason that a data scientist reads. */
  reason: RegExp;
}

export const W = floats('w', [4, 1], [0.001, 0.001, 0.001, 0.001]);
export const GEMM = node('Gemm', ['float_input', 'w'], ['z']);
export const SIGMOID = node('Sigmoid', ['zz'], ['p']);
/** Whatever `m` is, its mean is added to an honest score. */
export const WEIGHED = [node('ReduceMean', ['m'], ['mean'], { keepdims: 0n }), GEMM, node('Add', ['z', 'mean'], ['zz']), SIGMOID];

export const graph = (
  name: string,
  reason: RegExp,
  parts: GraphParts,
  more: Parameters<typeof onnx>[1] = {},
  opset = 15n,
): HostileGraph => ({
  name,
  reason,
  bytes: () => onnx(parts, more, opset),
});

/** An honest score with one thing beside it that makes a tensor `m`. */
export const beside = (
  name: string,
  reason: RegExp,
  nodes: GraphParts['nodes'],
  initializers: GraphParts['initializers'] = [],
  opset = 15n,
) => graph(name, reason, { nodes: [...nodes, ...WEIGHED], initializers: [W, ...initializers] }, {}, opset);

export const honest: GraphParts = { nodes: [GEMM, node('Sigmoid', ['z'], ['p'])], initializers: [W] };
