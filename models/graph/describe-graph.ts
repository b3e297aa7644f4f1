/** What a graph takes and gives, as far as it says so itself. */

import { isZipMap, zipMapKeys } from '../onnx/drop-zipmap.ts';
import { DataType, type GraphProto, type NodeProto, type ValueInfoProto } from '../onnx/read-model.ts';
import { labelsOf } from './tree-table.ts';

export interface GraphValue {
  name: string;
  /** Element type, or null for a sequence, a map or another type that is no tensor of these. */
  type: 'float' | 'double' | 'int64' | 'string' | null;
  /** Dimensions; null in a place: symbolic, unnamed or dynamic. null as a whole: the graph does not say. */
  dims: (number | null)[] | null;
}

const typeNames: Partial<Record<number, GraphValue['type']>> = {
  [DataType.FLOAT]: 'float',
  [DataType.DOUBLE]: 'double',
  [DataType.INT64]: 'int64',
  [DataType.STRING]: 'string',
};

export function graphInputs(graph: GraphProto): GraphValue[] {
  // Before IR version 4 every initializer had to be listed among the inputs too.
  const constants = new Set([
    ...graph.initializer.map((tensor) => tensor.name),
    ...graph.sparseInitializer.map((sparse) => sparse.values?.name),
  ]);
  return graph.input.filter((input) => !constants.has(input.name)).map(describe);
}

export function graphOutputs(graph: GraphProto): GraphValue[] {
  return graph.output.map(describe);
}

function describe(info: ValueInfoProto): GraphValue {
  const value = info.type?.value;
  if (value?.case !== 'tensorType') return { name: info.name, type: null, dims: null };
  const dims = value.value.shape?.dim.map(({ value: size }) => {
    if (size.case !== 'dimValue') return null;
    // Some exporters write 0 or -1 where they mean 'any'.
    return size.value > 0n ? Number(size.value) : null;
  });
  return { name: info.name, type: typeNames[value.value.elemType] ?? null, dims: dims ?? null };
}

/** The nodes by the tensors that they make. */
export function producers(graph: GraphProto): Map<string, NodeProto> {
  return new Map(graph.node.flatMap((node) => node.output.filter((name) => name !== '').map((name) => [name, node] as const)));
}

/**
 * The classes' names in column order, as a ZipMap or a classifier says them; null where the graph names none.
 * @param output the graph's output whose columns are meant
 */
export function classNames(graph: GraphProto, output: string): (string | number)[] | null {
  const made = producers(graph);
  const seen = new Set<string>();
  for (let name: string | undefined = output; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const node: NodeProto | undefined = made.get(name);
    if (node === undefined) return null;
    const names = isZipMap(node) ? zipMapKeys(node) : labelsOf(node);
    if (names.length > 0) return names;
    // Post-processing between a classifier and the output keeps the columns' order.
    name = /^(Cast|Identity|Normalizer|ZipMap|Softmax|Sigmoid)$/.test(node.opType) ? node.input[0] : undefined;
  }
  return null;
}
