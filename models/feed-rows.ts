/** Feature rows → the graph's input tensors. Buffers are made once and used for every run. */
import { Tensor } from 'onnxruntime-node';
import type { FeatureValue, ModelInput, ModelManifest } from '../contract/model-package.ts';
import type { FeatureRow } from '../decision/ports.ts';

export interface Feeder {
  /** Why this row cannot be fed, or null. Names the feature, never its value. */
  complaint(row: FeatureRow): string | null;
  /**
   * Tensors for `rows[picks[from]] … rows[picks[to - 1]]`. They share one set of buffers: valid until the next call.
   * The object has no prototype, because a graph's input may be called `__proto__`.
   */
  feed(rows: readonly FeatureRow[], picks: ArrayLike<number>, from: number, to: number): Record<string, Tensor>;
}

interface InputPlan {
  input: ModelInput;
  /** Dimensions that follow the batch: [F] or none. */
  tail: number[];
  /** Index of each of its features in a row. */
  columns: number[];
  buffer: Float32Array | Float64Array | BigInt64Array | string[];
}

/**
 * @param maxRows most rows of one `feed`
 * @param rankOne names of inputs that are declared as [N] rather than [N,1]
 */
export function createFeeder(manifest: Pick<ModelManifest, 'inputs' | 'features'>, maxRows: number, rankOne: ReadonlySet<string>): Feeder {
  const indexOf = new Map(manifest.features.map((feature, index) => [feature.name, index]));
  const plans = manifest.inputs.map((input): InputPlan => {
    const columns = input.features.map((name) => indexOf.get(name) ?? -1);
    const tail = rankOne.has(input.name) ? [] : [columns.length];
    return { input, tail, columns, buffer: createBuffer(input.type, maxRows * columns.length) };
  });
  const checks = manifest.features.map((feature) => {
    const input = manifest.inputs.find((candidate) => candidate.features.includes(feature.name));
    return { name: feature.name, type: input?.type ?? 'float' };
  });
  return {
    complaint: (row) => {
      if (row.length !== checks.length) return `there are ${row.length} features where the model takes ${checks.length}`;
      for (let i = 0; i < checks.length; i++) {
        const check = checks[i]!;
        const wrong = complaintAbout(row[i] ?? null, check.type);
        if (wrong !== null) return `feature ${check.name} ${wrong}`;
      }
      return null;
    },
    feed: (rows, picks, from, to) => {
      const feeds = Object.create(null) as Record<string, Tensor>;
      for (const plan of plans) feeds[plan.input.name] = fillTensor(plan, rows, picks, from, to);
      return feeds;
    },
  };
}

function createBuffer(type: ModelInput['type'], size: number): InputPlan['buffer'] {
  if (type === 'float') return new Float32Array(size);
  if (type === 'double') return new Float64Array(size);
  return type === 'int64' ? new BigInt64Array(size) : Array.from({ length: size }, () => '');
}

function complaintAbout(value: FeatureValue, type: ModelInput['type']): string | null {
  if (type === 'string') return value === null || typeof value === 'string' ? null : 'is a number where the model takes a text';
  if (typeof value === 'string') return 'is a text where the model takes a number';
  const missing = value === null || Number.isNaN(value);
  if (type === 'int64') {
    if (missing) return 'is missing, and the model takes whole numbers there, which cannot be missing';
    return Number.isSafeInteger(value) ? null : 'is no whole number, and the model takes whole numbers there';
  }
  if (missing) return null;
  return Number.isFinite(type === 'float' ? Math.fround(value) : value)
    ? null
    : 'is beyond the range of the numbers that the model computes with';
}

function fillTensor(plan: InputPlan, rows: readonly FeatureRow[], picks: ArrayLike<number>, from: number, to: number): Tensor {
  const { buffer, columns, tail } = plan;
  const dims = [to - from, ...tail];
  const size = (to - from) * columns.length;
  let at = 0;
  if (Array.isArray(buffer)) {
    for (let r = from; r < to; r++) for (const column of columns) buffer[at++] = String(rows[picks[r]!]![column] ?? '');
    return new Tensor('string', buffer.slice(0, size), dims);
  }
  if (buffer instanceof BigInt64Array) {
    for (let r = from; r < to; r++) for (const column of columns) buffer[at++] = BigInt(Number(rows[picks[r]!]![column]));
    return new Tensor('int64', buffer.subarray(0, size), dims);
  }
  for (let r = from; r < to; r++) {
    const row = rows[picks[r]!]!;
    for (let c = 0; c < columns.length; c++) buffer[at++] = (row[columns[c]!] as number | null) ?? Number.NaN;
  }
  if (buffer instanceof Float32Array) return new Tensor('float32', buffer.subarray(0, size), dims);
  return new Tensor('float64', buffer.subarray(0, size), dims);
}
