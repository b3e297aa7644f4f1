/** Chooses how a model is explained, and holds every explanation to what it claims before anybody sees it. */
import type { Explanation } from '../../contract/decision.ts';
import type { FeatureRow, LoadedModel } from '../ports.ts';
import { logistic } from '../score.ts';
import { prepareLinear } from './linear.ts';
import type { Method, RawExplanation } from './method.ts';
import { prepareSampling } from './sampling.ts';
import { prepareTrees } from './trees.ts';

export type Explained = Explanation | { failed: string };

export interface Explainer {
  /**
   * @param rows feature values in the manifest's order; @param pds the runtime's calibrated PD of each
   * @returns one explanation per row, or why there is none (without values of the applicant). Never throws for a row.
   */
  explain(rows: readonly FeatureRow[], pds: readonly number[]): Promise<Explained[]>;
}

/** Contributions must sum to the distance from the background (efficiency) within this. */
const EFFICIENCY_TOLERANCE = 1e-6;
/** The explained model must be the model that scored: the runtime adds float32, this adds float64. */
const PD_TOLERANCE = 1e-5;

/** The PD that an explained quantity stands for. Probabilities are explained before calibration, so it is applied here. */
function pdOf(predicted: number, scale: Explanation['scale'], calibration: { slope: number; intercept: number } | null): number {
  if (scale === 'log-odds') return logistic(predicted);
  if (calibration === null) return predicted;
  // Leaves that are averaged may sum to a hair outside of [0,1].
  const within = Math.min(Math.max(predicted, 0), 1);
  return logistic(calibration.slope * Math.log(within / (1 - within)) + calibration.intercept);
}

function toExplanation(raw: RawExplanation, { method, scale }: Method, characteristics: readonly { id: string }[]): Explanation {
  const contributions = characteristics.map(({ id }, i) => ({
    characteristic: id,
    // Adding 0 turns -0 into 0, which is all that canonical JSON knows.
    value: (raw.values[i] ?? Number.NaN) + 0,
    standardError: raw.errors?.[i] ?? 0,
  }));
  return { method, scale, expected: raw.expected + 0, predicted: raw.predicted + 0, contributions };
}

/** What is wrong with an explanation, or null. NaN anywhere fails both comparisons. */
function objection(explanation: Explanation, pd: number, calibration: { slope: number; intercept: number } | null): string | null {
  let sum = explanation.expected;
  for (const { value } of explanation.contributions) sum += value;
  if (!(Math.abs(sum - explanation.predicted) <= EFFICIENCY_TOLERANCE)) return 'The contributions do not add up to the score.';
  const explained = pdOf(explanation.predicted, explanation.scale, calibration);
  return Math.abs(explained - pd) <= PD_TOLERANCE ? null : 'What was explained is not what the runtime scored.';
}

function chooseMethod(model: LoadedModel): Method {
  if (model.form.kind === 'trees') return prepareTrees(model.form, model.manifest, model.background);
  if (model.form.kind === 'linear') return prepareLinear(model.form, model.manifest, model.background);
  return prepareSampling(model);
}

/**
 * Shapley values of a model's characteristics against its background sample, interventional (Janzing et al. 2020), which is how
 * Regulation B's accepted methods compare: with other applicants, one factor at a time. Exact for trees and linear models.
 */
export function prepareExplainer(model: LoadedModel): Explainer {
  const method = chooseMethod(model);
  const { characteristics, calibration } = model.manifest;
  return {
    async explain(rows, pds) {
      const explained: Explained[] = [];
      for (let i = 0; i < rows.length; i++) {
        const pd = pds[i] ?? Number.NaN;
        const answer = method.explainRow(rows[i]!, pd);
        // Exact methods answer at once; awaiting them would cost more than they do.
        const raw = answer instanceof Promise ? await answer : answer;
        if ('failed' in raw) {
          explained.push(raw);
          continue;
        }
        const explanation = toExplanation(raw, method, characteristics);
        const wrong = objection(explanation, pd, calibration);
        explained.push(wrong === null ? explanation : { failed: wrong });
      }
      return explained;
    },
  };
}
