/** Reading and writing ONNX files (https://onnx.ai/onnx/repo-docs/IR.html), and typed access to a node's attributes. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { MAX_GRAPH_PARTS } from '../limits.ts';
import { countParts } from './count-parts.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './generated/onnx-ml_pb.js';
import { ModelProtoSchema, TensorProto_DataType } from './generated/onnx-ml_pb.js';

export type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto };
export const DataType = TensorProto_DataType;

/**
 * The model, with its graph. Unknown fields are kept, so that writing it again loses nothing.
 * @throws Error with a text for a person when the bytes are no ONNX model
 */
export function readModel(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  let model: ModelProto;
  try {
    const parts = countParts(bytes);
    if (parts > MAX_GRAPH_PARTS) throw new RangeError(`its graph has ${parts} parts; at most ${MAX_GRAPH_PARTS} are taken`);
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new Error(`not an ONNX model: its bytes cannot be read as one (${error instanceof Error ? error.message : 'unknown'})`, {
      cause: error,
    });
  }
  const { graph } = model;
  if (graph === undefined || graph.node.length === 0) throw new Error('not an ONNX model: it has no graph');
  return Object.assign(model, { graph });
}

export function writeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function attribute(node: NodeProto, name: string) {
  return node.attribute.find((a) => a.name === name);
}

export function floatsOf(node: NodeProto, name: string): number[] {
  return attribute(node, name)?.floats ?? [];
}

/** Integers; ONNX keeps them in 64 bits. Throws a RangeError beyond 2^53, where a double would round silently. */
export function intsOf(node: NodeProto, name: string): number[] {
  return (attribute(node, name)?.ints ?? []).map(safeInteger);
}

export function intOf(node: NodeProto, name: string, otherwise: number): number {
  const found = attribute(node, name);
  return found === undefined ? otherwise : safeInteger(found.i);
}

export function textOf(node: NodeProto, name: string, otherwise: string): string {
  const found = attribute(node, name);
  return found === undefined ? otherwise : utf8.decode(found.s);
}

export function textsOf(node: NodeProto, name: string): string[] {
  return (attribute(node, name)?.strings ?? []).map((s) => utf8.decode(s));
}

export function floatOf(node: NodeProto, name: string, otherwise: number): number {
  return attribute(node, name)?.f ?? otherwise;
}

export function tensorOf(node: NodeProto, name: string): TensorProto | undefined {
  return attribute(node, name)?.t;
}

export function hasAttribute(node: NodeProto, name: string): boolean {
  return attribute(node, name) !== undefined;
}

function safeInteger(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError('an integer attribute is beyond 2^53');
  return number;
}
