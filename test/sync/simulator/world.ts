/** Time of a run: it goes on only when everything waits for it, so that hours pass in milliseconds. What the receiver does for real is waited for first. */
import { setImmediate as nextTurn } from 'node:timers/promises';

interface Timer {
  at: number;
  order: number;
  work: () => void;
}

export class World {
  /** Virtual milliseconds since 1970, of a clock that is right. */
  now = Date.parse('2026-12-01T09:00:00.000Z');
  #timers: Timer[] = [];
  #order = 0;
  #real = 0;
  #realEnds = Promise.withResolvers<void>();
  /** A bug of what runs by itself: ends the run. */
  failure: unknown = null;

  set(work: () => void, ms: number): Timer {
    const timer = { at: this.now + Math.max(0, ms), order: this.#order++, work };
    let i = this.#timers.length;
    while (i > 0 && this.#timers[i - 1]!.at > timer.at) i -= 1;
    this.#timers.splice(i, 0, timer);
    return timer;
  }

  clear(timer: unknown): void {
    const i = this.#timers.indexOf(timer as Timer);
    if (i >= 0) this.#timers.splice(i, 1);
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.set(resolve, ms));
  }

  /** Something that takes the machine's time and none of the world's. */
  async real<T>(work: () => Promise<T>): Promise<T> {
    this.#real += 1;
    try {
      return await work();
    } finally {
      this.#real -= 1;
      this.#realEnds.resolve();
      this.#realEnds = Promise.withResolvers();
    }
  }

  /** @throws when it does not settle within `most` virtual milliseconds, and whatever went wrong beside it */
  async until<T>(work: Promise<T>, most: number, what: string): Promise<T> {
    let isSettled = false;
    const settled = work.then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    const end = this.now + most;
    for (;;) {
      await nextTurn();
      await nextTurn();
      if (this.failure !== null) throw this.failure;
      if (isSettled) break;
      if (this.#real > 0) {
        await this.#realEnds.promise;
        continue;
      }
      const next = this.#timers.shift();
      if (next === undefined || next.at > end) throw new Error(`${what}: not within ${Math.round(most / 60_000)} virtual minutes`);
      this.now = Math.max(this.now, next.at);
      next.work();
    }
    await settled;
    return await work;
  }

  async pass(ms: number): Promise<void> {
    await this.until(this.sleep(ms), ms, 'time passes');
  }

  /** Nothing that waits is ever called. */
  end(): void {
    this.#timers = [];
  }
}
