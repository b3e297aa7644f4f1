/**
 * Credit policy as decision tables in DMN's terms (OMG Decision Model and Notation 1.5, clause 8): inputs, rules, unary tests, hit policies.
 * The evaluator is total: a missing value, an unknown name or a type error in a cell is a doubt with its cause, never a silent no-match.
 */
import { z } from 'zod';
import { localised } from './localised.ts';
import { fieldId, semanticVersion, slug } from './product.ts';

export const outcome = z.enum(['approve', 'refer', 'decline']);
export type Outcome = z.infer<typeof outcome>;

/**
 * What a table may read besides the product's scored and policy fields (by field id):
 * `pd` probability; `score` points; `instalment`, `disposable_income`, `monthly_income` per month;
 * `dti` debt service with the new instalment over income, a ratio; `amount`; `term_months`.
 */
export const derivedInput = z.enum(['pd', 'score', 'instalment', 'dti', 'disposable_income', 'monthly_income', 'amount', 'term_months']);
export type DerivedInput = z.infer<typeof derivedInput>;

/** A unary test: `-`, `>= 3`, `< 0.2`, `[1..5)`, `"a","b"`, `not("a")`, `null`, `not(null)`. */
export const cell = z.string().min(1).max(500);

export const policyRule = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .max(64),
  /** One test per input of the table, in its order. */
  when: z.array(cell),
  /** What the rule decides; null in pricing tables. */
  outcome: outcome.nullable(),
  /** Pricing tier and annual nominal rate in percent; only in pricing tables. */
  pricing: z.strictObject({ tier: z.string().min(1), annualRatePercent: z.number().min(0).max(1000) }).optional(),
  /** Required where the outcome is refer or decline because of a factor: never 'score too low'. */
  reason: z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/), text: localised }).optional(),
});
export type PolicyRule = z.infer<typeof policyRule>;

/**
 * `knock-out`, `affordability` and `authority` collect (every rule that holds speaks); `cutoff` and `pricing` take the first rule that holds.
 * A cutoff table must cover every score: a gap is reported when the policy is loaded and is a refer when it is met.
 */
export const decisionTable = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .max(64),
  title: localised,
  purpose: z.enum(['knock-out', 'affordability', 'cutoff', 'pricing', 'authority']),
  hitPolicy: z.enum(['FIRST', 'COLLECT']),
  /** A field id of the product, or a derived input. */
  inputs: z.array(z.union([derivedInput, fieldId])).min(1),
  rules: z.array(policyRule).min(1).max(500),
});
export type DecisionTable = z.infer<typeof decisionTable>;

export const policy = z.strictObject({
  format: z.literal('outpost-policy/1'),
  name: slug,
  product: slug,
  version: semanticVersion,
  title: localised,
  owner: z.string().min(1),
  /** Calendar dates, ISO 8601; outside of them every decision is a refer. */
  validFrom: z.iso.date(),
  expiresOn: z.iso.date(),
  affordability: z.strictObject({
    /** Annual nominal rate in percent for the instalment that affordability is tested with. */
    assumedAnnualRatePercent: z.number().min(0).max(1000),
    /** Months over which an existing balance is assumed to be repaid. */
    existingDebtMonths: z.int().positive().max(600),
  }),
  /** Bounds of the refer band on the score, for the screens: below `low` decline, from `high` approve. */
  referBand: z.strictObject({ low: z.number(), high: z.number() }),
  /** How the cutoffs were chosen: data, model, expected bad rate among the approved. */
  basis: z.strictObject({
    text: localised,
    model: z.string(),
    rows: z.int().nonnegative(),
    approvedShare: z.number().min(0).max(1),
    expectedBadRateApproved: z.number().min(0).max(1),
    referredShare: z.number().min(0).max(1),
    declinedShare: z.number().min(0).max(1),
  }),
  tables: z.array(decisionTable).min(1),
});
export type Policy = z.infer<typeof policy>;

/** What is wrong or odd in a policy, found when it is loaded. `error` refuses the policy. */
export const policyFinding = z.strictObject({
  level: z.enum(['error', 'warning']),
  table: z.string().nullable(),
  rule: z.string().nullable(),
  kind: z.enum(['malformed-cell', 'unknown-input', 'type-error', 'unreachable', 'overlap', 'gap', 'missing-reason', 'structure']),
  message: z.string(),
});
export type PolicyFinding = z.infer<typeof policyFinding>;
