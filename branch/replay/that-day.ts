/**
 * What an entry names, loaded again by its digests: products, models, policies and challengers as they were on that day. What is active today
 * plays no part. Nothing is taken from what the program keeps of earlier loads but the files themselves.
 */
import type { Artefact } from '../../contract/entry-base.ts';
import { Failed } from '../../contract/failure.ts';
import type { DecisionEntry } from '../../contract/log-entry.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { type Decider, prepareDecider } from '../../decision/decide.ts';
import type { LoadedProduct } from '../../decision/ports.ts';
import type { ClosableModel } from '../../models/closable-model.ts';
import { ArtefactStore } from '../artefacts/artefact-store.ts';

/** Why an artefact cannot be had or used. */
export interface Unusable {
  /** For a person: which artefact, and what is wrong with it. */
  cause: string;
  /** It is there and computes something else than its maker said: another version of the runtime may be why. */
  computesOtherwise: boolean;
}

export interface ThatDay {
  decider: Decider;
  /** As the files say, to be held against what the entry says. */
  artefacts: Record<'product' | 'model' | 'policy', Artefact | null>;
  /** Of the challengers that the entry names, those that were loaded. */
  challengers: ReadonlySet<string>;
  /** What is said of challengers that could not be: they touch no decision. */
  notes: string[];
}

type Kept<T> = T | { unusable: Unusable };

export class ArtefactsByDigest {
  readonly #store: ArtefactStore;
  readonly #days = new Map<string, Promise<Kept<ThatDay>>>();
  readonly #models = new Map<string, Promise<Kept<ClosableModel>>>();

  constructor(dataDir: string) {
    this.#store = new ArtefactStore(dataDir);
  }

  /** All that decides an entry; made once for all entries that name the same. */
  thatDay(entry: DecisionEntry): Promise<Kept<ThatDay>> {
    const key = keyOf(entry);
    let day = this.#days.get(key);
    if (day === undefined) {
      day = this.#prepare(entry);
      this.#days.set(key, day);
    }
    return day;
  }

  /** Gives the models' memory back. */
  async close(): Promise<void> {
    for (const model of await Promise.all(this.#models.values())) if (!('unusable' in model)) await model.close();
  }

  async #prepare({ product, model, policy, shadow }: DecisionEntry): Promise<Kept<ThatDay>> {
    const definition = await orUnusable('product', product, () => this.#store.loadProduct(product.sha256));
    if ('unusable' in definition) return definition;
    const champion = model === null ? null : await this.#model('model', model);
    if (champion !== null && 'unusable' in champion) return champion;
    const rules = policy === null ? null : await orUnusable('policy', policy, () => this.#store.loadPolicy(policy.sha256));
    if (rules !== null && 'unusable' in rules) return rules;
    const notes: string[] = [];
    const challengers: ClosableModel[] = [];
    for (const sha256 of Object.keys(shadow)) {
      const challenger = await this.#model('challenger', { name: '', version: '', sha256 });
      if ('unusable' in challenger) notes.push(`Its shadow score was not computed again. ${challenger.unusable.cause}`);
      else challengers.push(challenger);
    }
    const prepared = prepareDecider({ product: withoutIdentity(definition), model: champion, policy: rules, challengers });
    if ('failure' in prepared) return { unusable: { cause: prepared.failure.happened, computesOtherwise: false } };
    return {
      decider: prepared.decider,
      artefacts: { product: definition.artefact, model: champion?.artefact ?? null, policy: rules?.artefact ?? null },
      challengers: new Set(challengers.map(({ artefact }) => artefact.sha256)),
      notes,
    };
  }

  #model(what: string, named: Artefact): Promise<Kept<ClosableModel>> {
    let model = this.#models.get(named.sha256);
    if (model === undefined) {
      model = orUnusable(what, named, async () => {
        const opened = await this.#store.openModel(named.sha256);
        // Reading graphs takes a library of its own, which most starts do without.
        const { loadModel } = await import('../../models/load-model.ts');
        return await loadModel(opened);
      });
      this.#models.set(named.sha256, model);
    }
    return model;
  }
}

/** Entries of one key were decided by the same artefacts. */
export function keyOf({ product, model, policy, shadow }: DecisionEntry): string {
  return [product.sha256, model?.sha256, policy?.sha256, ...Object.keys(shadow).sort()].join(' ');
}

async function orUnusable<T>(what: string, { name, version, sha256 }: Artefact, load: () => Promise<T>): Promise<Kept<T>> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const { kind, happened } = error.failure;
    const named = [what, name, version].filter((word) => word !== '').join(' ');
    return {
      unusable: { cause: `The ${named} (${sha256}) cannot be used: ${happened}`, computesOtherwise: kind === 'model-check-failed' },
    };
  }
}

/** Who the applicant was plays no part in a decision, and the log has it sealed or erased: replay asks for none of it. */
function withoutIdentity({ artefact, definition }: LoadedProduct): LoadedProduct {
  const fields: ProductDefinition['fields'] = definition.fields.map((field) =>
    field.use === 'identifying' ? { ...field, whenMissing: 'allow' } : field,
  );
  return { artefact, definition: { ...definition, fields } };
}
