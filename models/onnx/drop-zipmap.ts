/**
 * A ZipMap turns the probabilities into a sequence of maps, which the runtime's Node binding cannot return
 * ('Non tensor type is temporarily not supported'). It adds nothing but names, so the tensor that feeds it becomes the output.
 */
import { create } from '@bufbuild/protobuf';
import { ValueInfoProtoSchema } from './generated/onnx-ml_pb.js';
import { DataType, type GraphProto, intsOf, type NodeProto, textsOf } from './read-model.ts';

/** Whether the node is `ai.onnx.ml`'s ZipMap. */
export function isZipMap(node: NodeProto): boolean {
  return node.opType === 'ZipMap' && node.domain === 'ai.onnx.ml';
}

/** A ZipMap's keys in the order of the columns that feed it. */
export function zipMapKeys(node: NodeProto): (string | number)[] {
  const texts = textsOf(node, 'classlabels_strings');
  return texts.length > 0 ? texts : intsOf(node, 'classlabels_int64s');
}

/**
 * Removes every ZipMap whose result is an output of the graph, in place.
 * @returns for each output that was one, the name of the [N,K] tensor that took its place
 */
export function dropZipMaps(graph: GraphProto): Map<string, string> {
  const replaced = new Map<string, string>();
  for (const node of graph.node.filter(isZipMap)) {
    const [from, to] = [node.input[0], node.output[0]];
    if (from !== undefined && to !== undefined && graph.output.some((output) => output.name === to)) replaced.set(to, from);
  }
  graph.node = graph.node.filter((node) => !(isZipMap(node) && replaced.has(node.output[0] ?? '')));
  const kept = graph.output.filter((output) => !replaced.has(output.name));
  for (const name of new Set(replaced.values()))
    if (!kept.some((output) => output.name === name)) {
      const tensorType = { elemType: DataType.FLOAT };
      kept.push(create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensorType } } }));
    }
  graph.output = kept;
  return replaced;
}
