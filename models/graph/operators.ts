/**
 * Operators that a model may use: those that answer the same question with the same answer, in bounded time, one tensor in,
 * one tensor out. Left out on purpose: control flow (Loop, Scan, If), sequences and maps, everything random, custom domains,
 * and Range and Resize, whose size an applicant's own numbers could decide.
 */
const ARITHMETIC =
  'Abs Add And Ceil Clip CumSum Div Equal Erf Exp Floor Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Log Max Mean Min Mod Mul Neg Not Or Pow Reciprocal Round Sign Sqrt Sub Sum Where Xor';
const TRIGONOMETRY = 'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Sin Sinh Tan Tanh';
const ACTIVATIONS =
  'Celu Elu Gelu HardSigmoid HardSwish Hardmax LeakyRelu LogSoftmax Mish PRelu Relu Selu Shrink Sigmoid Softmax Softplus Softsign Swish ThresholdedRelu';
const REDUCTIONS =
  'ArgMax ArgMin ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare TopK';
const LINEAR =
  'BatchNormalization Einsum Gemm GroupNormalization InstanceNormalization LayerNormalization LpNormalization MatMul RMSNormalization';
const SEQUENCES = 'AveragePool Conv GRU GlobalAveragePool GlobalMaxPool LSTM MaxPool RNN';
const SHAPES =
  'Cast CastLike Compress Concat Constant ConstantOfShape DepthToSpace Dropout Expand EyeLike Flatten Gather GatherElements GatherND Identity OneHot Pad Reshape ScatterElements ScatterND Shape Size Slice SpaceToDepth Split Squeeze Tile Transpose Trilu Unsqueeze';
const TEXTS = 'StringConcat StringNormalizer';
const QUANTIZED = 'DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearMatMul QuantizeLinear';

const CLASSICAL =
  'ArrayFeatureExtractor Binarizer CategoryMapper FeatureVectorizer Imputer LabelEncoder LinearClassifier LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor ZipMap';

const standard = new Set(
  [ARITHMETIC, TRIGONOMETRY, ACTIVATIONS, REDUCTIONS, LINEAR, SEQUENCES, SHAPES, TEXTS, QUANTIZED].flatMap((group) => group.split(' ')),
);
const classical = new Set(CLASSICAL.split(' '));

/** `''` and `ai.onnx` are the same domain. */
export function isAllowedOperator(domain: string, operator: string): boolean {
  if (domain === '' || domain === 'ai.onnx') return standard.has(operator);
  return domain === 'ai.onnx.ml' && classical.has(operator);
}

/**
 * Operators whose result grows with the *value* of an operand (its position is given): it must not come from the applicant,
 * or one application could fill the memory.
 */
export const sizedByOperand: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  Expand: [1],
  OneHot: [1],
  Pad: [1],
  Reshape: [1],
  Tile: [1],
  TopK: [1],
};

/** Highest version of the file's own form (IR) that the bundled ONNX Runtime reads. */
export const HIGHEST_IR = 13n;

/** Lowest and highest versions that the bundled ONNX Runtime runs; between them it promises the same results. */
export const opsetBounds: Readonly<Record<string, { lowest: number; highest: number }>> = {
  'ai.onnx': { lowest: 7, highest: 26 },
  'ai.onnx.ml': { lowest: 1, highest: 5 },
};
