/** Which product definition, model and policy are active, with their titles and what their age means. */
import { Failed } from '../contract/failure.ts';
import type { activeArtefact, OfficeStatus, ProductView } from '../contract/ipc.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { type Active, listActive } from '../db/active.ts';
import type { Reader } from '../db/handle.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';

export type ActiveArtefact = ReturnType<typeof activeArtefact.parse>;

const DAY_MS = 86_400_000;

/**
 * The products of a folder, by name, with their active model (the champion; none while it is suspended) and policy.
 * @param today YYYY-MM-DD
 * @throws Failed when a product definition cannot be read; a model or policy that cannot be read counts as not active
 */
export async function listProducts(reader: Reader, store: ArtefactStore, today: string): Promise<ProductView[]> {
  const active = listActive(reader);
  const views: ProductView[] = [];
  for (const activation of active.filter(({ kind }) => kind === 'product')) {
    const { definition } = await store.loadProduct(activation.sha256);
    const of = active.filter(({ product }) => product === activation.product);
    views.push({ definition, model: await modelOf(of, store, today), policy: await policyOf(of, store, today) });
  }
  return views;
}

/** The same without the form, for the status. */
export function briefly({ definition, model, policy }: ProductView): OfficeStatus['products'][number] {
  return { product: definition.product, title: definition.title, model, policy };
}

async function modelOf(active: readonly Active[], store: ArtefactStore, today: string): Promise<ActiveArtefact | null> {
  const activation = active.find(({ alias, suspendedBy }) => alias === 'champion' && suspendedBy === null);
  if (activation === undefined) return null;
  return await unlessGone(async () => withAge(activation, await store.loadManifest(activation.sha256), today));
}

async function policyOf(active: readonly Active[], store: ArtefactStore, today: string): Promise<ActiveArtefact | null> {
  const activation = active.find(({ kind }) => kind === 'policy');
  if (activation === undefined) return null;
  return await unlessGone(async () => withAge(activation, (await store.loadPolicy(activation.sha256)).policy, today));
}

async function unlessGone(read: () => Promise<ActiveArtefact>): Promise<ActiveArtefact | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

function withAge(
  { name, version, sha256, activatedAt }: Active,
  { title, expiresOn }: { title: ProductDefinition['title']; expiresOn: string },
  today: string,
): ActiveArtefact {
  const daysLeft = Math.round((Date.parse(expiresOn) - Date.parse(today)) / DAY_MS);
  return { name, version, sha256, title, activatedAt, expiresOn, daysLeft };
}
