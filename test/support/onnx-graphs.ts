/** ONNX files written by hand, as no exporter would write them. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../models/onnx/generated/onnx-ml_pb.js';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../../models/onnx/read-model.ts';

const encoder = new TextEncoder();
/** TensorProto.DataType */
export const FLOAT = 1;
export const INT64 = 7;
/** AttributeProto.AttributeType */
const A = { FLOAT: 1, INT: 2, STRING: 3, TENSOR: 4, GRAPH: 5, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

export type AttributeValue = number | bigint | string | TensorProto | GraphProto | number[] | bigint[] | string[];

function isMessage(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && '$typeName' in value && value.$typeName === name;
}

/** Numbers are floats, bigints are integers. */
export function attribute(name: string, value: AttributeValue): NodeProto['attribute'][number] {
  const made = (more: Record<string, unknown>) => create(AttributeProtoSchema, { name, ...more });
  if (typeof value === 'number') return made({ type: A.FLOAT, f: value });
  if (typeof value === 'bigint') return made({ type: A.INT, i: value });
  if (typeof value === 'string') return made({ type: A.STRING, s: encoder.encode(value) });
  if (isMessage(value, 'onnx.TensorProto')) return made({ type: A.TENSOR, t: value });
  if (isMessage(value, 'onnx.GraphProto')) return made({ type: A.GRAPH, g: value });
  const list = value as number[] | bigint[] | string[];
  if (typeof list[0] === 'bigint') return made({ type: A.INTS, ints: list });
  if (typeof list[0] === 'string') return made({ type: A.STRINGS, strings: (list as string[]).map((text) => encoder.encode(text)) });
  return made({ type: A.FLOATS, floats: list });
}

export function node(
  opType: string,
  input: string[],
  output: string[],
  attributes: Record<string, AttributeValue> = {},
  domain = '',
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    input,
    output,
    domain,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

export const classical = (opType: string, input: string[], output: string[], attributes: Record<string, AttributeValue> = {}): NodeProto =>
  node(opType, input, output, attributes, 'ai.onnx.ml');

export function floats(name: string, dims: (number | bigint)[], values: number[]): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: FLOAT, floatData: values });
}

export function integers(name: string, dims: (number | bigint)[], values: (number | bigint)[]): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: INT64, int64Data: values.map(BigInt) });
}

/** `null` dimensions are free; `null` as a whole: no shape. */
export function value(name: string, elemType: number, dims: (number | null)[] | null): ValueInfoProto {
  const shape =
    dims === null
      ? {}
      : {
          shape: {
            dim: dims.map((size) => ({ value: size === null ? { case: undefined } : { case: 'dimValue' as const, value: BigInt(size) } })),
          },
        };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType, ...shape } } } });
}

export interface GraphParts {
  nodes: NodeProto[];
  initializers?: TensorProto[];
  inputs?: ValueInfoProto[];
  outputs?: ValueInfoProto[];
  name?: string;
}

export const INPUT = value('float_input', FLOAT, [null, 4]);
export const P = value('p', FLOAT, [null, 1]);

export function graphOf({ nodes, initializers = [], inputs = [INPUT], outputs = [P], name = 'g' }: GraphParts): GraphProto {
  return create(GraphProtoSchema, { name, node: nodes, initializer: initializers, input: inputs, output: outputs });
}

/** One input `float_input` [N,4] and one output `p` [N,1], unless told otherwise. */
export function modelOf(parts: GraphParts, more: Partial<Omit<ModelProto, '$typeName'>> = {}, opset = 15n): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'ai.onnx.ml', version: 3n },
    ],
    graph: graphOf(parts),
    ...(more as object),
  });
}

export function onnx(parts: GraphParts, more: Partial<Omit<ModelProto, '$typeName'>> = {}, opset = 15n): Uint8Array {
  return toBinary(ModelProtoSchema, modelOf(parts, more, opset));
}

/** A field of wire type 2 (length-delimited) as protobuf writes it. */
export function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
