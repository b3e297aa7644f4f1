/** What of the verified channels reaches this branch and differs from what it has. Pure but for the digests of the rollout. */
import type { ModelRelease, PolicyRelease } from '../../contract/channel.ts';
import type { Artefact } from '../../contract/entry-base.ts';
import type { Failure } from '../../contract/failure.ts';
import type { ReleaseSource } from '../../contract/release-entries.ts';
import { type Chain, type FoundTarget, findTarget } from './chain.ts';
import type { ChannelOf } from './channels.ts';
import { compareVersions } from './compare-versions.ts';
import { MOST_MODEL_BYTES, MOST_POLICY_BYTES } from './limits.ts';
import { type Asking, chooseRelease } from './rollout.ts';
import { updateFailure } from './update-failures.ts';

export type Alias = 'champion' | 'challenger' | 'policy';

/** What has a place in this branch now. */
export interface Held {
  product: string;
  alias: Alias;
  artefact: Artefact;
}

/** A release for this branch that it does not have yet, vouched for by the chain. */
export interface Offer {
  product: string;
  kind: 'model' | 'policy';
  alias: Alias;
  artefact: Artefact;
  /** Name in the repository. */
  target: string;
  bytes: number;
  /** Not before this moment, RFC 3339; null: at once. */
  activateFrom: string | null;
  /** There is signed permission to go back to a lower version than the active one. */
  allowDowngrade: boolean;
  /** What this branch has in its place was withdrawn: this is what it goes back to. */
  isInsteadOfWithdrawn: boolean;
  source: ReleaseSource;
}

/** A release that reaches this branch and is not offered to it, with why. */
export interface Refusal {
  target: string;
  failure: Failure;
}

export interface Offers {
  offers: Offer[];
  refusals: Refusal[];
  /** What this branch has, was withdrawn, and has nothing named in its place. */
  withdrawn: Withdrawal[];
}

export interface Withdrawal extends Held {
  kind: 'model' | 'policy';
  /** Of the channel that says so. */
  source: ReleaseSource;
}

type Release = ModelRelease | PolicyRelease;

interface Place {
  product: string;
  alias: Alias;
  /** Name of the channel that names it. */
  channel: string;
  releases: readonly Release[];
}

/** @param channels those that could be read; what one that is missing would say stays as it is */
export function findOffers(
  chain: Chain,
  channels: { models: ChannelOf['models'] | null; policy: ChannelOf['policy'] | null },
  asking: Asking,
  held: readonly Held[],
): Offers {
  const found: Offers = { offers: [], refusals: [], withdrawn: [] };
  for (const place of placesOf(channels)) {
    const before = heldIn(place, held);
    const { release, goesBack } = chooseRelease(
      place.releases.map((one) => ({ ...one, id: idOf(place, one) })),
      asking,
      before === null ? null : idOf(place, before),
    );
    if (release === null) {
      const channel = findTarget(chain, place.channel);
      if (goesBack && before !== null && channel !== null) found.withdrawn.push({ ...before, kind: kindOf(place), source: channel.source });
    } else if (release.artefact.sha256 !== before?.artefact.sha256) {
      const offer = offerOf(chain, place, release, before, goesBack);
      if ('failure' in offer) found.refusals.push(offer);
      else found.offers.push(offer);
    }
  }
  return found;
}

/** Challengers of one name are releases of one place: each is scored beside the others. */
function placesOf({ models, policy }: Parameters<typeof findOffers>[1]): Place[] {
  const ofModels = Object.entries(models?.products ?? {}).flatMap(([product, { champion, challengers }]): Place[] => [
    { product, alias: 'champion', channel: 'models/stable.json', releases: champion },
    ...[...Map.groupBy(challengers, ({ artefact }) => artefact.name).values()].map(
      (releases): Place => ({ product, alias: 'challenger', channel: 'models/stable.json', releases }),
    ),
  ]);
  const ofPolicies = Object.entries(policy?.products ?? {}).map(
    ([product, releases]): Place => ({ product, alias: 'policy', channel: 'policy/stable.json', releases }),
  );
  return [...ofModels, ...ofPolicies];
}

const kindOf = ({ alias }: Pick<Place, 'alias'>): Offer['kind'] => (alias === 'policy' ? 'policy' : 'model');

function heldIn({ product, alias, releases }: Place, held: readonly Held[]): Held | null {
  const name = releases[0]?.artefact.name;
  const isIts = (one: Held) => one.product === product && one.alias === alias && (alias !== 'challenger' || one.artefact.name === name);
  return held.find(isIts) ?? null;
}

/** The digest is part of it: two files of one version are two releases. */
function idOf({ product, alias }: Pick<Place, 'product' | 'alias'>, { artefact }: Pick<Release, 'artefact'>): string {
  return `${alias} ${product} ${artefact.name} ${artefact.version} ${artefact.sha256}`;
}

function offerOf(chain: Chain, { product, alias }: Place, release: Release, before: Held | null, goesBack: boolean): Offer | Refusal {
  const { artefact, file: target, activateFrom } = release;
  const kind = kindOf({ alias });
  const refused = (failure: Failure): Refusal => ({ target, failure });
  const allowDowngrade = release.allowDowngrade || goesBack;
  // Versions of different names say nothing of each other.
  const isLower = before?.artefact.name === artefact.name && compareVersions(artefact.version, before.artefact.version) < 0;
  if (isLower && !allowDowngrade)
    return refused(updateFailure('downgrade', target, { offered: artefact.version, active: before.artefact.version }));
  const found = vouchedFor(
    chain,
    target,
    kind === 'policy' ? 'policy/' : 'models/',
    kind === 'policy' ? MOST_POLICY_BYTES : MOST_MODEL_BYTES,
  );
  if ('kind' in found) return refused(found);
  const { target: file, source } = found;
  return {
    product,
    kind,
    alias,
    artefact,
    target,
    bytes: file.length,
    activateFrom,
    allowDowngrade,
    isInsteadOfWithdrawn: goesBack,
    source,
  };
}

/** The target as the chain knows it, or why not: nobody who may sign it did (a policy key that signs a model), or it is too large. */
export function vouchedFor(chain: Chain, target: string, folder: string, most: number): FoundTarget | Failure {
  const found = target.startsWith(folder) ? findTarget(chain, target) : null;
  if (found === null) return updateFailure('not-found', target);
  return found.target.length > most ? updateFailure('too-large', target, { bytes: found.target.length, limit: most }) : found;
}
