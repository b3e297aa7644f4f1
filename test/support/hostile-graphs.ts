/** Graphs that do harm when they are believed or run, each with what it must be refused for. */
import { create } from '@bufbuild/protobuf';
import { FunctionProtoSchema, TrainingInfoProtoSchema } from '../../models/onnx/generated/onnx-ml_pb.js';
import { hostileAllocations } from './hostile-allocations.ts';
import { beside, GEMM, graph, type HostileGraph, honest, SIGMOID, W, WEIGHED } from './hostile-parts.ts';
import { classical, FLOAT, floats, graphOf, INPUT, INT64, integers, modelOf, node, onnx, P, value } from './onnx-graphs.ts';

const subgraph = () => graphOf({ nodes: [node('Identity', ['z'], ['y'])], inputs: [], outputs: [value('y', FLOAT, null)], name: 'sub' });

const control: HostileGraph[] = [
  beside('an endless Loop', /uses ai\.onnx\.Loop/, [node('Loop', ['', 'yes', 'z'], ['m'], { body: subgraph() })]),
  beside('a subgraph in If', /uses ai\.onnx\.If/, [node('If', ['yes'], ['m'], { then_branch: subgraph(), else_branch: subgraph() })]),
  beside('a subgraph in Scan', /uses ai\.onnx\.Scan/, [node('Scan', ['w'], ['m'], { body: subgraph(), num_scan_inputs: 1n })]),
  beside('a subgraph hidden in an operator that takes none', /holds a graph of its own/, [
    node('Identity', ['w'], ['m'], { body: subgraph() }),
  ]),
  beside('a sequence', /uses ai\.onnx\.SequenceConstruct/, [
    node('SequenceConstruct', ['w'], ['q']),
    node('ConcatFromSequence', ['q'], ['m'], { axis: 0n }),
  ]),
  beside('random numbers', /uses ai\.onnx\.RandomNormal/, [node('RandomNormal', [], ['m'], { shape: [4n, 1n] })]),
  beside('random numbers by Bernoulli', /uses ai\.onnx\.Bernoulli/, [node('Bernoulli', ['w'], ['m'])]),
  beside('dropping out while it decides', /may drop values at random/, [node('Dropout', ['w', '', 't'], ['m'])]),
  beside('an operator that nobody has heard of', /uses ai\.onnx\.Frobnicate/, [node('Frobnicate', ['w'], ['m'])]),
  beside('an operator of somebody else', /uses com\.evil\.Shell/, [node('Shell', ['w'], ['m'], {}, 'com.evil')]),
  beside('an operator of the runtime itself', /uses com\.microsoft\.FusedGemm/, [
    node('FusedGemm', ['w', 'w'], ['m'], {}, 'com.microsoft'),
  ]),
  graph(
    'a function that hides an operator',
    /defines functions of its own/,
    { nodes: [node('Relu', ['float_input'], ['p'], {}, 'ai.onnx')] },
    {
      functions: [
        create(FunctionProtoSchema, { name: 'Relu', input: ['x'], output: ['y'], node: [node('RandomNormalLike', ['x'], ['y'])] }),
      ],
    },
  ),
  graph('training information', /holds training information/, honest, {
    trainingInfo: [create(TrainingInfoProtoSchema, { algorithm: subgraph() })],
  }),
  graph('an opset of the far future', /uses opset 4000000 of ai\.onnx/, honest, {}, 4_000_000n),
  graph('an opset of the distant past', /uses opset 1 of ai\.onnx/, honest, {}, 1n),
  graph('an IR version of the far future', /IR version 9999/, honest, { irVersion: 9999n }),
  graph('no opset at all', /runtime does not take it/, honest, { opsetImport: [] }),
  beside('a circle of nodes', /runtime does not take it/, [
    node('Add', ['b', 'w'], ['a']),
    node('Identity', ['a'], ['b']),
    node('Identity', ['a'], ['m']),
  ]),
  graph('twenty thousand nodes and one', /has 2000[1-9] nodes|has 2001\d nodes/, {
    nodes: [...Array.from({ length: 20_010 }, (_, i) => node('Identity', [i === 0 ? 'w' : `i${i}`], [`i${i + 1}`])), ...honest.nodes],
    initializers: [W],
  }),
];

const numbers: HostileGraph[] = [
  graph('weights that are no numbers', /not all finite/, { ...honest, initializers: [floats('w', [4, 1], [1, Number.NaN, 1, 1])] }),
  graph(
    'weights that are no numbers, under the other name of the domain',
    /not all finite/,
    {
      nodes: [node('Gemm', ['float_input', 'w'], ['z'], {}, 'ai.onnx'), node('Sigmoid', ['z'], ['p'])],
      initializers: [floats('w', [4, 1], [1, Number.NaN, 1, 1])],
    },
    { opsetImport: modelOf(honest).opsetImport },
  ),
  graph('too few coefficients', /coefficients a class for 4 columns|no whole number of rows/, {
    nodes: [classical('LinearRegressor', ['float_input'], ['p'], { coefficients: [0.1], intercepts: [0.1], post_transform: 'LOGISTIC' })],
  }),
  graph('more classes than coefficients', /no whole number of rows|intercepts for|coefficients a class/, {
    nodes: [
      classical('LinearClassifier', ['float_input'], ['l', 'p'], {
        coefficients: [0.1, 0.1, 0.1, 0.1],
        intercepts: [1, 2, 3, 4, 5, 6, 7, 8],
        classlabels_ints: [0n, 1n],
      }),
    ],
  }),
  graph('support vectors that are too short', /support vectors have|no whole number for each/, {
    nodes: [
      classical('SVMRegressor', ['float_input'], ['p'], {
        n_supports: 1000n,
        support_vectors: Array.from({ length: 1000 }, () => 1),
        coefficients: Array.from({ length: 1000 }, () => 1),
        rho: [0],
        kernel_type: 'LINEAR',
      }),
    ],
  }),
  graph('scales for other columns', /numbers for 4 columns/, {
    nodes: [
      classical('Scaler', ['float_input'], ['s'], { offset: [0, 0], scale: [1, 1] }),
      node('Gemm', ['s', 'w'], ['z']),
      node('Sigmoid', ['z'], ['p']),
    ],
    initializers: [W],
  }),
  graph('dictionaries of two lengths', /keys and values/, {
    nodes: [
      node('Cast', ['float_input'], ['i'], { to: BigInt(INT64) }),
      classical('LabelEncoder', ['i'], ['e'], { keys_int64s: [1n, 2n, 3n], values_floats: [1] }),
      node('Gemm', ['e', 'w'], ['z']),
      node('Sigmoid', ['z'], ['p']),
    ],
    initializers: [W],
  }),
  graph('a rule that compares applicants with each other', /depends on the other rows/, {
    nodes: [GEMM, node('ReduceMax', ['z'], ['m'], { axes: [0n], keepdims: 1n }), node('Sub', ['z', 'm'], ['zz']), SIGMOID],
    initializers: [W],
  }),
  graph('a sum that runs on from row to row', /depends on the other rows|a PD of/, {
    nodes: [GEMM, node('CumSum', ['z', 'axis'], ['zz']), SIGMOID],
    initializers: [W, integers('axis', [], [0])],
  }),
  graph('an answer that is shorter than the question', /answered with \d+ rows/, {
    nodes: [GEMM, node('ReduceMean', ['z'], ['zz'], { axes: [0n], keepdims: 1n }), SIGMOID],
    initializers: [W],
  }),
  graph('log-odds that are called probabilities', /outside 0 to 1/, {
    nodes: [node('Gemm', ['float_input', 'w'], ['p'])],
    initializers: [W],
  }),
  graph('an answer that is never a number', /not a finite number/, {
    nodes: [GEMM, node('Sub', ['z', 'z'], ['o']), node('Div', ['o', 'o'], ['p'])],
    initializers: [W],
  }),
  graph('a thousand products of large matrices', /did not end within|MiB of memory/, {
    nodes: [
      node('Add', ['h', 'h'], ['side']),
      node('ConstantOfShape', ['side'], ['m0']),
      ...Array.from({ length: 1000 }, (_, i) => node('MatMul', [`m${i}`, 'm0'], [i === 999 ? 'm' : `m${i + 1}`])),
      ...WEIGHED,
    ],
    initializers: [W, integers('h', [2], [1000, 1000])],
  }),
];

const shapes: HostileGraph[] = [
  graph('an input of three dimensions', /has 3 dimensions/, { ...honest, inputs: [value('float_input', FLOAT, [null, 2, 2])] }),
  graph('an input for seven rows', /takes exactly 7 rows/, { ...honest, inputs: [value('float_input', FLOAT, [7, 4])] }),
  graph('an input of another width', /takes 400 columns/, { ...honest, inputs: [value('float_input', FLOAT, [null, 400])] }),
  graph('weights of another shape than the input', /runtime does not take it|could not be run/, {
    ...honest,
    initializers: [floats('w', [9, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1])],
  }),
  graph('whole numbers for an answer', /holds no floating-point tensor/, {
    nodes: [node('Cast', ['float_input'], ['p'], { to: BigInt(INT64) })],
    outputs: [value('p', INT64, [null, 4])],
  }),
  graph('texts where numbers are due', /takes string, and the manifest says float/, {
    ...honest,
    inputs: [value('float_input', 8, [null, 4])],
  }),
  graph('an input that nobody feeds', /has an input secret/, { ...honest, inputs: [INPUT, value('secret', FLOAT, [null, 1])] }),
  graph('no output of that name', /has no output p/, { ...honest, outputs: [value('q', FLOAT, [null, 1])] }),
  graph('no outputs', /has no output p/, { ...honest, outputs: [] }),
  graph('two constants of one name', /w is made twice/, { ...honest, initializers: [W, floats('w', [4, 1], [-1, -1, -1, -1])] }),
  graph('two nodes that make one value', /z is made twice/, { nodes: [GEMM, GEMM, node('Sigmoid', ['z'], ['p'])], initializers: [W] }),
  graph('two inputs of one name', /is there twice/, { ...honest, inputs: [INPUT, INPUT] }),
];

const names: HostileGraph[] = [
  graph('an output called __proto__', /has no output p; it has __proto__/, {
    ...honest,
    nodes: [GEMM, node('Sigmoid', ['z'], ['__proto__'])],
    outputs: [value('__proto__', FLOAT, [null, 1])],
  }),
  graph('names with NUL, escapes and marks of direction', /input \\u\{0\}\\u\{1b\}\[2J\\u\{202e\}/, {
    ...honest,
    inputs: [INPUT, value('\u0000\u001b[2J\u202egnp', FLOAT, [null, 1])],
  }),
  graph('a name of a million letters', /characters\)|has an input a{90}/, {
    ...honest,
    inputs: [INPUT, value('a'.repeat(1_000_000), FLOAT, [null, 1])],
  }),
  graph('names that are paths', /has an input \.\.\/\.\.\/etc\/passwd/, {
    ...honest,
    inputs: [INPUT, value('../../etc/passwd', FLOAT, [null, 1])],
  }),
];

export const hostileGraphs: HostileGraph[] = [...hostileAllocations, ...control, ...numbers, ...shapes, ...names];
export const honestGraph = (): Uint8Array => onnx({ ...honest, outputs: [P] });
