/** The list of decisions: its rows and what it can be narrowed to. */
import { z } from 'zod';
import { outcome } from './policy.ts';
import { slug } from './product.ts';

export const decisionRow = z.strictObject({
  seq: z.int().nonnegative(),
  wall: z.iso.datetime({ precision: 3 }),
  product: slug,
  /** The name as entered; null when nobody was named. */
  applicant: z.string().nullable(),
  outcome,
  /** What the last review says that holds; null: nobody has reviewed it. */
  reviewed: outcome.nullable(),
  pd: z.number().nullable(),
  score: z.number().nullable(),
  amount: z.number().nullable(),
  actor: z.string(),
  modelVersion: z.string().nullable(),
  policyVersion: z.string().nullable(),
});
export type DecisionRow = z.infer<typeof decisionRow>;

export const decisionFilter = z.strictObject({
  /** Part of an applicant's name, or an entry number. */
  search: z.string().max(200).optional(),
  outcomes: z.array(outcome).optional(),
  product: slug.optional(),
  /** Inclusive calendar days, UTC. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});
export type DecisionFilter = z.infer<typeof decisionFilter>;
