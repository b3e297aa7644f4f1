/** Linear models in closed form: a characteristic's Shapley value is Σ coefficient · (value - background mean) over its columns. */
import type { BackgroundSample, ModelManifest } from '../../contract/model-package.ts';
import type { LinearModel } from '../ports.ts';
import type { Method } from './method.ts';
import { playersOf } from './players.ts';

/** Background mean per column; NaN where the sample holds a text or a missing value, so that the check of the sum refuses. */
function meansOf(background: BackgroundSample, columns: number): Float64Array {
  const means = new Float64Array(columns);
  for (const row of background.rows) {
    for (let i = 0; i < columns; i++) {
      const value = row[i];
      means[i]! += typeof value === 'number' ? value : Number.NaN;
    }
  }
  return means.map((sum) => sum / background.rows.length);
}

export function prepareLinear(model: LinearModel, manifest: ModelManifest, background: BackgroundSample): Method {
  const players = playersOf(manifest);
  const { slope, intercept } = manifest.calibration ?? { slope: 1, intercept: 0 };
  const coefficients = model.coefficients.map((coefficient) => coefficient * slope);
  const base = model.intercept * slope + intercept;
  const means = meansOf(background, coefficients.length);
  const expected = means.reduce((sum, mean, i) => sum + mean * coefficients[i]!, base);
  return {
    method: 'exact-linear',
    scale: 'log-odds',
    explainRow(row) {
      const values = new Float64Array(manifest.characteristics.length);
      let predicted = base;
      for (let i = 0; i < coefficients.length; i++) {
        const value = row[i];
        if (typeof value !== 'number') return { failed: 'A linear model cannot be explained where a value is missing or a text.' };
        predicted += coefficients[i]! * value;
        values[players[i]!]! += coefficients[i]! * (value - means[i]!);
      }
      return { expected, predicted, values, errors: null };
    },
  };
}
