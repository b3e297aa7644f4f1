/** How sync uses the line, and when it gives a request up. All limits in one place. */
import { SYNC_LIMITS } from '../../contract/sync.ts';

export interface SyncLimits {
  /** Entries of one batch, before they are compressed. Bytes; one entry that is larger goes alone. */
  batchBytes: number;
  /** Of the first batch of a try: it is compressed while the line waits, those after it while one is under way. */
  firstBatchBytes: number;
  /** Of one part of an upload; a batch up to `firstPart` goes as one request. Bytes. */
  leastPart: number;
  firstPart: number;
  mostPart: number;
  /** A request that brings nothing is given up after this, and the time that its bytes need at `minBytesPerSecond`. */
  idleMs: number;
  minBytesPerSecond: number;
  /** Of an answer: longer ones are nobody's that we asked. Bytes. */
  answerBytes: number;
  /** First wait after a failure, how it grows, and its end: each wait is random between 0 and that. */
  retryMs: number;
  retryGrowth: number;
  mostRetryMs: number;
  /** Retry-After is obeyed up to here. */
  mostRetryAfterMs: number;
  /** Entries read and hashed between two turns of the event loop: deciding waits no longer than that. */
  slice: number;
  witnessMs: number;
}

export const SYNC_DEFAULTS: SyncLimits = {
  // A thousand decisions or so, about 225 KB as sent: measured, twice as many shrink by 1 % more and take twice the memory.
  batchBytes: 2 * 1024 * 1024,
  // A hundred decisions or so.
  firstBatchBytes: 256 * 1024,
  leastPart: SYNC_LIMITS.leastPart,
  firstPart: SYNC_LIMITS.firstPart,
  mostPart: SYNC_LIMITS.mostPart,
  idleMs: 30_000,
  minBytesPerSecond: 500,
  answerBytes: 8 * 1024 * 1024,
  retryMs: 5000,
  retryGrowth: 1.5,
  mostRetryMs: 30_000,
  mostRetryAfterMs: 10 * 60_000,
  slice: 32,
  witnessMs: 15_000,
};
