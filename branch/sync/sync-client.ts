/**
 * When to sync: soon after something was stored, at once when the line returns or a person says so, now and then to hear what head office has; after failures
 * with full jitter, without end. What stopped sync waits for a person.
 */
import type { Branch } from '../branch.ts';
import type { SyncDeps } from './sync-deps.ts';
import { newSession, type SyncSession, syncOnce, type Tried } from './sync-once.ts';
import { syncSettings } from './sync-settings.ts';
import { syncState } from './sync-state.ts';

export interface ClientOptions {
  branch: Branch;
  deps: SyncDeps;
  /** Whether there is a line at all, as far as is known: without one nothing is tried. */
  hasLink(): boolean;
  /** After new entries, milliseconds: those that follow go with them. */
  gatherMs?: number;
  /** Between looks at head office when there is nothing to send, milliseconds. */
  everyMs?: number;
}

const GATHER_MS = 3000;
const EVERY_MS = 15 * 60_000;

export class SyncClient {
  readonly #options: Required<ClientOptions>;
  readonly #session: SyncSession;
  #timer: unknown = null;
  /** When the timer goes off, by the monotonic clock. */
  #due = Number.POSITIVE_INFINITY;
  #running: Promise<Tried> | null = null;
  #controller: AbortController | null = null;
  #failures = 0;
  #isStarted = false;
  #stopListening = (): void => {};
  #sizeSeen = -1;

  constructor(options: ClientOptions) {
    this.#options = { gatherMs: GATHER_MS, everyMs: EVERY_MS, ...options };
    this.#session = newSession(options.deps);
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** All branches of a bank start at nine: each waits a random time first. */
  start(): void {
    const { branch, deps } = this.#options;
    this.#isStarted = true;
    this.#stopListening = branch.onChange(() => this.#noteEntries());
    this.#wait(deps.random() * deps.limits.retryMs);
  }

  /** A line has come back: at once, apart from what keeps a thousand branches from coming in the same second. */
  linkReturned(): void {
    this.#failures = 0;
    this.#wait(this.#options.deps.random() * 1000);
  }

  /** Somebody wants it now: also on a metered line, and after what stopped it. What runs is waited for. */
  async now(): Promise<Tried> {
    this.#failures = 0;
    return await (this.#running ?? this.#run());
  }

  /** What is under way is given up, and has ended when this returns. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#stopListening();
    this.#clear();
    this.#controller?.abort();
    await this.#running?.catch(() => undefined);
  }

  #noteEntries(): void {
    const size = this.#options.branch.log.frontier.size;
    if (size === this.#sizeSeen) return;
    this.#sizeSeen = size;
    // After a failure its own wait holds: entries that are stored meanwhile do not make a dead line answer.
    if (this.#failures === 0 && this.#running === null) this.#wait(this.#options.gatherMs * (0.5 + this.#options.deps.random()), true);
  }

  #wait(ms: number, onlySooner = false): void {
    const { timers, clock } = this.#options.deps;
    const due = clock.mono() + ms;
    if (!this.#isStarted || (onlySooner && due >= this.#due)) return;
    this.#clear();
    this.#due = due;
    this.#timer = timers.set(() => void this.#byItself(), Math.round(ms));
  }

  #clear(): void {
    if (this.#timer !== null) this.#options.deps.timers.clear(this.#timer);
    this.#timer = null;
    this.#due = Number.POSITIVE_INFINITY;
  }

  async #byItself(): Promise<void> {
    this.#clear();
    if (this.#running !== null) return;
    if (!this.#mayByItself()) {
      this.#wait(this.#options.deps.limits.mostRetryMs);
      return;
    }
    try {
      await this.#run();
    } catch (error) {
      // Given up by `stop`; anything else is for whoever watches over the process.
      if (this.#isStarted) throw error;
    }
  }

  #mayByItself(): boolean {
    const { branch, deps, hasLink } = this.#options;
    const { db } = branch.log;
    const { metered, isMetered } = syncSettings(db);
    if (!hasLink() || (isMetered && metered === 'wait') || syncState(db).stopped !== null) return false;
    return deps.place(branch)?.url != null;
  }

  async #run(): Promise<Tried> {
    this.#clear();
    const { branch, deps } = this.#options;
    const controller = new AbortController();
    this.#controller = controller;
    let tried: Tried | null = null;
    try {
      this.#running = syncOnce(branch, deps, controller.signal, this.#session);
      tried = await this.#running;
      return tried;
    } finally {
      this.#running = null;
      this.#controller = null;
      this.#sizeSeen = branch.log.frontier.size;
      this.#failures = tried?.failure === null ? 0 : this.#failures + 1;
      this.#wait(this.#delay(tried));
    }
  }

  /** Full jitter: a server that comes back is not met by all branches at once. */
  #delay(tried: Tried | null): number {
    const { everyMs, deps } = this.#options;
    const { random, limits } = deps;
    if (tried?.failure === null) return everyMs * (0.9 + 0.2 * random());
    const most = Math.min(limits.mostRetryMs, limits.retryMs * limits.retryGrowth ** Math.min(this.#failures - 1, 30));
    const asked = Math.min(tried?.retryAfterMs ?? 0, limits.mostRetryAfterMs);
    return asked + random() * most;
  }
}
