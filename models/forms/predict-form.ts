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

function sumOfLeaves(form: TreeEnsemble, row: FeatureRow): number {
  let sum = form.base;
  for (const root of form.roots) {
    let node = root;
    while (form.feature[node]! !== -1) {
      const value = Math.fround(numberAt(row, form.feature[node]!));
      const isTrue = (Number.isNaN(value) && form.missingTrue[node] === 1) || holds(form.mode[node]!, value, form.threshold[node]!);
      node = (isTrue ? form.whenTrue : form.whenFalse)[node]!;
    }
    sum += form.value[node]!;
  }
  return sum;
}
