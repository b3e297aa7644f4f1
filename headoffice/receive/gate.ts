/** How much one process does at once. What is beyond is told to come again: the branch has it in its log, and waits. */
import { Refused, refuse } from './receiving.ts';

const RETRY_SECONDS = 5;

/** So many at work, so many waiting, and no more. */
export class Gate {
  readonly #atOnce: number;
  readonly #waiting: number;
  readonly #queue: (() => void)[] = [];
  #active = 0;

  constructor(atOnce: number, waiting: number) {
    this.#atOnce = atOnce;
    this.#waiting = waiting;
  }

  get active(): number {
    return this.#active;
  }

  /** @throws Refused 503 */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active < this.#atOnce) this.#active += 1;
    else if (this.#queue.length < this.#waiting) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else throw tooBusy();
    try {
      return await work();
    } finally {
      // The place goes to the next one in the queue without becoming free in between.
      const next = this.#queue.shift();
      if (next === undefined) this.#active -= 1;
      else next();
    }
  }
}

/** Bytes of bodies that are held in memory at once. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** @returns gives them back. @throws Refused 503 */
  take(bytes: number): () => void {
    if (bytes > this.#left) throw tooBusy();
    this.#left -= bytes;
    return () => {
      this.#left += bytes;
    };
  }
}

function tooBusy(): Refused {
  return new Refused(refuse('busy', 503, 'Head office has as much in work as it can hold. Try again in a moment.'), RETRY_SECONDS);
}
