/** How many columns a tensor [N,F] has, where that follows from the graph alone. */
import { floatsOf, type GraphProto, intOf, intsOf, type NodeProto } from '../onnx/read-model.ts';
import { graphInputs, producers } from './describe-graph.ts';

/** @returns F, or null where it cannot be told */
export function widthOf(graph: GraphProto, tensor: string): number | null {
  const made = producers(graph);
  const inputs = new Map(graphInputs(graph).map((input) => [input.name, input]));
  const visit = (name: string, depth: number): number | null => {
    if (depth > 50) return null;
    const input = inputs.get(name);
    if (input !== undefined) return input.dims?.length === 2 ? (input.dims[1] ?? null) : null;
    const node = made.get(name);
    return node === undefined ? null : widthMadeBy(node, (operand) => visit(operand, depth + 1));
  };
  return visit(tensor, 0);
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
