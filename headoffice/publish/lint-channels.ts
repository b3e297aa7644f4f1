/** Channels decide what every branch runs: what they name must be there, be what they say it is, and not go back unless that was meant. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type AppRelease, appChannel, MOST_CHANNEL_BYTES, type ModelRelease, modelChannel, policyChannel } from '../../contract/channel.ts';
import type { Artefact } from '../../contract/entry-base.ts';
import { compareVersions } from './compare-versions.ts';
import type { DelegatedName, TargetForm } from './form.ts';
import { stagedTargetFile, targetFile } from './places.ts';
import { malformed, unfinished, unsafe } from './refuse.ts';
import { currentOf, publishedOf, type Repository } from './repository.ts';
import { appVersionOf, artefactOf, isChannelName, productOf } from './target-record.ts';

type Targets = Readonly<Record<string, TargetForm>>;
/** A release of one place, in the one shape that all three channels share here. `product` is null for the app. */
interface Placed {
  readonly product: string | null;
  readonly file: string;
  readonly artefact: Artefact;
  readonly allowDowngrade: boolean;
}
/** Releases of one place, newest first, by the place's name. Of challengers only what they name is checked: none of them decides. */
type Places = ReadonlyMap<string, readonly Placed[]>;

const FORMS = { models: modelChannel, policy: policyChannel, app: appChannel } as const;

/** @throws Failed `repository-unsafe`, `file-malformed`, or `repository-unfinished` when a channel's file is not at hand */
export function checkChannels(repository: Repository, role: DelegatedName): void {
  const { targets } = currentOf(repository, role).signed;
  for (const [name, form] of Object.entries(targets)) {
    if (!isChannelName(name)) continue;
    const before = publishedOf(repository, role)?.signed.targets[name];
    const places = placesOf(role, readChannel(repository, role, name, form), targets, name);
    for (const [place, releases] of places) {
      for (const release of releases) checkNamed(name, release, targets);
      if (!place.endsWith('challengers')) checkOrder(name, place, releases);
    }
    if (before !== undefined && before.hashes.sha256 !== form.hashes.sha256)
      checkNoStepBack(name, places, placesOf(role, readChannel(repository, role, name, before), targets, name));
  }
}

/** Reads and checks a channel as it is signed: the bytes of exactly this hash. */
export function readChannel(repository: Repository, role: DelegatedName, name: string, { hashes, length }: TargetForm): unknown {
  const { folder } = repository;
  const file = [stagedTargetFile(folder, name, hashes.sha256), targetFile(folder, name, hashes.sha256)].find((place) => existsSync(place));
  if (file === undefined)
    throw unfinished(
      `The file of the channel ${name} is not here, and nobody should sign what they cannot see.`,
      'Bring the whole working folder, staged/targets too.',
      { target: name },
    );
  if (length > MOST_CHANNEL_BYTES)
    throw unsafe(`The channel ${name} is larger than a branch reads.`, `Keep it below ${MOST_CHANNEL_BYTES} bytes.`, { target: name });
  const bytes = readFileSync(file);
  // What an officer is shown must be what is signed: the metadata names a hash, and the file may have been changed beside it.
  if (createHash('sha256').update(bytes).digest('hex') !== hashes.sha256)
    throw unsafe(`The file of the channel ${name} is not the one that was added.`, 'Edit it again with outpost repo channel.', {
      target: name,
    });
  return parsed(role, name, bytes.toString('utf8'));
}

function parsed(role: DelegatedName, name: string, text: string): unknown {
  const next = 'Edit it with outpost repo channel.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw malformed(`The channel ${name} is no JSON (${(error as Error).message}).`, next, { target: name });
  }
  const checked = FORMS[role].safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw malformed(`The channel ${name} is malformed at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`, next, { target: name });
}

function placesOf(role: DelegatedName, channel: unknown, targets: Targets, name: string): Places {
  const places = new Map<string, Placed[]>();
  const put = (place: string, product: string, releases: readonly ModelRelease[]) =>
    places.set(
      place,
      releases.map(({ file, artefact, allowDowngrade }) => ({ product, file, artefact, allowDowngrade })),
    );
  if (role === 'models')
    for (const [product, { champion, challengers }] of Object.entries(modelChannel.parse(channel).products)) {
      put(`${product} champion`, product, champion);
      put(`${product} challengers`, product, challengers);
    }
  if (role === 'policy')
    for (const [product, releases] of Object.entries(policyChannel.parse(channel).products)) put(`${product} policy`, product, releases);
  if (role === 'app')
    places.set(
      'app',
      appChannel.parse(channel).releases.map((release) => appPlaced(release, targets, name)),
    );
  return places;
}

function appPlaced({ version, file, blockmap, allowDowngrade }: AppRelease, targets: Targets, name: string): Placed {
  if (blockmap !== null && targets[blockmap] === undefined) throw absent(name, blockmap);
  // An installer is pinned by its own hash; two of one version must be one file.
  return { product: null, file, artefact: { name: 'app', version, sha256: targets[file]?.hashes.sha256 ?? '' }, allowDowngrade };
}

function absent(channel: string, target: string) {
  return unsafe(`The channel ${channel} names ${target}, which is not among the targets.`, `Add ${target} first, or correct the channel.`, {
    target: channel,
    names: target,
  });
}

function checkNamed(channel: string, { product, file, artefact }: Placed, targets: Targets): void {
  const target = targets[file];
  if (target === undefined) throw absent(channel, file);
  const isSame =
    product === null
      ? appVersionOf(target) === artefact.version
      : JSON.stringify(ordered(artefactOf(target))) === JSON.stringify(ordered(artefact)) && productOf(target) === product;
  if (!isSame)
    throw unsafe(
      `The channel ${channel} says that ${file} is ${artefact.name} ${artefact.version}${product === null ? '' : ` for ${product}`}, and it is not.`,
      'Edit the channel with outpost repo channel, which takes the release from the target itself.',
      { target: channel, names: file },
    );
}

function ordered(artefact: Artefact | null) {
  return artefact === null ? null : [artefact.name, artefact.version, artefact.sha256];
}

/** Newest first: whoever a release does not reach takes the next one, which must not be a newer one by accident. */
function checkOrder(channel: string, place: string, releases: readonly Placed[]): void {
  for (const [at, release] of releases.entries()) {
    for (const older of releases.slice(at + 1)) checkStep(channel, place, older, release);
  }
}

function checkNoStepBack(channel: string, now: Places, before: Places): void {
  for (const [place, releases] of now) {
    const [first] = releases;
    const [firstBefore] = before.get(place) ?? [];
    if (first !== undefined && firstBefore !== undefined && !place.endsWith('challengers')) checkStep(channel, place, firstBefore, first);
  }
}

function checkStep(channel: string, place: string, from: Placed, to: Placed): void {
  if (from.artefact.name !== to.artefact.name) return;
  const step = compareVersions(to.artefact.version, from.artefact.version);
  if (step < 0 && !to.allowDowngrade)
    throw unsafe(
      `In ${channel}, ${place} would go back from ${from.artefact.version} to ${to.artefact.version} without permission.`,
      'If that is meant, give --allow-downgrade. To take a bad release back, withdraw it.',
      { target: channel, from: from.artefact.version, to: to.artefact.version },
    );
  if (step === 0 && to.artefact.sha256 !== from.artefact.sha256)
    throw unsafe(
      `In ${channel}, ${place} has two different files that both call themselves ${to.artefact.version}.`,
      'Give the changed one a version of its own.',
      { target: channel, to: to.artefact.version },
    );
}
