/** One application for credit, as it was entered: answers apart from identity, so that what is scored can never name a person. */
import { z } from 'zod';
import { fieldId, slug } from './product.ts';

/** An answer as it was understood: a number, a choice's value or a text; null = not given. */
export const answer = z.union([z.number(), z.string(), z.null()]);
export type Answer = z.infer<typeof answer>;

export const application = z.strictObject({
  /** Made once when the application is begun; deciding the same one twice gives the entry that exists. */
  applicationId: z.uuid(),
  product: slug,
  /** Scored, policy and protected fields by id. */
  answers: z.record(fieldId, answer),
  /** Identifying fields by id; empty in most batches. Dates as YYYY-MM-DD. */
  identity: z.record(fieldId, z.string()),
});
export type Application = z.infer<typeof application>;

/** What a person has typed so far, letter for letter: nothing is understood yet, so nothing is lost. */
export const draft = z.strictObject({
  applicationId: z.uuid(),
  product: slug,
  typed: z.record(fieldId, z.string()),
  /** Unix milliseconds of the last change. */
  changedAt: z.number(),
});
export type Draft = z.infer<typeof draft>;
