/** When to look for updates: after a start, every so often, at once when a line comes back; after failures less and less often, at random times. */

export interface Timers {
  /** @returns what `clear` takes */
  set(work: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export interface ScheduleOptions {
  /** @returns whether the repository could be asked. Whatever else went wrong is not a reason to ask again sooner. */
  check: (signal: AbortSignal) => Promise<boolean>;
  /** Whether there is a line at all: without one nothing is tried. */
  hasLink: () => boolean;
  timers: Timers;
  /** 0 to below 1. */
  random: () => number;
  /** Between checks, milliseconds. */
  everyMs?: number;
  /** The first wait after a failure is random up to here, and doubles at most. */
  retryMs?: number;
}

const EVERY_MS = 4 * 3_600_000;
const RETRY_MS = 60_000;

export class UpdateSchedule {
  readonly #options: Required<ScheduleOptions>;
  #timer: unknown = null;
  #running: AbortController | null = null;
  #failures = 0;
  #stopped = true;

  constructor(options: ScheduleOptions) {
    this.#options = { everyMs: EVERY_MS, retryMs: RETRY_MS, ...options };
  }

  /** All branches of a bank start at nine: each waits a random time first. */
  start(): void {
    this.#stopped = false;
    this.#wait(this.#options.random() * this.#options.retryMs);
  }

  /** A line has come back, or somebody wants it now. */
  nudge(): void {
    if (this.#stopped || this.#running !== null) return;
    this.#failures = 0;
    this.#wait(this.#options.random() * this.#options.retryMs);
  }

  /** What is under way is given up. */
  stop(): void {
    this.#stopped = true;
    this.#clear();
    this.#running?.abort();
  }

  #wait(ms: number): void {
    this.#clear();
    if (this.#stopped) return;
    this.#timer = this.#options.timers.set(() => void this.#run(), Math.round(ms));
  }

  #clear(): void {
    if (this.#timer !== null) this.#options.timers.clear(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    this.#timer = null;
    const running = new AbortController();
    this.#running = running;
    let isDone = false;
    try {
      isDone = this.#options.hasLink() && (await this.#options.check(running.signal));
    } catch (error) {
      // Given up by `stop`; anything else is for whoever watches over the process.
      if (!running.signal.aborted) throw error;
    } finally {
      this.#running = null;
      this.#failures = isDone ? 0 : this.#failures + 1;
      this.#wait(this.#delay(isDone));
    }
  }

  /** Full jitter: a server that comes back is not met by all branches at once. After a check a tenth of the time more or less, for the same reason. */
  #delay(isDone: boolean): number {
    const { random, everyMs, retryMs } = this.#options;
    if (isDone) return everyMs * (0.9 + 0.2 * random());
    return random() * Math.min(everyMs, retryMs * 2 ** Math.min(this.#failures, 30));
  }
}
