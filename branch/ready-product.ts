/** A product with everything that is active for it, loaded and compiled: ready to decide. */
import { Failed, type Failure } from '../contract/failure.ts';
import { type Active, listActive } from '../db/active.ts';
import type { Reader, Writer } from '../db/handle.ts';
import { type Decider, prepareDecider } from '../decision/decide.ts';
import type { LoadedPolicy, LoadedProduct } from '../decision/ports.ts';
import type { ClosableModel } from '../models/closable-model.ts';
import { shadowLimits } from './activation/shadow-limits.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';
import type { PassedChecks } from './artefacts/passed-checks.ts';
import { loadKeptModel } from './load-kept-model.ts';

export interface ReadyProduct {
  product: LoadedProduct;
  model: ClosableModel | null;
  /** Why the active model is not that one; null: it is, or none is active, or it is suspended. */
  modelFailure: Failure | null;
  policy: LoadedPolicy | null;
  /** Loaded after the rest is ready: they touch no decision, but each waits for them, so that no shadow score is missing. */
  challengers: Promise<ClosableModel[]>;
  decider: Decider;
}

/**
 * Loads what is active. A model or policy that cannot be used is left out and told: the decider then refers.
 * @param tell called with what was active and cannot be used on this PC, before anything is decided without it
 * @param loaded models that are in memory already, by digest
 * @throws Failed `product-unknown`, or the product definition's own failure
 */
export async function readyProduct(
  writer: Writer,
  store: ArtefactStore,
  name: string,
  tell: (unusable: Failure[]) => void,
  loaded: ReadonlyMap<string, ClosableModel> = new Map(),
): Promise<ReadyProduct> {
  const active = listActive(writer).filter((activation) => activation.product === name);
  const definition = active.find(({ kind }) => kind === 'product');
  if (definition === undefined) throw unknownProduct(writer, name);
  const model = async (sha256: string) => loaded.get(sha256) ?? (await loadKeptModel(writer, await store.openModel(sha256)));
  const [product, champion, policy] = await Promise.all([
    store.loadProduct(definition.sha256),
    usable(
      active.find(({ alias, suspendedBy }) => alias === 'champion' && suspendedBy === null),
      model,
    ),
    usable(
      active.find(({ kind }) => kind === 'policy'),
      (sha256) => store.loadPolicy(sha256),
    ),
  ]);
  const unusable = [...champion.failures, ...policy.failures];
  const challengers = nextTurn()
    .then(async () => {
      const found: Usable<ClosableModel>[] = [];
      for (const challenger of active.filter(({ alias }) => alias === 'challenger'))
        found.push(await usable(challenger, model, brokenChallenger));
      tell(found.flatMap(({ failures }) => failures));
      return found.flatMap(({ value }) => value ?? []);
    })
    .catch((error: unknown) => {
      // Not even its failure could be stored (a full disk, say). Decisions go on, without its shadow score.
      sayBroken(`a challenger of ${name}`, error);
      return [];
    });
  const parts = { product, model: champion.value, modelFailure: champion.failures[0] ?? null, policy: policy.value, challengers };
  const ready = prepare(parts, store.passed, unusable);
  tell(unusable);
  // What fails here fails again at the first decision, which is then a refer and says so.
  challengers.then(() => ready.decider.prepareExplaining()).catch((error: unknown) => sayBroken(`the explanation of ${name}`, error));
  return ready;
}

/** A challenger touches no decision: whatever is wrong with it, expected or not, is a failure of its own. */
function brokenChallenger(error: unknown): Failure {
  return {
    kind: 'model-check-failed',
    happened: `The challenger could not be loaded (${nameOf(error)}).`,
    safe: 'Decisions go on with the champion; they have no shadow score.',
    next: 'Replace the challenger’s package, or report this to the makers of Outpost.',
    facts: { error: nameOf(error) },
  };
}

/** The error's text may hold a row's values: its name is all that is told. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

function sayBroken(what: string, error: unknown): void {
  process.stderr.write(`outpost: ${what} cannot be prepared (${nameOf(error)})\n`);
}

interface Usable<T> {
  value: T | null;
  failures: Failure[];
}

/** @param broken makes a failure of an error that is none; without it such an error is thrown on, as the bug that it is */
async function usable<T>(
  activation: Active | undefined,
  load: (sha256: string) => Promise<T>,
  broken?: (error: unknown) => Failure,
): Promise<Usable<T>> {
  if (activation === undefined) return { value: null, failures: [] };
  try {
    return { value: await load(activation.sha256), failures: [] };
  } catch (error) {
    if (error instanceof Failed) return { value: null, failures: [error.failure] };
    if (broken === undefined) throw error;
    return { value: null, failures: [broken(error)] };
  }
}

/** Lets everything that waits for the champion go first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Model and policy that do not fit the product are left out one after the other, so that what remains can refer. */
function prepare(parts: Omit<ReadyProduct, 'decider'>, passed: PassedChecks, unusable: Failure[]): ReadyProduct {
  const { policy, product } = parts;
  const inspected = policy === null ? null : `policy:${policy.artefact.sha256}:${product.artefact.sha256}`;
  const prepared = prepareDecider({ ...parts, isPolicySound: inspected !== null && passed.has(inspected), shadowLimits });
  if (!('failure' in prepared)) {
    if (inspected !== null) passed.add(inspected);
    return { ...parts, decider: prepared.decider };
  }
  unusable.push(prepared.failure);
  const { failure } = prepared;
  return prepare(
    failure.kind === 'policy-malformed' ? { ...parts, policy: null } : { ...parts, model: null, modelFailure: failure },
    passed,
    unusable,
  );
}

export function unknownProduct(reader: Reader, name: string): Failed {
  const known = [...new Set(listActive(reader).map(({ product }) => product))];
  return new Failed({
    kind: 'product-unknown',
    happened: `There is no product ${name} in this data folder.`,
    safe: 'Nothing was decided.',
    next: `Products here: ${known.join(', ')}.`,
    facts: { product: name },
  });
}
