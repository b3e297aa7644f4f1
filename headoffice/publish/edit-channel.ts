/** Changes to what is current, as values: each gives a new channel. A release is always taken from the target itself, so that the two cannot differ. */
import type { AppChannel, AppRelease, ModelChannel, ModelRelease, PolicyChannel, Rollout } from '../../contract/channel.ts';
import type { TargetForm } from './form.ts';
import { unsafe } from './refuse.ts';
import { appVersionOf, artefactOf, productOf } from './target-record.ts';

export type Channel = ModelChannel | PolicyChannel | AppChannel;
/** The part of a release that is decided anew for every channel. */
export interface Terms {
  readonly rollout: Rollout;
  readonly activateFrom: string | null;
  readonly allowDowngrade: boolean;
}
export type AppDetails = Pick<AppRelease, 'blockmap' | 'blockMapSize' | 'releasedOn' | 'notes' | 'earliestVersion'>;

/** As many as the schema takes. */
const MOST_RELEASES = 20;

export const EMPTY_MODELS: ModelChannel = { format: 'outpost-models/1', products: {} };
export const EMPTY_POLICIES: PolicyChannel = { format: 'outpost-policies/1', products: {} };
export const EMPTY_APP: AppChannel = { format: 'outpost-app/1', releases: [] };

/** Puts a model on top of its product's champions, or among its challengers. @throws Failed `repository-unsafe` when the target is no model */
export function releaseModel(
  channel: ModelChannel,
  file: string,
  target: TargetForm,
  as: 'champion' | 'challengers',
  terms: Terms,
): ModelChannel {
  const { product, release } = ofArtefact(file, target, terms);
  const place = channel.products[product] ?? { champion: [], challengers: [] };
  return { ...channel, products: { ...channel.products, [product]: { ...place, [as]: onTop(place[as], release) } } };
}

/** Puts a policy on top of its product's. @throws Failed `repository-unsafe` when the target is no policy */
export function releasePolicy(channel: PolicyChannel, file: string, target: TargetForm, terms: Terms): PolicyChannel {
  const { product, release } = ofArtefact(file, target, terms);
  return { ...channel, products: { ...channel.products, [product]: onTop(channel.products[product] ?? [], release) } };
}

/** @throws Failed `repository-unsafe` when the target is no installer */
export function releaseApp(channel: AppChannel, file: string, target: TargetForm, details: AppDetails, terms: Terms): AppChannel {
  const version = appVersionOf(target);
  if (version === null) throw notThat(file, 'an installer');
  return { ...channel, releases: onTop(channel.releases, { ...terms, ...details, version, file }) };
}

/**
 * Changes the terms of a release wherever the channel names its file, or takes it out.
 * @param change gives the new terms; null takes the release out of its list
 * @throws Failed `repository-unsafe` when the channel does not name it
 */
export function changeRelease<C extends Channel>(channel: C, file: string, change: (terms: Terms) => Partial<Terms> | null): C {
  let found = false;
  const changed = <R extends Terms & { file: string }>(releases: readonly R[]): R[] =>
    releases.flatMap((release) => {
      if (release.file !== file) return [release];
      found = true;
      const terms = change(release);
      return terms === null ? [] : [{ ...release, ...terms }];
    });
  const answer = everyList(channel, changed);
  if (!found) throw unsafe(`The channel does not name ${file}.`, 'Release it first, or correct its name.', { target: file });
  return answer;
}

type Lists = <R extends Terms & { file: string }>(releases: readonly R[]) => R[];

function everyList<C extends Channel>(channel: C, changed: Lists): C {
  if (channel.format === 'outpost-app/1') return { ...channel, releases: changed(channel.releases) };
  if (channel.format === 'outpost-policies/1') return { ...channel, products: mapped(channel.products, (releases) => changed(releases)) };
  const products = mapped(channel.products, ({ champion, challengers }) => ({
    champion: changed(champion),
    challengers: changed(challengers),
  }));
  return { ...channel, products };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** The newest of a full list pushes the oldest out, which no branch should be near any more. */
function onTop<R extends { file: string }>(releases: readonly R[], release: R): R[] {
  return [release, ...releases.filter(({ file }) => file !== release.file)].slice(0, MOST_RELEASES);
}

function ofArtefact(file: string, target: TargetForm, terms: Terms): { product: string; release: ModelRelease } {
  const product = productOf(target);
  const artefact = artefactOf(target);
  if (product === null || artefact === null) throw notThat(file, 'a model or policy');
  return { product, release: { ...terms, artefact, file } };
}

function notThat(file: string, what: string) {
  return unsafe(`The target ${file} was not added as ${what}.`, 'Add it again with outpost repo add.', { target: file });
}
