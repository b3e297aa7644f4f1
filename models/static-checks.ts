/** All checks of a package that need no run: of the graph itself, and of graph and manifest together. */
import { Failed } from '../contract/failure.ts';
import { checkGraph, type GraphCheck } from './graph/check-graph.ts';
import { problemInInputs, problemInOutput } from './graph/check-interface.ts';
import { type GraphProto, type ModelProto, readModel } from './onnx/read-model.ts';
import type { OpenedPackage } from './open-package.ts';
import { malformed, packageFailure } from './package-failure.ts';

type WholeModel = ModelProto & { graph: GraphProto };

/** @returns one result per check; the model is null when the file cannot be read at all */
export function checkStatically(opened: OpenedPackage): { model: WholeModel | null; checks: GraphCheck[] } {
  const file: GraphCheck = { name: 'model.onnx is an ONNX model', kind: 'model-package-malformed', problem: null };
  let model: WholeModel;
  try {
    model = readModel(opened.model);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { model: null, checks: [{ ...file, problem: error.message }] };
  }
  try {
    const { graph } = model;
    const inputs: GraphCheck = {
      name: 'inputs are what the manifest feeds',
      kind: 'model-does-not-fit',
      problem: problemInInputs(graph, opened.manifest),
    };
    const output: GraphCheck = {
      name: 'output and bad class are what the manifest says',
      kind: 'model-does-not-fit',
      problem: problemInOutput(graph, opened.manifest),
    };
    return {
      model,
      checks: [
        file,
        ...checkGraph(model, new Map(opened.manifest.inputs.map((input) => [input.name, input.features.length]))),
        inputs,
        output,
      ],
    };
  } catch (error) {
    // Attributes that cannot be decoded: integers beyond 2^53, names that are not UTF-8.
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    return { model: null, checks: [{ ...file, problem: `an attribute cannot be read (${error.message})` }] };
  }
}

/** @throws Failed with the first problem, unsafe ones first */
export function requireSound(opened: OpenedPackage): WholeModel {
  const { model, checks } = checkStatically(opened);
  const problems = checks.filter((check) => check.problem !== null);
  const worst = problems.find((check) => check.kind === 'model-package-unsafe') ?? problems[0];
  if (worst !== undefined)
    throw new Failed(
      packageFailure(
        worst.kind,
        'model.onnx',
        worst.problem ?? worst.name,
        'Export the model again as the message says, and pack it with `outpost model init`.',
      ),
    );
  if (model === null) throw malformed('model.onnx', 'cannot be read');
  return model;
}
