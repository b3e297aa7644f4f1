/** What running a graph takes that only its file can tell: found once, and kept with the package's digest (see load-plan.ts). */
import { graphInputs } from './graph/describe-graph.ts';
import { dropZipMaps, isZipMap } from './onnx/drop-zipmap.ts';
import { type GraphProto, readModel, writeModel } from './onnx/read-model.ts';

export interface SessionShape {
  /** Output to be fetched. */
  fetch: string;
  /** Inputs that are declared as [N] rather than [N,1]. */
  rankOne: string[];
  /** The graph is made for one row at a time. */
  takesOneRow: boolean;
}

/**
 * @param bytes model.onnx
 * @param graph the same, read; it has passed the static checks
 * @returns `runnable` is the file itself where it has no ZipMap; else a copy, because the graph is still read for its class names
 */
export function describeSession(bytes: Uint8Array, graph: GraphProto, output: string): { runnable: Uint8Array; shape: SessionShape } {
  const inputs = graphInputs(graph);
  const shape: SessionShape = {
    fetch: output,
    rankOne: inputs.filter((input) => input.dims?.length === 1).map((input) => input.name),
    takesOneRow: inputs.some((input) => input.dims?.[0] === 1),
  };
  if (!graph.node.some(isZipMap)) return { runnable: bytes, shape };
  const copy = readModel(bytes);
  const replaced = dropZipMaps(copy.graph);
  return { runnable: writeModel(copy), shape: { ...shape, fetch: replaced.get(output) ?? output } };
}
