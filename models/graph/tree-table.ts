/**
 * The trees of an ensemble node in one table, whichever of ONNX's three operators wrote them
 * (TreeEnsembleClassifier and -Regressor of ai.onnx.ml 1–3, TreeEnsemble of 5). Nothing is interpreted yet.
 */
import { DataType, floatsOf, hasAttribute, intOf, intsOf, type NodeProto, tensorOf, textOf, textsOf } from '../onnx/read-model.ts';
import { numbersOf } from '../onnx/read-tensor.ts';

type NodeMode = 'LEQ' | 'LT' | 'GTE' | 'GT' | 'EQ' | 'NEQ' | 'MEMBER' | 'LEAF';

export interface TreeTable {
  operator: 'TreeEnsembleClassifier' | 'TreeEnsembleRegressor' | 'TreeEnsemble';
  roots: number[];
  /** Column of the operator's input; -1 in a leaf. */
  feature: Int32Array;
  threshold: Float64Array;
  mode: NodeMode[];
  /** Next node by index into this table; -1 in a leaf. */
  whenTrue: Int32Array;
  whenFalse: Int32Array;
  missingTrue: Uint8Array;
  /** `weights[i]` is added to `target[i]` in leaf `leaf[i]`. */
  leaf: Int32Array;
  target: Int32Array;
  weight: Float64Array;
  targets: number;
  /** Class labels in column order; empty for a regressor. */
  labels: (string | number)[];
  base: Float64Array;
  aggregate: 'SUM' | 'AVERAGE' | 'MIN' | 'MAX';
  transform: string;
  /** Thresholds are kept, and compared, in double precision. */
  doubles: boolean;
}

export function isTreeEnsemble(node: NodeProto): boolean {
  return node.domain === 'ai.onnx.ml' && /^TreeEnsemble(Classifier|Regressor)?$/.test(node.opType);
}

/** Checked once and recognised once: the same node is asked for twice while a model loads. */
const tables = new WeakMap<NodeProto, TreeTable>();

/** @throws Error with a text for a person when the attributes contradict each other */
export function readTreeTable(node: NodeProto): TreeTable {
  const known = tables.get(node);
  if (known !== undefined) return known;
  const table = node.opType === 'TreeEnsemble' ? readVersionFive(node) : readVersionThree(node);
  tables.set(node, table);
  return table;
}

/** Indices that the runtime keeps in 32 bits: a larger one would become another index on its way there. */
function indicesOf(node: NodeProto, name: string): number[] {
  const found = intsOf(node, name);
  if (!found.every((index) => index >= -1 && index <= MAX_INDEX)) fail(`${name} holds an index beyond 32 bits`);
  return found;
}

const MAX_INDEX = 0x7fffffff;

function numbersNamed(node: NodeProto, name: string): Float64Array {
  const tensor = tensorOf(node, `${name}_as_tensor`);
  if (tensor === undefined) return Float64Array.from(floatsOf(node, name));
  return numbersOf(tensor) ?? fail(`${name}_as_tensor holds no floats or doubles`);
}

function readVersionThree(node: NodeProto): TreeTable {
  const trees = intsOf(node, 'nodes_treeids');
  const ids = intsOf(node, 'nodes_nodeids');
  const count = trees.length;
  const columns = {
    ids,
    features: indicesOf(node, 'nodes_featureids'),
    yes: intsOf(node, 'nodes_truenodeids'),
    no: intsOf(node, 'nodes_falsenodeids'),
  };
  const modes = textsOf(node, 'nodes_modes').map(modeNamed);
  const threshold = numbersNamed(node, 'nodes_values');
  const tracks = intsOf(node, 'nodes_missing_value_tracks_true');
  if (count === 0) fail('there are no trees');
  for (const [name, { length }] of Object.entries({ ...columns, modes, threshold }))
    if (length !== count) fail(`the lists of nodes have different lengths (${count} and ${length} ${name})`);
  if (tracks.length !== 0 && tracks.length !== count) fail('nodes_missing_value_tracks_true has another length than the nodes');
  const at = placesOf(trees, ids);
  const child = (to: number[]) => Int32Array.from(to, (id, i) => (modes[i] === 'LEAF' ? -1 : at(trees[i]!, id)));
  const isClassifier = node.opType === 'TreeEnsembleClassifier';
  const prefix = isClassifier ? 'class' : 'target';
  const [leafTrees, leafNodes, targets] = [
    intsOf(node, `${prefix}_treeids`),
    intsOf(node, `${prefix}_nodeids`),
    indicesOf(node, `${prefix}_ids`),
  ];
  const weight = numbersNamed(node, `${prefix}_weights`);
  if (leafTrees.length !== weight.length || leafNodes.length !== weight.length || targets.length !== weight.length)
    fail('the lists of leaf weights have different lengths');
  const labels = labelsOf(node);
  return {
    operator: isClassifier ? 'TreeEnsembleClassifier' : 'TreeEnsembleRegressor',
    // The runtime takes a tree's first node for its root; checkTrees makes sure that it is one.
    roots: trees.flatMap((tree, i) => (i === 0 || tree !== trees[i - 1] ? [i] : [])),
    feature: Int32Array.from(columns.features, (f, i) => (modes[i] === 'LEAF' ? -1 : f)),
    threshold,
    mode: modes,
    whenTrue: child(columns.yes),
    whenFalse: child(columns.no),
    missingTrue: Uint8Array.from({ length: count }, (_, i) => (tracks[i] === 1 ? 1 : 0)),
    leaf: Int32Array.from(leafNodes, (id, i) => at(leafTrees[i]!, id)),
    target: Int32Array.from(targets),
    weight,
    targets: isClassifier ? labels.length : intOf(node, 'n_targets', 1),
    labels,
    base: numbersNamed(node, 'base_values'),
    aggregate: isClassifier ? 'SUM' : aggregateNamed(textOf(node, 'aggregate_function', 'SUM')),
    transform: textOf(node, 'post_transform', 'NONE'),
    doubles: hasAttribute(node, 'nodes_values_as_tensor') && tensorOf(node, 'nodes_values_as_tensor')?.dataType === DataType.DOUBLE,
  };
}

/** Finds a node's index in the lists by its tree and number. */
function placesOf(trees: readonly number[], ids: readonly number[]): (tree: number, id: number) => number {
  const places = new Map<number, Map<number, number>>();
  for (const [index, tree] of trees.entries()) {
    const inTree = places.get(tree) ?? new Map<number, number>();
    const id = ids[index]!;
    if (inTree.has(id)) fail(`tree ${tree} has two nodes with the number ${id}`);
    places.set(tree, inTree.set(id, index));
  }
  return (tree, id) => places.get(tree)?.get(id) ?? fail(`tree ${tree} points to a node ${id} that does not exist`);
}

const MODES_OF_FIVE: readonly NodeMode[] = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ', 'MEMBER'];
const AGGREGATES_OF_FIVE = ['AVERAGE', 'SUM', 'MIN', 'MAX'] as const;
const TRANSFORMS_OF_FIVE = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'];

/** Inner nodes come first in the table, then the leaves. */
function readVersionFive(node: NodeProto): TreeTable {
  const tensor = (name: string): Float64Array => {
    const found = tensorOf(node, name);
    return (found === undefined ? null : numbersOf(found)) ?? fail(`${name} is missing or holds no numbers`);
  };
  const splits = tensor('nodes_splits');
  const inner = splits.length;
  const weight = tensor('leaf_weights');
  const leafTargets = indicesOf(node, 'leaf_targetids');
  const features = indicesOf(node, 'nodes_featureids');
  const modes = [...tensor('nodes_modes')].map((mode) => MODES_OF_FIVE[mode] ?? fail(`there is no node mode ${mode}`));
  const tracks = intsOf(node, 'nodes_missing_value_tracks_true');
  const branch = (which: 'true' | 'false'): Int32Array => {
    const [ids, leafs] = [intsOf(node, `nodes_${which}nodeids`), intsOf(node, `nodes_${which}leafs`)];
    if (ids.length !== inner || leafs.length !== inner) fail(`the ${which} branches have another length than the nodes`);
    const limit = (i: number) => (leafs[i] === 1 ? weight.length : inner);
    for (const [i, id] of ids.entries()) if (id < 0 || id >= limit(i)) fail(`node ${i} points to a node ${id} that does not exist`);
    return Int32Array.from({ length: inner + weight.length }, (_, i) => (i >= inner ? -1 : ids[i]! + (leafs[i] === 1 ? inner : 0)));
  };
  if (leafTargets.length !== weight.length || features.length !== inner || modes.length !== inner)
    fail('the lists of nodes have different lengths');
  requireMembers(node, modes.filter((mode) => mode === 'MEMBER').length);
  const roots = intsOf(node, 'tree_roots');
  for (const root of roots) if (root < 0 || root >= inner) fail(`a root points to a node ${root} that does not exist`);
  const size = inner + weight.length;
  return {
    operator: 'TreeEnsemble',
    roots,
    feature: Int32Array.from({ length: size }, (_, i) => (i < inner ? features[i]! : -1)),
    threshold: Float64Array.from({ length: size }, (_, i) => splits[i] ?? 0),
    mode: Array.from({ length: size }, (_, i) => modes[i] ?? 'LEAF'),
    whenTrue: branch('true'),
    whenFalse: branch('false'),
    missingTrue: Uint8Array.from({ length: size }, (_, i) => (tracks[i] === 1 ? 1 : 0)),
    leaf: Int32Array.from(weight, (_, i) => inner + i),
    target: Int32Array.from(leafTargets),
    weight,
    targets: intOf(node, 'n_targets', 1),
    labels: [],
    base: new Float64Array(0),
    aggregate: AGGREGATES_OF_FIVE[intOf(node, 'aggregate_function', 1)] ?? fail('unknown aggregate function'),
    transform: TRANSFORMS_OF_FIVE[intOf(node, 'post_transform', 0)] ?? fail('unknown post transform'),
    doubles: tensorOf(node, 'nodes_splits')?.dataType === DataType.DOUBLE,
  };
}

/** The runtime walks the members of each MEMBER node up to the next NaN, wherever that may be. */
function requireMembers(node: NodeProto, nodes: number): void {
  const tensor = tensorOf(node, 'membership_values');
  const members = tensor === undefined ? new Float64Array(0) : (numbersOf(tensor) ?? fail('membership_values holds no numbers'));
  const sets = members.filter(Number.isNaN).length;
  const isEnded = members.length === 0 || Number.isNaN(members.at(-1));
  if (sets !== nodes || !isEnded) fail(`membership_values holds ${sets} sets that end in NaN for ${nodes} nodes that test membership`);
}

/** Class labels of a classifier node, in the order of its probability columns. */
export function labelsOf(node: NodeProto): (string | number)[] {
  const texts = [...textsOf(node, 'classlabels_strings'), ...textsOf(node, 'class_labels')];
  if (texts.length > 0) return texts;
  const whole = intsOf(node, 'classlabels_int64s');
  return whole.length > 0 ? whole : intsOf(node, 'classlabels_ints');
}

function modeNamed(name: string): NodeMode {
  const bare = name.replace(/^BRANCH_/, '');
  if (bare === 'LEAF') return 'LEAF';
  return MODES_OF_FIVE.find((mode) => mode === bare && mode !== 'MEMBER') ?? fail(`there is no node mode ${name}`);
}

function aggregateNamed(name: string): TreeTable['aggregate'] {
  return AGGREGATES_OF_FIVE.find((aggregate) => aggregate === name) ?? fail(`there is no aggregate function ${name}`);
}

function fail(message: string): never {
  throw new Error(message);
}
