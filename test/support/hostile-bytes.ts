/** Files that are no models, or are models in their bytes only: cut, random, nested without end, pointing elsewhere, or with trees that are none. */
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProtoSchema } from '../../models/onnx/generated/onnx-ml_pb.js';
import { honestGraph } from './hostile-graphs.ts';
import type { HostileGraph } from './hostile-parts.ts';
import { drawFrom } from './many-applications.ts';
import { type AttributeValue, classical, FLOAT, field, floats, modelOf, node, onnx, P, value } from './onnx-graphs.ts';

function noise(size: number, seed: number): Uint8Array {
  const draw = drawFrom(seed);
  return Uint8Array.from({ length: size }, () => Math.floor(draw() * 256));
}

/** A message in a message in a message: field 7 is ModelProto.graph, 1 GraphProto.node, 5 NodeProto.attribute, 6 AttributeProto.g. */
function nested(levels: number): Uint8Array {
  let graph: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < levels; level++) graph = field(1, field(5, field(6, graph)));
  return field(7, graph);
}

function external(location: string): Uint8Array {
  const w = create(TensorProtoSchema, {
    name: 'w',
    dims: [4n, 1n],
    dataType: FLOAT,
    dataLocation: 1,
    externalData: [{ key: 'location', value: location }],
  });
  return onnx({ nodes: [node('Gemm', ['float_input', 'w'], ['z']), node('Sigmoid', ['z'], ['p'])], initializers: [w] });
}

/** A stump, with lists of its own where a case says so. */
function regressor(changes: Record<string, AttributeValue>): Uint8Array {
  const lists: Record<string, AttributeValue> = {
    nodes_treeids: [0n, 0n, 0n],
    nodes_nodeids: [0n, 1n, 2n],
    nodes_featureids: [3n, 0n, 0n],
    nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
    nodes_values: [0.5, 0, 0],
    nodes_truenodeids: [1n, 0n, 0n],
    nodes_falsenodeids: [2n, 0n, 0n],
    target_treeids: [0n, 0n],
    target_nodeids: [1n, 2n],
    target_ids: [0n, 0n],
    target_weights: [0.7, -0.7],
    n_targets: 1n,
    post_transform: 'LOGISTIC',
  };
  return onnx({ nodes: [classical('TreeEnsembleRegressor', ['float_input'], ['p'], { ...lists, ...changes })] });
}

/** TreeEnsemble of ai.onnx.ml 5: one test of membership and two leaves. */
function memberTree(changes: Record<string, AttributeValue>): Uint8Array {
  const lists: Record<string, AttributeValue> = {
    tree_roots: [0n],
    nodes_featureids: [0n],
    nodes_modes: create(TensorProtoSchema, { dims: [1n], dataType: 2, rawData: Uint8Array.from([6]) }),
    nodes_splits: floats('', [1], [0]),
    nodes_truenodeids: [0n],
    nodes_falsenodeids: [1n],
    nodes_trueleafs: [1n],
    nodes_falseleafs: [1n],
    leaf_targetids: [0n, 0n],
    leaf_weights: floats('', [2], [0.2, 0.8]),
    n_targets: 1n,
    membership_values: floats('', [3], [1, 2, Number.NaN]),
  };
  const model = modelOf({ nodes: [classical('TreeEnsemble', ['float_input'], ['p'], { ...lists, ...changes })], outputs: [P] });
  model.opsetImport[1]!.version = 5n;
  return toBinary(ModelProtoSchema, model);
}

const bytes = (name: string, reason: RegExp, make: () => Uint8Array): HostileGraph => ({ name, reason, bytes: make });

/** Not this program's words but protobuf's, or the runtime's where the bytes happen to be read as something. */
const UNREADABLE = /not an ONNX model|runtime does not take it/;

export const hostileBytes: HostileGraph[] = [
  bytes('nothing at all', UNREADABLE, () => new Uint8Array(0)),
  bytes('a model that is cut in half', UNREADABLE, () => honestGraph().subarray(0, 70)),
  bytes('noise', UNREADABLE, () => noise(4000, 1)),
  bytes('a length that says two gigabytes', UNREADABLE, () => Uint8Array.from([0x3a, 0xff, 0xff, 0xff, 0xff, 0x07])),
  bytes('a picture', UNREADABLE, () => Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...noise(100, 2)])),
  bytes('graphs in graphs, 90 deep', /not an ONNX model|holds a graph of its own|uses ai\.onnx\./, () => nested(90)),
  bytes('graphs in graphs, 5,000 deep', /not an ONNX model|uses ai\.onnx\.|holds a graph/, () => nested(5000)),
  bytes('a million empty nodes', /has 1000000 parts; at most/, () => field(7, Buffer.alloc(2_000_000, Uint8Array.from([0x0a, 0])))),
  bytes('a name that is no UTF-8', /uses ai\.onnx\.\ufffdigmoid|not an ONNX model/, () => {
    const file = new Uint8Array(honestGraph());
    file[Buffer.from(file).indexOf('Sigmoid')] = 0xff;
    return file;
  }),
  bytes('weights in a file above the package', /kept in another file/, () => external('../../../../etc/passwd')),
  bytes('weights in a file by its absolute path', /kept in another file/, () => external('/dev/zero')),
  bytes('a tree with a branch back to its root', /run in a circle/, () =>
    regressor({
      nodes_modes: ['BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF'],
      nodes_truenodeids: [1n, 0n, 0n],
      nodes_falsenodeids: [2n, 0n, 0n],
      target_treeids: [0n],
      target_nodeids: [2n],
      target_ids: [0n],
      target_weights: [1],
    }),
  ),
  bytes('a tree with a leaf that is no number', /not a finite number/, () => regressor({ target_weights: [Number.NaN, 1] })),
  bytes('a tree that tests a threshold that is no number', /threshold that is not a number/, () =>
    regressor({ nodes_values: [Number.NaN, 0, 0] }),
  ),
  bytes('a tree that reads a column beyond the input', /tests column 9/, () => regressor({ nodes_featureids: [9n, 0n, 0n] })),
  bytes('a column that is beyond 32 bits', /beyond 32 bits/, () => regressor({ nodes_featureids: [2n ** 32n + 3n, 0n, 0n] })),
  bytes('a number that is beyond a double', /beyond 2\^53/, () => regressor({ nodes_truenodeids: [2n ** 62n, 0n, 0n] })),
  bytes('a tree with lists of two lengths', /different lengths/, () => regressor({ nodes_values: [0.5] })),
  bytes('a tree with a mode that does not exist', /no node mode/, () => regressor({ nodes_modes: ['BRANCH_MAYBE', 'LEAF', 'LEAF'] })),
  bytes('a leaf for a target that does not exist', /does not exist/, () => regressor({ target_ids: [0n, 7n] })),
  bytes('trees without a tree', /there are no trees/, () => onnx({ nodes: [classical('TreeEnsembleRegressor', ['float_input'], ['p'])] })),
  bytes('a test of membership in a set that never ends', /sets that end in NaN/, () =>
    memberTree({ membership_values: floats('', [3], [1, 2, 3]) }),
  ),
  bytes('two answers under one output', /made twice|runtime does not take it/, () =>
    onnx({ nodes: [node('Identity', ['float_input'], ['p', 'p'])], outputs: [value('p', FLOAT, [null, 4])] }),
  ),
];
