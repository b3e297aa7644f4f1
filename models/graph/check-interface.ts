/** Whether the graph's inputs, outputs and classes are what the manifest says of them. */
import type { ModelInput, ModelManifest } from '../../contract/model-package.ts';
import { isZipMap } from '../onnx/drop-zipmap.ts';
import type { GraphProto } from '../onnx/read-model.ts';
import { classNames, type GraphValue, graphInputs, graphOutputs, producers } from './describe-graph.ts';

/** @returns what does not fit; null when all does */
export function problemInInputs(graph: GraphProto, manifest: ModelManifest): string | null {
  const declared = new Map(manifest.inputs.map((input) => [input.name, input]));
  if (declared.size !== manifest.inputs.length) return 'the manifest names one input twice';
  const actual = graphInputs(graph);
  for (const value of actual) {
    const input = declared.get(value.name);
    if (input === undefined) return `the graph has an input ${value.name} that the manifest does not feed`;
    const problem = problemInInput(value, input);
    if (problem !== null) return `input ${value.name}: ${problem}`;
  }
  const missing = manifest.inputs.find((input) => !actual.some((value) => value.name === input.name));
  return missing === undefined ? null : `the manifest feeds an input ${missing.name} that the graph does not have`;
}

function problemInInput(value: GraphValue, input: ModelInput): string | null {
  if (value.type === null) return 'is no tensor of floats, doubles, int64 or texts';
  if (value.type !== input.type) return `takes ${value.type}, and the manifest says ${input.type}`;
  const batch = value.dims?.[0] ?? null;
  if (batch !== null && batch !== 1) return `takes exactly ${batch} rows at a time; export it with a free batch dimension, or 1`;
  if (value.dims === null) return null;
  const rank = value.dims.length;
  if (rank !== 2 && !(rank === 1 && input.shape === 'column')) return `has ${rank} dimensions; [rows, columns] is needed`;
  const width = value.dims[1] ?? null;
  if (rank === 2 && width !== null && width !== input.features.length)
    return `takes ${width} columns, and the manifest feeds ${input.features.length}`;
  return null;
}

/** @returns what does not fit; null when all does */
export function problemInOutput(graph: GraphProto, manifest: ModelManifest): string | null {
  const { output } = manifest;
  const outputs = graphOutputs(graph);
  const found = outputs.find((value) => value.name === output.name);
  if (found === undefined) return `the graph has no output ${output.name}; it has ${outputs.map((value) => value.name).join(', ')}`;
  if (output.name === '__proto__') return 'an output called __proto__ cannot be read; rename it';
  const maker = producers(graph).get(output.name);
  const isMap = maker !== undefined && isZipMap(maker);
  if (isMap !== (output.form === 'zipmap'))
    return `output ${output.name} ${isMap ? 'is' : 'is not'} made by a ZipMap, and the manifest says form ${output.form}`;
  if (!isMap && found.type !== 'float' && found.type !== 'double')
    return `output ${output.name} holds no floating-point tensor: name the output with the probabilities, not the label`;
  const width = found.dims?.length === 2 ? (found.dims[1] ?? null) : null;
  if (width !== null && output.badIndex >= width)
    return `output ${output.name} has ${width} columns, and the bad class is said to be column ${output.badIndex}`;
  return problemInClass(classNames(graph, output.name), manifest);
}

function problemInClass(names: (string | number)[] | null, { output }: ModelManifest): string | null {
  if (names === null || (output.form !== 'classes' && output.form !== 'zipmap')) return null;
  const actual = names[output.badIndex];
  if (actual === undefined) return `the graph names ${names.length} classes, and the bad class is said to be column ${output.badIndex}`;
  if (output.badClass !== null && String(actual) !== String(output.badClass))
    return `column ${output.badIndex} of ${output.name} is class ${actual}, and the manifest says that the bad class is ${output.badClass}`;
  return null;
}
