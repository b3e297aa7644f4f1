/** Static checks of a graph: everything that can be known of it without running it. */
import type { FailureKind } from '../../contract/failure.ts';
import { MAX_GRAPH_NODES } from '../limits.ts';
import { DataType, floatsOf, type GraphProto, type ModelProto } from '../onnx/read-model.ts';
import { numbersOf } from '../onnx/read-tensor.ts';
import { problemInLists } from './check-classical.ts';
import { constantsOf, nodeName, problemInDynamicSizes, problemInGrowth, problemInSizes } from './check-sizes.ts';
import { problemInTrees } from './check-trees.ts';
import { HIGHEST_IR, isAllowedOperator, opsetBounds } from './operators.ts';
import { widthOf } from './tensor-width.ts';
import { isTreeEnsemble, readTreeTable } from './tree-table.ts';

export interface GraphCheck {
  /** What was looked at, for a report. */
  name: string;
  /** The failure that this check's problem is. */
  kind: FailureKind;
  /** What is wrong and where; null: nothing. */
  problem: string | null;
}

type WholeModel = ModelProto & { graph: GraphProto };

/**
 * All checks, each made even when one before it failed, so that a data scientist sees everything at once.
 * @param fed columns that the manifest feeds to each input
 */
export function checkGraph(model: WholeModel, fed: ReadonlyMap<string, number> = new Map()): GraphCheck[] {
  const checks: [string, FailureKind, (model: WholeModel) => string | null][] = [
    ['operator sets are known', 'model-package-unsafe', problemInOpsets],
    ['only deterministic operators without control flow', 'model-package-unsafe', problemInOperators],
    ['no data outside the file', 'model-package-unsafe', problemInExternalData],
    ['every name stands for one thing', 'model-package-malformed', problemInNames],
    ['constants are of bounded size', 'model-package-unsafe', problemInSizes],
    ['results are of bounded size', 'model-package-unsafe', problemInGrowth],
    ['sizes do not depend on an applicant', 'model-package-unsafe', problemInDynamicSizes],
    ['trees are trees', 'model-package-unsafe', (whole) => problemInEnsembles(whole, fed)],
    ['lists of numbers fit each other', 'model-package-unsafe', (whole) => problemInClassical(whole, fed)],
    ['coefficients are finite', 'model-package-unsafe', problemInCoefficients],
  ];
  return checks.map(([name, kind, find]) => ({ name, kind, problem: find(model) }));
}

const domainName = (domain: string) => (domain === '' ? 'ai.onnx' : domain);

function problemInOpsets(model: WholeModel): string | null {
  const used = new Set(model.graph.node.map((node) => domainName(node.domain)));
  if (model.irVersion > HIGHEST_IR)
    return `is written in IR version ${model.irVersion}; up to ${HIGHEST_IR} can be run: export it again with an older version of the converter`;
  for (const { domain, version } of model.opsetImport) {
    const bounds = opsetBounds[domainName(domain)];
    if (bounds === undefined || !used.has(domainName(domain))) continue;
    if (version < bounds.lowest || version > bounds.highest)
      return `uses opset ${version} of ${domainName(domain)}; ${bounds.lowest} to ${bounds.highest} can be run: export it again with a target_opset in that range`;
  }
  return null;
}

function problemInOperators(model: WholeModel): string | null {
  const { graph } = model;
  if (graph.node.length > MAX_GRAPH_NODES) return `has ${graph.node.length} nodes; at most ${MAX_GRAPH_NODES} are taken`;
  if (model.functions.length > 0) return 'defines functions of its own; export it with them expanded';
  if (model.trainingInfo.length > 0) return 'holds training information; export it for inference';
  for (const node of graph.node) {
    if (!isAllowedOperator(node.domain, node.opType))
      return `uses ${domainName(node.domain)}.${node.opType}, which is not among the operators that may decide about people (no loops, branches, sequences, randomness or custom operators)`;
    if (node.attribute.some((a) => a.g !== undefined || a.graphs.length > 0)) return `${nodeName(node)} holds a graph of its own`;
    if (node.attribute.some((a) => a.refAttrName !== '')) return `${nodeName(node)} refers to an attribute of a function`;
    if (node.opType === 'Dropout' && (node.input[2] ?? '') !== '')
      return `${nodeName(node)} may drop values at random; export the model for inference`;
  }
  return null;
}

function problemInExternalData({ graph }: WholeModel): string | null {
  for (const { name, externalData, dataLocation } of constantsOf(graph))
    if (externalData.length > 0 || dataLocation !== 0)
      return `tensor ${name.slice(0, 100)} is kept in another file, which the package's hash would not cover; export it with its weights inside`;
  return null;
}

function problemInEnsembles({ graph }: WholeModel, fed: ReadonlyMap<string, number>): string | null {
  for (const node of graph.node.filter(isTreeEnsemble)) {
    try {
      const problem = problemInTrees(readTreeTable(node), widthOf(graph, node.input[0] ?? '', fed));
      if (problem !== null) return `${nodeName(node)}: ${problem}`;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return `${nodeName(node)}: ${error.message}`;
    }
  }
  return null;
}

/** The runtime takes the last of two constants of one name, and says nothing. */
function problemInNames({ graph }: WholeModel): string | null {
  const constants = [...graph.initializer.map(({ name }) => name), ...graph.sparseInitializer.map(({ values }) => values?.name ?? '')];
  const made = graph.node.flatMap(({ output }) => output.filter((name) => name !== ''));
  const known = new Set<string>();
  for (const name of [...constants, ...made]) {
    if (known.has(name)) return `${name.slice(0, 100)} is made twice; every value must have a name of its own`;
    known.add(name);
  }
  const fed = graph.input.find(({ name }, i) => made.includes(name) || graph.input.findIndex((other) => other.name === name) !== i);
  return fed === undefined ? null : `input ${fed.name.slice(0, 100)} is there twice, or is made by a node too`;
}

function problemInClassical({ graph }: WholeModel, fed: ReadonlyMap<string, number>): string | null {
  for (const node of graph.node) {
    const problem = problemInLists(graph, node, fed);
    if (problem !== null) return `${nodeName(node)}: ${problem}`;
  }
  return null;
}

function problemInCoefficients({ graph }: WholeModel): string | null {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    const lists = ['coefficients', 'intercepts', 'rho', 'scale', 'offset', 'support_vectors', 'prob_a', 'prob_b'].flatMap((name) =>
      floatsOf(node, name),
    );
    if (node.domain === 'ai.onnx.ml' && !lists.every(Number.isFinite))
      return `${nodeName(node)} has a coefficient that is not a finite number`;
    if (domainName(node.domain) !== 'ai.onnx' || !/^(Gemm|MatMul|Conv|LSTM|GRU|RNN|Add|Mul|Sub|Div)$/.test(node.opType)) continue;
    for (const name of node.input) {
      const tensor = constants.get(name);
      const isFloat = tensor?.dataType === DataType.FLOAT || tensor?.dataType === DataType.DOUBLE;
      if (tensor !== undefined && isFloat && numbersOf(tensor)?.every(Number.isFinite) !== true)
        return `${nodeName(node)}: weights ${name.slice(0, 100)} are missing or not all finite numbers`;
    }
  }
  return null;
}
