/** The graph's inputs as the manifest says them, and the names of their columns. */
import type { ModelInput } from '../../contract/model-package.ts';
import { graphInputs } from '../graph/describe-graph.ts';
import { widthOf } from '../graph/tensor-width.ts';
import type { GraphProto } from '../onnx/read-model.ts';
import type { OpenQuestion } from './draft.ts';

/**
 * @param columns names of the columns of all matrix inputs, in the graph's order; null: not said
 * @returns the inputs; where a matrix's columns have no names yet, a question instead
 */
export function draftInputs(graph: GraphProto, columns: readonly string[] | null): { inputs: ModelInput[]; questions: OpenQuestion[] } {
  const left = columns === null ? null : [...columns];
  const inputs: ModelInput[] = [];
  const questions: OpenQuestion[] = [];
  const values = graphInputs(graph);
  for (const [position, { name, type, dims }] of values.entries()) {
    if (type === null) {
      questions.push({
        option: 'onnxPath',
        question: `Input ${name} is no tensor of floats, doubles, int64 or texts; export the model with other input types.`,
        choices: [],
      });
      continue;
    }
    const width = dims?.length === 1 ? 1 : (dims?.[1] ?? widthOf(graph, name));
    if (width === 1) {
      inputs.push({ name, type, shape: 'column', features: [name] });
      continue;
    }
    const isLast = values.slice(position + 1).every((value) => value.dims?.length === 1 || value.dims?.[1] === 1);
    const features = left?.splice(0, width ?? (isLast ? left.length : 0)) ?? [];
    inputs.push({ name, type, shape: 'matrix', features });
    if (features.length === 0 || (width !== null && features.length !== width))
      questions.push({
        option: 'columns',
        question: `Input ${name} takes ${width ?? 'several'} columns without names${features.length === 0 ? '' : `, and ${features.length} names were left for it`}. Which columns, in which order?`,
        choices: [],
      });
  }
  if (left !== null && left.length > 0)
    questions.push({
      option: 'columns',
      question: `There are ${left.length} more column names than the graph takes, from ${left[0]} on. Which are too many?`,
      choices: [],
    });
  return { inputs, questions };
}
