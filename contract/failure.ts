/**
 * Expected failures: one closed union for the whole program. A failure is a value that is returned or carried by `Failed`; bugs throw.
 * Texts are English and for a person; a screen translates by `kind` with `facts`. Neither ever holds an applicant's data.
 */
import type { z } from 'zod';
import type { failure, failureKind } from './failure-schema.ts';

export type FailureKind = z.infer<typeof failureKind>;
export type Failure = z.infer<typeof failure>;

/** Carries a `Failure` through code that can only throw. Caught at the edges (CLI, service router) and shown; never swallowed. */
export class Failed extends Error {
  readonly failure: Failure;
  constructor(of: Failure, options?: ErrorOptions) {
    super(`${of.happened} ${of.safe} ${of.next}`.trim(), options);
    this.name = 'Failed';
    this.failure = of;
  }
}
