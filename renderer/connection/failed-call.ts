/** Every error of a call as a `Failed` with what happened, what is safe and what to do next. */
import { ORPCError } from '@orpc/client';
import { Failed, type Failure } from '../../contract/failure.ts';
import { failure } from '../../contract/failure-schema.ts';

/** The service went away while it was working, or never came. What was stored stays stored; asking again is safe. */
export const SERVICE_UNAVAILABLE: Failure = {
  kind: 'service-unavailable',
  happened: 'The branch service stopped while it was working on this.',
  safe: 'Everything that was stored is still stored, and your entries on this screen are kept.',
  next: 'It restarts by itself. Try again in a moment.',
  facts: {},
};

/** The service is there and answered with a fault of the program: asking again would bring the same. */
const SERVICE_FAULT: Failure = {
  kind: 'service-unavailable',
  happened: 'The branch service could not answer, because of a fault in the program.',
  safe: 'Everything that was stored is still stored, and your entries on this screen are kept.',
  next: 'Try again. If it happens again, tell your IT support what you were doing.',
  facts: {},
};

/** The failure that an error of a call stands for. A reply that breaks the contract is a fault too: half an answer is never shown. */
export function toFailed(error: unknown): Failed {
  if (error instanceof Failed) return error;
  if (error instanceof ORPCError && error.code === 'FAILED') {
    const told = failure.safeParse(error.data);
    if (told.success) return new Failed(told.data, { cause: error });
  }
  return new Failed(isFault(error) ? SERVICE_FAULT : SERVICE_UNAVAILABLE, { cause: error });
}

function isFault(error: unknown): boolean {
  return error instanceof ORPCError;
}

/** Whether the same call may simply be made again. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Failed && error.failure.kind === 'service-unavailable' && !isFault(error.cause);
}
