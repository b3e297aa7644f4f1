/** Whether a release may stand in its place on this PC: what it is, what it fits, and whether it gives the numbers here that its maker said. */
import type { Artefact } from '../../contract/entry-base.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import { type Active, listActive } from '../../db/active.ts';
import { prepareFeatures } from '../../decision/features.ts';
import { preparePolicy } from '../../decision/policy/prepare.ts';
import type { LoadedPolicy, LoadedProduct } from '../../decision/ports.ts';
import { checkPackage } from '../../models/check-package.ts';
import type { OpenedPackage } from '../../models/open-package.ts';
import { parsePolicy, readBytes } from '../artefacts/parse-artefact.ts';
import type { Branch } from '../branch.ts';
import { CHECK_LIMITS } from '../check-limits.ts';
import { unknownProduct } from '../ready-product.ts';
import { todayOf } from '../today.ts';
import { compareVersions } from '../updates/compare-versions.ts';
import { type Offer, releaseRefused } from './offer.ts';
import { MOST_CHALLENGERS } from './shadow-limits.ts';

/**
 * Every file's hash, schema, static checks and golden rows, the graph being run in a disposable process (models/check-package.ts).
 * @throws Failed what is wrong with it
 */
export async function checkedModel(branch: Branch, file: string, offer: Offer): Promise<OpenedPackage> {
  const { definition } = await productOf(branch, offer.product);
  const { failure, opened } = await checkPackage(file, {
    prepareFeatures: (manifest) => prepareFeatures(manifest, definition),
    ...CHECK_LIMITS,
  });
  // Another package than the one that was offered is told as that, whatever else is wrong with it.
  if (opened !== null) requireOffered(opened.artefact, offer);
  if (failure !== null) throw new Failed(failure);
  if (opened === null) throw new Error('a package without a report');
  requireInTime(branch, opened.artefact, opened.manifest.expiresOn);
  return opened;
}

/** @throws Failed what is wrong with it */
export async function checkedPolicy(branch: Branch, file: string, offer: Offer): Promise<{ loaded: LoadedPolicy; bytes: Uint8Array }> {
  const product = await productOf(branch, offer.product);
  const bytes = readBytes(file);
  const loaded = await parsePolicy(bytes, file);
  requireOffered(loaded.artefact, offer);
  const { policy, artefact } = loaded;
  if (policy.product !== offer.product)
    throw new Failed(
      releaseRefused(
        'other-product',
        `The policy ${policy.name} was made for ${policy.product}, not for ${offer.product}.`,
        TELL_HEAD_OFFICE,
        artefact,
      ),
    );
  const errors = preparePolicy(loaded, product.definition).findings.filter(({ level }) => level === 'error');
  if (errors.length > 0)
    throw new Failed({
      kind: 'policy-malformed',
      happened: `The policy ${policy.name} ${policy.version} has ${errors.length} errors: ${errors[0]!.message}`,
      safe: 'It was not activated. What is active stays active, and deciding goes on.',
      next: 'Have it mended by its owner; `outpost policy check` lists every finding.',
      facts: { policy: policy.name, version: policy.version, errors: errors.length },
    });
  requireInTime(branch, artefact, policy.expiresOn);
  return { loaded, bytes };
}

const TELL_HEAD_OFFICE = 'Tell head office: the channel must be signed anew.';

async function productOf({ log, store }: Branch, name: string): Promise<LoadedProduct> {
  const definition = listActive(log.db).find(({ product, kind }) => product === name && kind === 'product');
  if (definition === undefined) throw unknownProduct(log.db, name);
  return await store.loadProduct(definition.sha256);
}

function requireOffered(found: Artefact, { artefact }: Offer): void {
  if (found.sha256 === artefact.sha256 && found.name === artefact.name && found.version === artefact.version) return;
  const happened = `What came is ${found.name} ${found.version} (${found.sha256}), and what was offered is ${artefact.name} ${artefact.version} (${artefact.sha256}).`;
  throw new Failed(releaseRefused('other-artefact', happened, TELL_HEAD_OFFICE, artefact));
}

function requireInTime(branch: Branch, artefact: Artefact, expiresOn: string): void {
  if (expiresOn >= todayOf(branch.clock)) return;
  const happened = `${artefact.name} ${artefact.version} expired after ${expiresOn}: with it every decision would be a refer.`;
  throw new Failed(releaseRefused('expired', happened, 'Ask head office for a newer one, and check the clock of this PC.', artefact));
}

/** What may not come to stand where `active` stands; null: it may. */
export function refusalOf(
  { alias, product, artefact, allowDowngrade, isInsteadOfWithdrawn }: Offer,
  active: readonly Active[],
): Failure | null {
  const here = active.filter((one) => one.product === product);
  if (alias === 'challenger') {
    const others = here.filter((one) => one.alias === 'challenger' && one.name !== artefact.name);
    if (others.length < MOST_CHALLENGERS) return null;
    const happened = `${product} has ${MOST_CHALLENGERS} challengers already, and each costs every decision its time.`;
    return releaseRefused('too-many-challengers', happened, 'Retire one of them first.', artefact);
  }
  const present = here.find((one) => (alias === 'policy' ? one.kind === 'policy' : one.alias === 'champion'));
  if (present === undefined || allowDowngrade || isInsteadOfWithdrawn === true) return null;
  // Versions of different names say nothing of each other; a release of another name is as new as its signed channel.
  if (present.name !== artefact.name || compareVersions(artefact.version, present.version) >= 0) return null;
  const happened = `${artefact.name} ${artefact.version} is a lower version than the active ${present.version}, and head office has not permitted to go back.`;
  return releaseRefused('downgrade', happened, 'Head office must permit it in the signed channel, or withdraw the active one.', artefact);
}
