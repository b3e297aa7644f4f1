/** How long a name must wait after failures. Neither a restart nor a changed clock shortens it. */
import type { Clock } from '../log/branch-log.ts';

const FIRST_WAIT_MS = 1000;
/** So long that guessing is hopeless, so short that a prank does not cost a working day. IT can end it at once. */
const LONGEST_WAIT_MS = 3_600_000;

/** 1 s after the first failure in a row, doubling with each, up to an hour. */
export function waitAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30));
}

/**
 * The count of failures is stored; when they were is not, because a wall clock is anybody's to set. A wait runs on the monotonic clock of
 * this run, and begins anew, whole, when the program does.
 */
export class SignInDelay {
  readonly #clock: Pick<Clock, 'mono'>;
  readonly #began: number;
  readonly #failedAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'mono'>) {
    this.#clock = clock;
    this.#began = clock.mono();
  }

  /** @returns milliseconds that are left of the wait after this many failures */
  left(name: string, failures: number): number {
    const passed = this.#clock.mono() - (this.#failedAt.get(name) ?? this.#began);
    return Math.max(0, waitAfter(failures) - passed);
  }

  failed(name: string): void {
    this.#failedAt.set(name, this.#clock.mono());
  }
}
