/** How much goes in one part: less after a break, more after a success (TCP's own habit, a level up). */
import type { SyncLimits } from './limits.ts';

export class PartSize {
  readonly #limits: SyncLimits;
  #bytes: number;
  #isWary = false;

  constructor(limits: SyncLimits) {
    this.#limits = limits;
    this.#bytes = limits.firstPart;
  }

  /** @param bytesPerSecond what sync may take of the line: a part should not fill it for longer than four seconds */
  bytes(bytesPerSecond: number | null): number {
    const most = bytesPerSecond === null ? Number.POSITIVE_INFINITY : Math.max(this.#limits.leastPart, bytesPerSecond * 4);
    return Math.min(this.#bytes, most);
  }

  /** Not at once after a break: a line that breaks every so often would break each time. */
  grow(): void {
    if (this.#isWary) {
      this.#isWary = false;
      return;
    }
    this.#bytes = Math.min(this.#limits.mostPart, this.#bytes * 2);
  }

  shrink(): void {
    this.#isWary = true;
    this.#bytes = Math.max(this.#limits.leastPart, Math.floor(this.#bytes / 2));
  }
}
