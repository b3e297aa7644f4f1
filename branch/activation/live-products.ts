/**
 * The products as they decide now. What is active changes while the branch works: the next decision uses what is active then, one in flight finishes on
 * what it began with and names that. Nobody closes what was replaced: its memory goes when the last decision that holds it is done.
 */
import { Failed } from '../../contract/failure.ts';
import type { Activation } from '../../db/activations.ts';
import { listActive, standingOf } from '../../db/active.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import type { ArtefactStore } from '../artefacts/artefact-store.ts';
import { loadKeptModel } from '../load-kept-model.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { BranchLog, NewEntry } from '../log/branch-log.ts';
import { type ReadyProduct, readyProduct } from '../ready-product.ts';
import { activationEntry, SYSTEM, stateEntry } from './activation-entries.ts';
import { firstDecisions, WATCHED } from './first-decisions.ts';
import { STRIKES } from './shadow-limits.ts';

export class LiveProducts {
  readonly #log: BranchLog;
  readonly #store: ArtefactStore;
  readonly #tellChange: () => void;
  readonly #products = new Map<string, Promise<ReadyProduct>>();
  /** Products whose champion was suspended in this run. */
  readonly #stopped = new Set<string>();
  /** By product: a champion whose first decisions are watched; null once it need not be. */
  readonly #watched = new Map<string, Activation | null>();
  /** By product and digest: calls in a row of which a challenger scored nothing. */
  readonly #strikes = new Map<string, Map<string, number>>();
  #goingBack: Promise<void> = Promise.resolve();

  constructor(log: BranchLog, store: ArtefactStore, tellChange: () => void) {
    this.#log = log;
    this.#store = store;
    this.#tellChange = tellChange;
  }

  /** The product with its active model and policy; loaded on first use and kept. */
  ready(name: string): Promise<ReadyProduct> {
    return this.#products.get(name) ?? this.#keep(name, this.#load(name, new Map()));
  }

  /**
   * To be called when an entry has changed what is active: the next decision goes by it.
   * @param loaded what was loaded for it before it was active, so that no decision waits
   */
  renew(name: string, loaded: readonly ClosableModel[] = []): void {
    const isSuspended = listActive(this.#log.db).some(({ product, suspendedBy }) => product === name && suspendedBy !== null);
    if (isSuspended) this.#stopped.add(name);
    else this.#stopped.delete(name);
    this.#watched.delete(name);
    const before = this.#products.get(name);
    void this.#keep(
      name,
      knownModels(before, loaded).then((known) => this.#load(name, known)),
    );
  }

  /** Whether the model of that product was suspended since: what it decided meanwhile is decided again, without it. */
  hasStopped({ model, product }: ReadyProduct): boolean {
    return model !== null && this.#stopped.has(product.definition.product);
  }

  /**
   * To be called after decisions were stored. Throws nothing that is expected: they stand, whatever becomes of the models.
   * @param unscored of each decision, the digests of challengers that gave it no score
   */
  noteDecided({ product: { definition } }: ReadyProduct, unscored: readonly (readonly string[])[]): void {
    const { product } = definition;
    this.#countStrikes(product, unscored);
    const champion = this.#watched.get(product) ?? (this.#watched.has(product) ? null : standingOf(this.#log.db, product, 'model').at(-1));
    if (champion === null || champion === undefined) return;
    const { verdict, failed } = firstDecisions(this.#log.db, champion);
    // A model that fails is judged once: where nothing stood before it, every decision goes on to be a refer.
    this.#watched.set(product, verdict === 'watched' ? champion : null);
    if (verdict === 'failing') this.#goingBack = this.#goingBack.then(() => this.#replace(champion, failed));
  }

  /** Resolves when a model that was found failing is replaced. */
  settled(): Promise<void> {
    return this.#goingBack;
  }

  async close(): Promise<void> {
    await this.#goingBack;
    const ready = await Promise.allSettled(
      [...this.#products.values()].flatMap((product) => [
        product.then(({ model }) => [model]),
        product.then(({ challengers }) => challengers),
      ]),
    );
    for (const result of ready) if (result.status === 'fulfilled') for (const model of result.value) await model?.close();
  }

  #keep(name: string, product: Promise<ReadyProduct>): Promise<ReadyProduct> {
    this.#products.set(name, product);
    // What failed is tried again with the next call: the file may have been put back.
    product
      .then(({ challengers }) => challengers)
      .catch(() => {
        if (this.#products.get(name) === product) this.#products.delete(name);
      });
    return product;
  }

  /**
   * A champion that is whole and computes something else on this PC than its maker said goes: the one before it comes back. One whose files were
   * changed stays, and every decision is a refer: whoever can write to the folder must not choose the model.
   */
  async #load(name: string, known: Map<string, ClosableModel>): Promise<ReadyProduct> {
    for (;;) {
      const ready = await readyProduct(this.#log.db, this.#store, name, (unusable) => this.#tell(unusable), known);
      if (ready.modelFailure?.kind !== 'model-check-failed' || !(await this.#goBack(name, known, []))) return ready;
    }
  }

  /** That something active cannot be used is itself evidence: the log says so before it says what followed from it. */
  #tell(unusable: readonly { kind: string; happened: string }[]): void {
    this.#store.passed.keep(this.#log.db);
    if (unusable.length === 0) return;
    appendEntries(
      this.#log,
      unusable.map(({ kind, happened }) => ({ entry: { type: 'failure', ...SYSTEM, kind, happened } })),
    );
    this.#tellChange();
  }

  /** @returns false where nothing that stood before can be used on this PC */
  async #goBack(name: string, known: Map<string, ClosableModel>, why: readonly NewEntry[]): Promise<boolean> {
    const standing = standingOf(this.#log.db, name, 'model');
    const previous = standing.at(-1);
    for (const candidate of standing.slice(0, -1).reverse()) {
      const model = await this.#loadAgain(candidate, known);
      if (model === null) continue;
      // While it was loading somebody may have done something about it.
      if (standingOf(this.#log.db, name, 'model').at(-1)?.seq !== previous?.seq) return true;
      known.set(candidate.sha256, model);
      const entry = activationEntry({
        by: SYSTEM,
        product: name,
        alias: 'champion',
        artefact: candidate,
        previous,
        cause: 'automatic',
      });
      appendEntries(this.#log, [...why, { entry }]);
      this.#watched.delete(name);
      this.#tellChange();
      return true;
    }
    return false;
  }

  async #loadAgain({ sha256 }: Activation, known: ReadonlyMap<string, ClosableModel>): Promise<ClosableModel | null> {
    try {
      return known.get(sha256) ?? (await loadKeptModel(this.#log.db, await this.#store.openModel(sha256)));
    } catch (error) {
      if (error instanceof Failed) return null;
      throw error;
    }
  }

  async #replace({ product, name, version }: Activation, failed: number): Promise<void> {
    try {
      const known = await knownModels(this.#products.get(product), []);
      const happened = `The model ${name} ${version} failed in ${failed} of its first ${WATCHED} decisions.`;
      const why: NewEntry = { entry: { type: 'failure', ...SYSTEM, kind: 'model-check-failed', happened } };
      if (await this.#goBack(product, known, [why])) this.renew(product, [...known.values()]);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      // Nothing can be stored (a full disk, say): the model's decisions are refers, and the next one tries again.
      this.#watched.delete(product);
    }
  }

  #countStrikes(product: string, unscored: readonly (readonly string[])[]): void {
    const [first = [], ...others] = unscored;
    if (unscored.length === 0) return;
    const before = this.#strikes.get(product);
    if (first.length === 0 && before === undefined) return;
    const failing = first.filter((sha256) => others.every((one) => one.includes(sha256)));
    const strikes = new Map(failing.map((sha256) => [sha256, (before?.get(sha256) ?? 0) + 1]));
    this.#strikes.set(product, strikes);
    for (const [sha256, count] of strikes) if (count >= STRIKES) this.#retire(product, sha256);
  }

  #retire(product: string, sha256: string): void {
    const challenger = listActive(this.#log.db).find(
      (one) => one.product === product && one.alias === 'challenger' && one.sha256 === sha256,
    );
    if (challenger === undefined) return;
    try {
      const reason = `It gave no score in ${STRIKES} calls in a row: it failed, or took too long.`;
      appendEntries(this.#log, [{ entry: stateEntry('model-retired', SYSTEM, challenger, reason) }]);
    } catch (error) {
      // The decision stands; with the next one it is tried again.
      if (error instanceof Failed) return;
      throw error;
    }
    this.renew(product);
    this.#tellChange();
  }
}

/** What is in memory already need not be loaded again. */
async function knownModels(
  before: Promise<ReadyProduct> | undefined,
  loaded: readonly ClosableModel[],
): Promise<Map<string, ClosableModel>> {
  const known = new Map(loaded.map((model) => [model.artefact.sha256, model]));
  const [ready] = await Promise.allSettled([before]);
  if (ready.status !== 'fulfilled' || ready.value === undefined) return known;
  const { model, challengers } = ready.value;
  for (const one of [model, ...(await challengers)])
    if (one !== null && !known.has(one.artefact.sha256)) known.set(one.artefact.sha256, one);
  return known;
}
