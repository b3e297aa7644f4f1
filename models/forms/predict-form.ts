/** What a recognised form itself predicts: used only to compare it with the runtime. */
import type { ModelManifest } from '../../contract/model-package.ts';
import type { FeatureRow, LinearModel, TreeEnsemble } from '../../decision/ports.ts';
import { sigmoid } from '../read-output.ts';
import { holds } from './node-test.ts';

export type ExplainedForm = TreeEnsemble | LinearModel;

/** Largest difference of PDs: float32 sums over some hundred trees against double sums. */
export const FORM_TOLERANCE = 1e-5;

/** The calibrated PD of one row; NaN where the form cannot tell (a missing value in a linear sum). */
export function predictPd(form: ExplainedForm, row: FeatureRow, calibration: ModelManifest['calibration']): number {
  const raw =
    form.kind === 'trees'
      ? sumOfLeaves(form, row)
      : form.coefficients.reduce((sum, c, i) => sum + (c === 0 ? 0 : c * numberAt(row, i)), form.intercept);
  const isProbability = form.kind === 'trees' && form.scale === 'probability';
  if (calibration === null) return isProbability ? raw : sigmoid(raw);
  const logOdds = isProbability ? Math.log(raw / (1 - raw)) : raw;
  return sigmoid(calibration.slope * logOdds + calibration.intercept);
}

function numberAt(row: FeatureRow, index: number): number {
  const value = row[index];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Written without iterators and calls per node: every start runs it over some thousand nodes before anything is compiled. */
function sumOfLeaves(
  { roots, feature, threshold, mode, whenTrue, whenFalse, missingTrue, value, base }: TreeEnsemble,
  row: FeatureRow,
): number {
  const cells = new Float32Array(row.length);
  for (let index = 0; index < row.length; index++) cells[index] = numberAt(row, index);
  let sum = base;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!;
    let at = feature[node]!;
    while (at !== -1) {
      const cell = cells[at]!;
      const isTrue = holds(mode[node]!, cell, threshold[node]!) || (missingTrue[node] === 1 && Number.isNaN(cell));
      node = isTrue ? whenTrue[node]! : whenFalse[node]!;
      at = feature[node]!;
    }
    sum += value[node]!;
  }
  return sum;
}
