/** A product with everything that is active for it, loaded and compiled: ready to decide. */
import { Failed, type Failure } from '../contract/failure.ts';
import { type Activation, listActive } from '../db/activations.ts';
import type { Reader } from '../db/handle.ts';
import { type Decider, prepareDecider } from '../decision/decide.ts';
import type { LoadedPolicy, LoadedProduct } from '../decision/ports.ts';
import { type ClosableModel, loadModel } from '../models/load-model.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';

export interface ReadyProduct {
  product: LoadedProduct;
  model: ClosableModel | null;
  policy: LoadedPolicy | null;
  challengers: ClosableModel[];
  decider: Decider;
  /** What was active and could not be used on this PC: every decision is a refer, or a challenger is not scored. */
  unusable: Failure[];
}

/**
 * Loads what is active. A model or policy that cannot be used is left out and told in `unusable`: the decider then refers.
 * @throws Failed `product-unknown`, or the product definition's own failure
 */
export async function readyProduct(reader: Reader, store: ArtefactStore, name: string): Promise<ReadyProduct> {
  const active = listActive(reader).filter((activation) => activation.product === name);
  const definition = active.find(({ kind }) => kind === 'product');
  if (definition === undefined) throw unknownProduct(reader, name);
  const product = await store.loadProduct(definition.sha256);
  const unusable: Failure[] = [];
  const usable = async <T>(activation: Activation | undefined, load: (sha256: string) => Promise<T>): Promise<T | null> => {
    if (activation === undefined) return null;
    try {
      return await load(activation.sha256);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      unusable.push(error.failure);
      return null;
    }
  };
  const model = (sha256: string) => store.openModel(sha256).then(loadModel);
  const champion = await usable(
    active.find(({ alias }) => alias === 'champion'),
    model,
  );
  const policy = await usable(
    active.find(({ kind }) => kind === 'policy'),
    (sha256) => store.loadPolicy(sha256),
  );
  const challenger = await usable(
    active.find(({ alias }) => alias === 'challenger'),
    model,
  );
  const challengers = challenger === null ? [] : [challenger];
  return { ...prepare(product, champion, policy, challengers, unusable), unusable };
}

type Loaded = Omit<ReadyProduct, 'unusable'>;

/** Model and policy that do not fit the product are left out one after the other, so that what remains can refer. */
function prepare(
  product: LoadedProduct,
  model: ClosableModel | null,
  policy: LoadedPolicy | null,
  challengers: ClosableModel[],
  unusable: Failure[],
): Loaded {
  const prepared = prepareDecider({ product, model, policy, challengers });
  if (!('failure' in prepared)) return { product, model, policy, challengers, decider: prepared.decider };
  unusable.push(prepared.failure);
  if (prepared.failure.kind === 'policy-malformed') return prepare(product, model, null, challengers, unusable);
  return prepare(product, null, policy, challengers, unusable);
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
