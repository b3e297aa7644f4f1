/** How many columns a tensor [N,F] has, where that follows from the graph alone. */
import { floatsOf, type GraphProto, intOf, intsOf, type NodeProto } from '../onnx/read-model.ts';
import { type GraphValue, graphInputs, producers } from './describe-graph.ts';

/**
 * @param fed widths of inputs for which the graph gives no dimensions, as far as the manifest says them
 * @returns F, or null where it cannot be told
 */
export function widthOf(graph: GraphProto, tensor: string, fed: ReadonlyMap<string, number> = new Map()): number | null {
  const made = producers(graph);
  const inputs = new Map(graphInputs(graph).map((input) => [input.name, input]));
  const known = new Map<string, number | null>();
  const visit = (name: string): number | null => {
    const before = known.get(name);
    if (before !== undefined) return before;
    // Also ends a circle, which the runtime would refuse later.
    known.set(name, null);
    const input = inputs.get(name);
    const node = made.get(name);
    const width = input === undefined ? (node === undefined ? null : widthMadeBy(node, visit)) : declaredWidth(input, fed);
    known.set(name, width);
    return width;
  };
  return visit(tensor);
}

function declaredWidth({ name, dims }: GraphValue, fed: ReadonlyMap<string, number>): number | null {
  const declared = dims?.length === 2 ? dims[1] : null;
  return declared ?? fed.get(name) ?? null;
}

function widthMadeBy(node: NodeProto, visit: (operand: string) => number | null): number | null {
  const first = node.input[0] ?? '';
  switch (node.opType) {
    case 'Cast':
    case 'Identity':
    case 'Imputer':
    case 'Normalizer':
    case 'Binarizer':
      return visit(first);
    case 'Scaler':
      return Math.max(floatsOf(node, 'scale').length, floatsOf(node, 'offset').length) > 1 ? floatsOf(node, 'offset').length : visit(first);
    case 'FeatureVectorizer':
      return intsOf(node, 'inputdimensions').reduce((sum, size) => sum + size, 0);
    case 'Concat': {
      if (![1, -1].includes(intOf(node, 'axis', 0))) return null;
      const parts = node.input.map(visit);
      return parts.every((part) => part !== null) ? parts.reduce((sum, part) => sum + part, 0) : null;
    }
    default:
      return null;
  }
}
