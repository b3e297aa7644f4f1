/** `outpost repo channel`: what is current, for whom, from when. */
import type { AppChannel, ModelChannel, PolicyChannel, Rollout } from '../../contract/channel.ts';
import {
  type AppDetails,
  type Channel,
  changeRelease,
  EMPTY_APP,
  EMPTY_MODELS,
  EMPTY_POLICIES,
  releaseApp,
  releaseModel,
  releasePolicy,
  type Terms,
} from '../../headoffice/publish/edit-channel.ts';
import { DELEGATED, type DelegatedName, type TargetForm } from '../../headoffice/publish/form.ts';
import { checkChannels, readChannel } from '../../headoffice/publish/lint-channels.ts';
import { withLock } from '../../headoffice/publish/lock.ts';
import { openRepository } from '../../headoffice/publish/open-repository.ts';
import { currentOf, dropStaged, keepStaged, type Repository } from '../../headoffice/publish/repository.ts';
import { isChannelName } from '../../headoffice/publish/target-record.ts';
import { putChannel, roleOfTarget } from '../../headoffice/publish/targets.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printJson, say } from '../print.ts';
import { usage } from './usage.ts';

interface ChannelOptions {
  repo: string;
  challenger?: true;
  platform?: string;
  halt?: true;
  resume?: true;
  withdraw?: true;
  drop?: true;
  percentage?: string;
  branches?: string;
  tags?: string;
  activateFrom?: string;
  allowDowngrade?: true;
  notes?: string;
  notesEs?: string;
  earliestVersion?: string;
  blockMapSize?: string;
  json?: true;
}

const NOBODY: Terms = { rollout: { state: 'rolling', percentage: 0, branches: [], tags: [] }, activateFrom: null, allowDowngrade: false };

/** Shows every channel as it will be after the next publication. */
export async function runChannels({ repo }: ChannelOptions): Promise<ExitCode> {
  const repository = openRepository(repo);
  const channels = DELEGATED.flatMap((role) =>
    Object.entries(currentOf(repository, role).signed.targets)
      .filter(([name]) => isChannelName(name))
      .map(([name, form]) => [name, readChannel(repository, role, name, form)]),
  );
  printJson(Object.fromEntries(channels));
  return EXIT.done;
}

export async function runChannel(target: string, options: ChannelOptions): Promise<ExitCode> {
  return await withLock(options.repo, () => {
    const repository = openRepository(options.repo);
    const role = roleOfTarget(target);
    const form = currentOf(repository, role).signed.targets[target];
    if (form === undefined) throw usage(`There is no target ${target}.`, 'Add it first: outpost repo add.');
    const name = channelNameFor(role, options.platform);
    const before = channelBefore(repository, role, name);
    const blockmap = `${target}.blockmap`;
    const edited = edit(before, target, form, options, blockmap in currentOf(repository, role).signed.targets ? blockmap : null);
    putChecked(repository, role, name, edited);
    if (options.json) printJson(edited);
    say(`${name} is staged; have ${role} signed, then publish.`);
    return EXIT.done;
  });
}

/** Refused now rather than when the officers sit together to sign; what was staged before stays as it was. */
function putChecked(repository: Repository, role: DelegatedName, name: string, channel: Channel): void {
  const before = repository.staged.get(role);
  putChannel(repository, name, channel, { now: Date.now() });
  try {
    checkChannels(repository, role);
  } catch (error) {
    if (before === undefined) dropStaged(repository, role);
    else keepStaged(repository, role, before);
    throw error;
  }
}

function channelNameFor(role: DelegatedName, platform: string | undefined): string {
  if (role !== 'app') return `${role}/stable.json`;
  const name = `app/stable-${platform ?? ''}.json`;
  if (isChannelName(name)) return name;
  throw usage('It is not said for which platform the installer is.', 'Give --platform, such as win32-x64.');
}

function channelBefore(repository: Repository, role: DelegatedName, name: string): Channel {
  const form = currentOf(repository, role).signed.targets[name];
  if (form !== undefined) return readChannel(repository, role, name, form) as Channel;
  return { models: EMPTY_MODELS, policy: EMPTY_POLICIES, app: EMPTY_APP }[role];
}

function edit(channel: Channel, target: string, form: TargetForm, options: ChannelOptions, blockmap: string | null): Channel {
  const { halt, resume, withdraw, drop } = options;
  if ([halt, resume, withdraw, drop].filter((given) => given === true).length > 1)
    throw usage('More than one thing is to happen to the release.', 'Give one of --halt, --resume, --withdraw and --drop.');
  if (drop) return changeRelease(channel, target, () => null);
  if (isNamed(channel, target, options)) return changeRelease(channel, target, (terms) => newTerms(terms, options));
  if (halt || resume || withdraw) throw usage(`The channel does not name ${target}.`, 'Release it first.');
  const terms = newTerms(NOBODY, options);
  if (channel.format === 'outpost-app/1') return releaseApp(channel, target, form, appDetails(blockmap, options), terms);
  if (channel.format === 'outpost-policies/1') return releasePolicy(channel, target, form, terms);
  return releaseModel(channel, target, form, options.challenger ? 'challengers' : 'champion', terms);
}

/** Whether it stands where it is to be changed. A challenger that becomes champion is a release of its own, on top of the champions. */
function isNamed(channel: Channel, target: string, { challenger }: ChannelOptions): boolean {
  const named = (releases: readonly { file: string }[]) => releases.some(({ file }) => file === target);
  return (channel as AppChannel).releases !== undefined
    ? named((channel as AppChannel).releases)
    : Object.values((channel as ModelChannel | PolicyChannel).products).some((place) =>
        Array.isArray(place) ? named(place) : named(challenger ? place.challengers : place.champion),
      );
}

function newTerms(before: Terms, options: ChannelOptions): Terms {
  const { activateFrom, allowDowngrade } = options;
  return {
    rollout: newRollout(before.rollout, options),
    activateFrom: activateFrom === undefined ? before.activateFrom : activateFrom === 'now' ? null : momentFrom(activateFrom),
    allowDowngrade: allowDowngrade ?? before.allowDowngrade,
  };
}

function newRollout(before: Rollout, { halt, resume, withdraw, percentage, branches, tags }: ChannelOptions): Rollout {
  const state = halt ? 'halted' : withdraw ? 'withdrawn' : resume ? 'rolling' : before.state;
  return {
    state,
    percentage: percentage === undefined ? before.percentage : percentageFrom(percentage),
    branches: branches === undefined ? before.branches : listFrom(branches),
    tags: tags === undefined ? before.tags : listFrom(tags),
  };
}

function percentageFrom(given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && value >= 0 && value <= 100) return value;
  throw usage(`"${given}" is no percentage.`, 'Give a number from 0 to 100.');
}

function momentFrom(given: string): string {
  const at = Date.parse(given);
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(at)) return new Date(at).toISOString();
  throw usage(`"${given}" is no moment.`, 'Give one with its time zone, such as 2027-01-01T06:00:00Z or 2027-01-01T06:00:00+01:00.');
}

function listFrom(given: string): string[] {
  return given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function appDetails(blockmap: string | null, { notes, notesEs, earliestVersion, blockMapSize }: ChannelOptions): AppDetails {
  if (notes === undefined) throw usage('The installer has no notes.', 'Say what is new with --notes: people read it before they take it.');
  return {
    blockmap,
    blockMapSize: blockMapSize === undefined ? null : Number(blockMapSize),
    releasedOn: new Date().toISOString().slice(0, 10),
    notes: { en: notes, ...(notesEs === undefined ? {} : { es: notesEs }) },
    earliestVersion: earliestVersion ?? null,
  };
}
