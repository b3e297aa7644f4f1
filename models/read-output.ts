/** The graph's answer → calibrated PDs, with the checks that every run must pass. A violation is a cause, never a number. */
import type { Tensor } from 'onnxruntime-node';
import type { ModelManifest, ModelOutput } from '../contract/model-package.ts';

/** float32 sums of leaf weights end a little above 1; more than this is no rounding. */
const RANGE_ROUNDING = 1e-6;
/** Rows of class probabilities are sums of K float32 roundings. */
const SUM_ROUNDING = 1e-5;

/** PDs of one run, or why the whole run is worth nothing. A row that fails alone has NaN in `pds` and its cause in `causes`. */
export type RunResult = { pds: Float64Array; causes: Map<number, string> } | { failed: string };

/**
 * @param rows how many rows were fed
 * @param answer the tensor that `manifest.output` reads: [N], [N,1] or [N,K], float or double
 */
export function readPds(answer: Tensor | undefined, rows: number, manifest: ModelManifest): RunResult {
  const { output, calibration } = manifest;
  const cells = answer === undefined ? { failed: 'the model gave no answer' } : cellsOf(answer, rows, output);
  if ('failed' in cells) return cells;
  const { data, width } = cells;
  const pds = new Float64Array(rows);
  const causes = new Map<number, string>();
  for (let row = 0; row < rows; row++) {
    const raw = data[row * width + output.badIndex]!;
    const cause = complaintAbout(raw, data, row * width, width, output);
    const pd = cause === null ? toPd(raw, output, calibration) : Number.NaN;
    pds[row] = pd;
    if (cause !== null) causes.set(row, cause);
    else if (!(pd >= 0 && pd <= 1)) causes.set(row, 'the calibrated PD is not a number between 0 and 1');
  }
  return { pds, causes };
}

function cellsOf(
  answer: Tensor,
  rows: number,
  output: ModelOutput,
): { data: Float32Array | Float64Array; width: number } | { failed: string } {
  const { data, dims } = answer;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    return { failed: `output ${output.name} holds no floating-point numbers` };
  if (dims.length < 1 || dims.length > 2) return { failed: `output ${output.name} has ${dims.length} dimensions instead of one or two` };
  if (dims[0] !== rows) return { failed: `the model answered with ${dims[0]} rows for ${rows}` };
  const width = dims[1] ?? 1;
  if (data.length !== rows * width) return { failed: `output ${output.name} has ${data.length} numbers for ${rows} rows of ${width}` };
  if (width <= output.badIndex)
    return { failed: `output ${output.name} has ${width} columns, and the bad class is column ${output.badIndex}` };
  if (width !== 1 && output.form === 'single') return { failed: `output ${output.name} has ${width} columns instead of one` };
  return { data, width };
}

function complaintAbout(raw: number, data: Float32Array | Float64Array, start: number, width: number, output: ModelOutput): string | null {
  if (!Number.isFinite(raw)) return 'the model answered with something that is not a finite number';
  if (output.scale === 'probability' && (raw < -RANGE_ROUNDING || raw > 1 + RANGE_ROUNDING))
    return 'the model answered with a probability outside 0 to 1';
  if (!output.sumsToOne) return null;
  let sum = 0;
  for (let column = 0; column < width; column++) sum += data[start + column]!;
  return Math.abs(sum - 1) <= SUM_ROUNDING ? null : 'the probabilities of the classes do not sum to one';
}

/** pd = σ(slope · logit(p) + intercept); a raw margin is the logit already, and goes through σ once. */
function toPd(raw: number, output: ModelOutput, calibration: ModelManifest['calibration']): number {
  if (output.scale === 'log-odds') {
    const logOdds = output.of === 'good' ? -raw : raw;
    return sigmoid(calibration === null ? logOdds : calibration.slope * logOdds + calibration.intercept);
  }
  const inRange = Math.min(1, Math.max(0, raw));
  const probability = output.of === 'good' ? 1 - inRange : inRange;
  if (calibration === null) return probability;
  return sigmoid(calibration.slope * Math.log(probability / (1 - probability)) + calibration.intercept);
}

/** The logistic function, without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
