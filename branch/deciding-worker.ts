/** A thread that decides ahead, seen from the thread that owns the database. Whatever becomes of it, only what it answered rightly is stored. */
import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Application } from '../contract/application.ts';
import { Failed, type Failure } from '../contract/failure.ts';
import type { DecidedApplication, Deciding } from './decide-applications.ts';
import { keptPlan } from './load-kept-model.ts';
import type { Branch } from './open-branch.ts';
import { type PackedAnswers, unpackAnswers } from './packed-answers.ts';
import type { ReadyProduct } from './ready-product.ts';

export interface KnownModel {
  sha256: string;
  /** As `writePlan` wrote it. */
  plan: string;
}

/** What the thread is started with: everything by its digest. */
export interface WorkerOrder extends Pick<Deciding, 'actor' | 'role'> {
  dataDir: string;
  product: string;
  policy: string | null;
  model: KnownModel | null;
  challengers: KnownModel[];
  /** `PassedChecks.names` */
  passed: string[];
}

export interface WorkerRequest {
  group: number;
  applications: readonly Application[];
  /** YYYY-MM-DD, UTC. */
  today: string;
}

export type WorkerReply = { ready: true } | { group: number; answers: PackedAnswers };

/** Far above what a group takes with the slowest model that passed its check; a thread that is stuck in the runtime never comes back. */
const LONGEST_MS = 10 * 60_000;

/** @returns null where a model has no plan to be loaded by: it must be run the long way round, and only one thread does that */
export async function orderFor(branch: Branch, { product, model, policy, challengers }: ReadyProduct): Promise<WorkerOrder | null> {
  const known = (sha256: string): KnownModel | null => {
    const plan = keptPlan(branch.log.db, sha256);
    return plan === null ? null : { sha256, plan };
  };
  const champion = model === null ? null : known(model.artefact.sha256);
  const others = (await challengers).map(({ artefact }) => known(artefact.sha256));
  if ((model !== null && champion === null) || others.includes(null)) return null;
  return {
    actor: branch.actor,
    role: branch.role,
    dataDir: branch.dataDir,
    product: product.artefact.sha256,
    policy: policy?.artefact.sha256 ?? null,
    model: champion,
    challengers: others.filter((one) => one !== null),
    passed: branch.store.passed.names(),
  };
}

interface Asked {
  group: number;
  resolve(decided: DecidedApplication[]): void;
  reject(error: Failed): void;
}

export class DecidingWorker {
  readonly #worker: Worker;
  readonly #longestMs: number;
  /** In the order in which they were asked, which is the order of the answers. */
  readonly #asked: Asked[] = [];
  #groups = 0;
  #isReady = false;
  #failure: Failure | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param entry another thread to start, for tests of what happens when it misbehaves */
  constructor(order: WorkerOrder, entry = besideThis('decide-worker'), longestMs = LONGEST_MS) {
    this.#longestMs = longestMs;
    // A compile cache is each thread's own affair: where the program has one, the thread shares it.
    const cache = getCompileCacheDir();
    const env = cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };
    this.#worker = new Worker(entry, { workerData: order, env });
    this.#worker.on('message', (reply: WorkerReply) => this.#take(reply));
    // Its error's text may hold a row's values: that it ended is all that is told.
    this.#worker.on('error', () => this.#fail(stopped()));
    this.#worker.on('exit', () => this.#fail(stopped()));
  }

  /** Before it is, and when it never comes to be, groups are decided without it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** @returns answers, one per application; rejects with Failed when the thread ended (`service-unavailable`) or hangs (`model-hangs`) */
  decide(applications: readonly Application[], today: string): Promise<DecidedApplication[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(new Failed(this.#failure));
        return;
      }
      const group = this.#groups++;
      this.#asked.push({ group, resolve, reject });
      if (this.#asked.length === 1) this.#watch();
      this.#worker.postMessage({ group, applications, today } satisfies WorkerRequest);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#worker.removeAllListeners('error').on('error', () => undefined);
    await this.#worker.terminate();
  }

  #take(reply: WorkerReply): void {
    if ('ready' in reply) {
      this.#isReady = this.#failure === null;
      return;
    }
    const asked = this.#asked.shift();
    if (asked?.group !== reply.group) {
      if (asked !== undefined) this.#asked.unshift(asked);
      this.#fail(answeredWrongly());
      return;
    }
    this.#watch();
    asked.resolve(unpackAnswers(reply.answers));
  }

  /** The thread answers one group after the other: each has its time from the answer before. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#asked.length > 0) this.#timer = setTimeout(() => this.#fail(hangs(this.#longestMs)), this.#longestMs);
  }

  #fail(failure: Failure): void {
    clearTimeout(this.#timer);
    this.#failure ??= failure;
    for (const { reject } of this.#asked.splice(0)) reject(new Failed(this.#failure));
  }
}

/** As source, and beside the bundle that this file has become part of; a bundle without the thread decides alone. */
function besideThis(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

const SAFE = 'Nothing of the group in hand was stored; everything before it is, and is not decided again.';

function stopped(): Failure {
  return {
    kind: 'service-unavailable',
    happened: 'The thread that decides ahead ended before it had answered.',
    safe: SAFE,
    next: 'Run the same command again: it goes on where this one stopped. If it happens again, run `outpost doctor`.',
    facts: {},
  };
}

function hangs(longestMs: number): Failure {
  return {
    kind: 'model-hangs',
    happened: `A group of applications was not decided within ${longestMs / 1000} s.`,
    safe: SAFE,
    next: 'Run the same command again: it goes on where this one stopped. If it happens again, check the model with `outpost model check`.',
    facts: { seconds: longestMs / 1000 },
  };
}

export function answeredWrongly(): Failure {
  return {
    kind: 'model-check-failed',
    happened: 'Two threads gave two answers to the same applications.',
    safe: SAFE,
    next: 'Run the same command again: it goes on where this one stopped. If it happens again, have this computer’s memory tested.',
    facts: {},
  };
}
