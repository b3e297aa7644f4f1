/** What receiving works with, and what it answers when it does not take something. Free of HTTP: a stick brings the same messages as a line. */
import { type LogState, PROBLEMS, type Problem } from '../../contract/sync.ts';
import type { OfficeKeys } from '../office-keys.ts';
import type { Store } from '../store/store.ts';

export interface Receiving {
  store: Store;
  keys: OfficeKeys;
  /** Head office's clock, milliseconds since 1970. */
  now(): number;
  /**
   * What is received was carried here, on a stick, and may be days old and out of order: its report says nothing of the branch's clock, of troubles
   * that go on, or of a branch that went back.
   */
  carried?: true;
}

export type Refusal = { problem: Problem };

export type Cause = keyof typeof PROBLEMS;

const TITLES: Record<Cause, string> = {
  unsigned: 'The request is not signed by a device that is known',
  device: 'This device may not do this',
  token: 'The branch file is no longer good',
  log: 'There is no such log',
  place: 'Entries are missing before those that were sent',
  large: 'Too large',
  fork: 'This log has two pasts',
  checkpoint: 'The checkpoint does not hold',
  malformed: 'Not of the form that was agreed',
  busy: 'Too busy now',
};

/** @param detail one English sentence; never what an entry holds */
export function refuse(cause: Cause, status: number, detail: string, more: { state?: LogState; known?: string } = {}): Refusal {
  return { problem: { type: PROBLEMS[cause], title: TITLES[cause], status, detail, ...more } };
}

/** Carries a refusal out of code that can only throw: a transaction that is to leave nothing, or the depth of a request. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;
  /** Seconds. */
  readonly retryAfter: number | null;
  constructor({ problem }: Refusal, retryAfter: number | null = null) {
    super(problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}
