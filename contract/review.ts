/** A person's review of a decision (EBA GL/2020/06 para. 4.3.4: overrides are allowed when stored and analysed). */
import { z } from 'zod';
import { outcome } from './policy.ts';

/** Why a person decided otherwise than the machine; closed, so that overrides can be counted. */
export const overrideCode = z.enum([
  'income-shown-otherwise',
  'security-offered',
  'long-standing-customer',
  'data-corrected-by-document',
  'documents-missing',
  'statements-contradict',
  'doubt-resolved',
  'policy-exception-approved',
  'other',
]);
export type OverrideCode = z.infer<typeof overrideCode>;

export const reviewRequest = z.strictObject({
  of: z.int().nonnegative(),
  outcome,
  /** At least one where the outcome differs from the one that stood. */
  codes: z.array(overrideCode).max(4),
  /** Personal data: it is sealed with a key that erasure destroys. */
  note: z.string().trim().max(2000).optional(),
});
export type ReviewRequest = z.infer<typeof reviewRequest>;

export const review = z.strictObject({
  seq: z.int().nonnegative(),
  wall: z.iso.datetime({ precision: 3 }),
  actor: z.string(),
  outcome,
  override: z.enum(['low-side', 'high-side']).nullable(),
  codes: z.array(overrideCode),
  /** null: none, or erased. */
  note: z.string().nullable(),
});
export type Review = z.infer<typeof review>;
