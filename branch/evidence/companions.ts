/** What a bundle holds because of the entries in it: the artefacts that decisions name, and keys where personal data is exported. */
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import type { StoredEntry } from '../../db/log-entries.ts';
import { getSealKey } from '../../db/subject-keys.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';
import type { ArtefactStore, FileKind } from '../artefacts/artefact-store.ts';
import type { BundledFile } from './bundled-file.ts';

type Named = { sha256: string } | null;
/** Of an entry, what matters here; it may be any entry, and one that is not as it should be. */
interface Mentions {
  product?: Named;
  model?: Named;
  policy?: Named;
  pii?: { kid: string } | null;
  note?: { kid: string } | null;
}

export class Companions {
  readonly #db: Reader;
  readonly #personal: boolean;
  readonly #files: Record<FileKind, Set<string>> = { policies: new Set(), products: new Set() };
  readonly #models = new Set<string>();
  readonly #opened: number[] = [];

  constructor(db: Reader, personal: boolean) {
    this.#db = db;
    this.#personal = personal;
  }

  /**
   * Takes note of what an entry names.
   * @returns the key of what it has sealed, where that is exported and not erased
   */
  see({ seq, type, bytes }: StoredEntry): BundledFile | null {
    // What is not canonical is exported all the same: the bundle's reader names it.
    const { product, model, policy, pii, note } = (parseCanonical(bytes)?.value ?? {}) as Mentions;
    if (type === 'decision') {
      if (product) this.#files.products.add(product.sha256);
      if (policy) this.#files.policies.add(policy.sha256);
      if (model) this.#models.add(model.sha256);
    }
    const sealed = type === 'decision' ? pii : type === 'review' ? note : null;
    const key = this.#personal && sealed ? getSealKey(this.#db, seq) : null;
    if (key === null || !sealed) return null;
    this.#opened.push(seq);
    return { path: `identities/${seq}.json`, bytes: canonicalise({ kid: sealed.kid, key: key.toString('base64') }) };
  }

  /** @throws Failed `already-erased` where somebody was erased whose key was written into the bundle meanwhile */
  requireNobodyErased(): void {
    const seq = this.#opened.find((one) => getSealKey(this.#db, one) === null);
    if (seq === undefined) return;
    throw new Failed({
      kind: 'already-erased',
      happened: `The subject of entry ${seq} was erased while the bundle was written.`,
      safe: 'The bundle was not kept, and nothing of it was taken away.',
      next: 'Export again.',
      facts: { seq },
    });
  }

  /** @throws Failed for an artefact that is missing or was changed: a bundle without it would prove nothing of the decisions that name it */
  async *artefacts(store: ArtefactStore): AsyncGenerator<BundledFile, void, void> {
    for (const kind of ['policies', 'products'] as const)
      for (const sha256 of this.#files[kind]) yield { path: `artefacts/${kind}/${sha256}.json`, bytes: store.readFile(kind, sha256) };
    for (const sha256 of this.#models) {
      const { files } = await store.openModel(sha256);
      for (const [path, bytes] of files) yield { path: `artefacts/models/${sha256}/${path}`, bytes };
    }
  }
}
