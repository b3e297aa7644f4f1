/** Small files that ask for gigabytes. */
import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, SparseTensorProtoSchema } from '../../models/onnx/generated/onnx-ml_pb.js';
import { beside, graph, type HostileGraph, honest, W, WEIGHED } from './hostile-parts.ts';
import { attribute, floats, integers, modelOf, node, onnx } from './onnx-graphs.ts';

export const hostileAllocations: HostileGraph[] = [
  beside(
    'gigabytes by ConstantOfShape',
    /makes 10000000000 elements out of a constant/,
    [node('ConstantOfShape', ['s'], ['m'])],
    [integers('s', [2], [100000, 100000])],
  ),
  beside('gigabytes by ConstantOfShape of a Constant node', /elements out of a constant/, [
    node('Constant', [], ['s'], { value: integers('', [2], [100000, 100000]) }),
    node('ConstantOfShape', ['s'], ['m']),
  ]),
  beside(
    'gigabytes by Tile',
    /elements out of a constant/,
    [node('Tile', ['float_input', 'r'], ['m'])],
    [integers('r', [2], [1_000_000, 1000])],
  ),
  beside(
    'gigabytes by Expand',
    /elements out of a constant/,
    [node('Expand', ['w', 's'], ['m'])],
    [integers('s', [3], [100000, 100000, 4])],
  ),
  beside(
    'gigabytes by Pad',
    /elements out of a constant/,
    [node('Pad', ['w', 's'], ['m'])],
    [integers('s', [4], [0, 0, 2_000_000_000, 0])],
  ),
  beside(
    'gigabytes by OneHot',
    /elements out of a constant/,
    [node('OneHot', ['i', 'd', 'v'], ['m'])],
    [integers('i', [1], [0]), integers('d', [1], [2_000_000_000]), floats('v', [2], [0, 1])],
  ),
  beside(
    'gigabytes by Resize',
    /uses ai\.onnx\.Resize/,
    [node('Resize', ['w', '', '', 's'], ['m'])],
    [integers('s', [2], [400000, 100000])],
  ),
  beside(
    'gigabytes by Range',
    /uses ai\.onnx\.Range/,
    [node('Range', ['a', 'b', 'c'], ['m'])],
    [floats('a', [], [0]), floats('b', [], [1e10]), floats('c', [], [1])],
  ),
  beside(
    'gigabytes by a size that is worked out',
    /asks for more memory than there is|MiB of memory/,
    [node('Mul', ['h', 'h'], ['s']), node('ConstantOfShape', ['s'], ['m'])],
    [integers('h', [2], [300, 100000])],
  ),
  beside(
    'gigabytes by tiling again and again',
    /asks for more memory than there is|MiB of memory|could not be run/,
    Array.from({ length: 6 }, (_, i) => node('Tile', [i === 0 ? 'w' : `t${i}`, 'r'], [i === 5 ? 'm' : `t${i + 1}`])),
    [integers('r', [2], [100, 10])],
  ),
  beside(
    'gigabytes by joining to itself forty times',
    /MiB of memory|asks for more memory|runtime does not take it|did not end/,
    Array.from({ length: 40 }, (_, i) =>
      node(
        'Concat',
        Array.from({ length: 2 }, () => (i === 0 ? 'float_input' : `c${i}`)),
        [i === 39 ? 'm' : `c${i + 1}`],
        { axis: 1n },
      ),
    ),
  ),
  beside('a batch times a batch by Einsum', /MiB of memory|asks for more memory|did not end|a PD of/, [
    node('Einsum', ['float_input', 'float_input', 'float_input'], ['m'], { equation: 'ab,cd,ef->acebdf' }),
  ]),
  graph('an initializer of 2^40 elements', /1099511627776 elements/, {
    ...honest,
    initializers: [W, integers('big', [2 ** 20, 2 ** 20], [])],
  }),
  graph('dimensions that multiply beyond a double', /elements; at most/, {
    ...honest,
    initializers: [W, integers('big', [2n ** 62n, 2n ** 62n], [])],
  }),
  graph('a negative dimension', /negative dimension/, { ...honest, initializers: [W, floats('big', [-4, -4], [])] }),
  graph('a constant without its data', /missing or not all finite|runtime does not take/, {
    ...honest,
    initializers: [floats('w', [4, 1], [])],
  }),
  {
    name: 'a sparse initializer that is huge when written out',
    reason: /sparse tensor is too large/,
    bytes: () => {
      const model = modelOf(honest);
      model.graph!.sparseInitializer.push(
        create(SparseTensorProtoSchema, { values: floats('s', [1], [1]), indices: integers('i', [1], [0]), dims: [2n ** 20n, 2n ** 20n] }),
      );
      return toBinary(ModelProtoSchema, model);
    },
  },
  {
    name: 'a sparse constant node that is huge when written out',
    reason: /sparse tensor is too large/,
    bytes: () => {
      const constant = node('Constant', [], ['m']);
      const sparse = create(SparseTensorProtoSchema, {
        values: floats('s', [1], [1]),
        indices: integers('i', [1], [0]),
        dims: [2n ** 20n, 2n ** 20n],
      });
      constant.attribute.push(Object.assign(attribute('sparse_value', 0), { type: 11, f: 0, sparseTensor: sparse }));
      return onnx({ nodes: [constant, ...WEIGHED], initializers: [W] });
    },
  },
];
