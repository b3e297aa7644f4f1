/** Clock and timers that go on only when everything waits for them: hours pass in milliseconds, and each run is the same. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Timers } from '../../../branch/sync/call-head-office.ts';

export class VirtualTime implements Timers {
  #now: number;
  #waiting: { at: number; order: number; work: () => void }[] = [];
  #order = 0;

  constructor(start = Date.parse('2026-12-01T09:00:00.000Z')) {
    this.#now = start;
  }

  now = (): number => this.#now;
  mono = (): number => this.#now;

  set(work: () => void, ms: number): unknown {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, work };
    this.#waiting.push(timer);
    return timer;
  }

  clear(timer: unknown): void {
    this.#waiting = this.#waiting.filter((each) => each !== timer);
  }

  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.set(resolve, ms));
  }

  /** Until it has settled; time goes to the next timer whenever nothing else is left to do. */
  async until<T>(work: Promise<T>, most = 7 * 86_400_000): Promise<T> {
    let isSettled = false;
    const settled = work.then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    const end = this.#now + most;
    while (!isSettled) {
      await turns();
      if (isSettled) break;
      if (!this.step() || this.#now > end) throw new Error(`nothing happens any more at ${new Date(this.#now).toISOString()}`);
    }
    await settled;
    return await work;
  }

  /** Lets this much time pass. */
  async pass(ms: number): Promise<void> {
    await this.until(this.sleep(ms));
  }

  step(): boolean {
    const [next] = this.#waiting.toSorted((a, b) => a.at - b.at || a.order - b.order);
    if (next === undefined) return false;
    this.clear(next);
    this.#now = Math.max(this.#now, next.at);
    next.work();
    return true;
  }
}

/** A few turns of the event loop, for promises that wait on promises. */
async function turns(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await nextTurn();
}
