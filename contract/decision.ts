/** A decision with everything that led to it; the same value is stored, shown, exported and replayed. */
import { z } from 'zod';
import { localised } from './localised.ts';
import { featureValue } from './model-package.ts';
import { outcome } from './policy.ts';
import { fieldId } from './product.ts';

/**
 * Why a decision could not be left to the machine. `cause` is for a person: what was found, where.
 * It never holds identifying values.
 */
export const doubt = z.strictObject({
  kind: z.enum([
    'no-model',
    'no-policy',
    'model-expired',
    'policy-not-yet-valid',
    'policy-expired',
    'missing-value',
    'outside-trained-range',
    'unknown-value',
    'scoring-failed',
    'explanation-failed',
    'policy-cell',
    'policy-gap',
    'clock',
  ]),
  /** The field, feature, table or rule in question. */
  subject: z.string().nullable(),
  cause: z.string(),
});
export type Doubt = z.infer<typeof doubt>;

/** A reason as the applicant may be given it. `text` is a statement of fact, not of a verdict. */
export const reason = z.strictObject({
  code: z.string(),
  /** `model`: an adverse contribution. `policy`: a rule that fired. `doubt`: why a person must look. */
  source: z.enum(['model', 'policy', 'doubt']),
  text: localised,
});
export type Reason = z.infer<typeof reason>;

export const contribution = z.strictObject({
  characteristic: fieldId,
  /** Contribution to the explained quantity (see `scale`); positive raises the probability of default. */
  value: z.number(),
  /** Standard error of `value`; 0 where the method is exact. */
  standardError: z.number().nonnegative(),
});

/**
 * Shapley values against the package's background sample (interventional, Janzing et al. 2020; Lundberg & Lee 2017).
 * expected + Σ contributions = predicted, within 1e-6.
 */
export const explanation = z.strictObject({
  method: z.enum(['exact-trees', 'exact-linear', 'sampled']),
  /** What is explained: the calibrated log-odds of bad, or for models that add up probabilities the probability itself. */
  scale: z.enum(['log-odds', 'probability']),
  expected: z.number(),
  predicted: z.number(),
  /** In the order of the manifest's characteristics. */
  contributions: z.array(contribution),
});
export type Explanation = z.infer<typeof explanation>;

/** `yes`, `no` (with the first input whose test failed), or `doubt` with its cause; `not-reached` behind a FIRST hit. */
export const ruleResult = z.strictObject({
  rule: z.string(),
  result: z.enum(['yes', 'no', 'doubt', 'not-reached']),
  /** Index of the input that decided it, where one did. */
  input: z.int().nonnegative().nullable(),
});
export const tableResult = z.strictObject({ table: z.string(), outcome: outcome.nullable(), rules: z.array(ruleResult) });
export type TableResult = z.infer<typeof tableResult>;

/** Amounts per month in the product's currency; `dti` a ratio. null = an operand was missing. */
export const affordability = z.strictObject({
  amount: z.number().nullable(),
  termMonths: z.number().nullable(),
  monthlyIncome: z.number().nullable(),
  instalment: z.number().nullable(),
  debtService: z.number().nullable(),
  dti: z.number().nullable(),
  disposableIncome: z.number().nullable(),
});
export type Affordability = z.infer<typeof affordability>;

export const decision = z.strictObject({
  outcome,
  /** Probability of default within the model's outcome window; null when nothing could be scored. */
  pd: z.number().min(0).max(1).nullable(),
  /** Points: offset + (pdo / ln 2) · ln(good:bad odds); null with pd. */
  score: z.number().nullable(),
  /** Feature values in the manifest's order; empty without a model. */
  features: z.array(featureValue),
  explanation: explanation.nullable(),
  /** At most four of the model, then every rule that fired, then the doubts. */
  reasons: z.array(reason),
  doubts: z.array(doubt),
  affordability,
  pricing: z.strictObject({ tier: z.string(), annualRatePercent: z.number() }).nullable(),
  policyTrace: z.array(tableResult),
});
export type Decision = z.infer<typeof decision>;
