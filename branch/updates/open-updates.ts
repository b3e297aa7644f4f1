/**
 * What a branch knows of the signed repository: the verified chain, what it offers to this branch, and the files that it vouches for. Nothing that
 * decides ever waits for anything here.
 */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Failure } from '../../contract/failure.ts';
import { makeDurableFolder } from '../../db/durable-folders.ts';
import { diskSpace } from '../log/disk-reserve.ts';
import { type AppOffer, findAppOffer } from './app-offer.ts';
import { type FoundTarget, findTarget } from './chain.ts';
import { type CacheOptions, ChainCache, type ChainState, type Refreshed } from './chain-cache.ts';
import { type ChannelKind, type ChannelOf, channelName, parseChannel, verifyChannel } from './channels.ts';
import { fetchTarget, type OnProgress } from './fetch-target.ts';
import { folderSource } from './folder-source.ts';
import { isTaken } from './in-turn.ts';
import { DISK_LEFT_BYTES, LINE_LIMITS, type LineLimits } from './limits.ts';
import { LinkError } from './link-error.ts';
import { findOffers, type Held, type Offers, type Refusal } from './offers.ts';
import type { Asking } from './rollout.ts';
import type { Source } from './source.ts';
import { failureOfUpdate, updateFailure } from './update-failures.ts';
import { type Fetch, webSource } from './web-source.ts';

export interface UpdatesOptions extends Omit<CacheOptions, 'folder'>, Asking {
  /** `<data folder>/updates`: everything that is written lies in it. */
  folder: string;
  /** URL (http, https) or folder of the repository; null: none is known, what is cached can be looked at. */
  repository: string | null;
  /** Of the desktop its own, which knows the system's proxy. */
  fetch: Fetch;
  limits?: Partial<LineLimits>;
}

const NEVER = new AbortController().signal;

/** @returns failure where the root of trust that came with the program is none: nothing can be verified then */
export function openUpdates(options: UpdatesOptions): Updates | { failure: Failure } {
  try {
    return new Updates(options, new ChainCache({ ...options, folder: join(options.folder, 'chain') }));
  } catch (error) {
    return { failure: failureOfUpdate(error, 'the root of trust of this program') };
  }
}

export class Updates {
  readonly #options: UpdatesOptions;
  readonly #cache: ChainCache;
  readonly #line: LineLimits;

  constructor(options: UpdatesOptions, cache: ChainCache) {
    this.#options = options;
    this.#cache = cache;
    this.#line = { ...LINE_LIMITS, ...options.limits };
  }

  get repository(): string | null {
    return this.#options.repository;
  }

  /** How old what is known is. No network, and an expired chain still tells. */
  chain(): ChainState {
    return this.#cache.state;
  }

  /** Asks the repository for what is new and verifies it. Nothing changes where it fails. @throws the signal's reason */
  async refresh(signal: AbortSignal = NEVER): Promise<Refreshed> {
    try {
      return await this.#cache.refresh(this.#source(), this.#line, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { failure: failureOfUpdate(error, 'the repository'), channels: {} };
    }
  }

  /**
   * What reaches this branch and it does not have, by the channels that were verified last.
   * @param held what has a place in the branch now
   */
  async offers(held: readonly Held[]): Promise<Offers> {
    const models = await this.#channel('models');
    const policy = await this.#channel('policy');
    const failed = [models, policy].filter((one): one is Refusal => one !== null && 'failure' in one);
    const chain = this.#cache.cached?.chain;
    if (chain === undefined) return { offers: [], refusals: failed, withdrawn: [] };
    const found = findOffers(chain, { models: channelIn(models), policy: channelIn(policy) }, this.#options, held);
    return { ...found, refusals: [...failed, ...found.refusals] };
  }

  /** @param current version that runs here. @returns null: nothing else reaches this PC */
  async app(current: string): Promise<AppOffer | Refusal | null> {
    const app = await this.#channel('app');
    const chain = this.#cache.cached?.chain;
    if (app === null || chain === undefined || 'failure' in app) return app === null || 'failure' in app ? app : null;
    return findAppOffer(chain, app.channel, this.#options, current);
  }

  /** Fetches what was offered, goes on where an earlier try stopped, and verifies it. @throws the signal's reason */
  async download(
    { target }: { target: string },
    onProgress: OnProgress = () => {},
    signal: AbortSignal = NEVER,
  ): Promise<{ file: string } | { failure: Failure }> {
    return await this.downloadTarget(target, onProgress, signal);
  }

  /** Any target that a role vouches for, by its name. @throws the signal's reason */
  async downloadTarget(
    name: string,
    onProgress: OnProgress = () => {},
    signal: AbortSignal = NEVER,
  ): Promise<{ file: string } | { failure: Failure }> {
    const { folder } = this.#options;
    try {
      const found = this.#vouchedFor(name);
      if ('kind' in found) return { failure: found };
      makeDurableFolder(folder);
      const full = noRoom(folder, found);
      if (full !== null) return { failure: full };
      return { file: await fetchTarget(folder, { source: this.#source(), found, line: this.#line, onProgress, signal }) };
    } catch (error) {
      signal.throwIfAborted();
      return { failure: failureOfUpdate(error, name) };
    }
  }

  /** Removes parts and verified files but those of these targets. */
  async removeOthers(names: readonly string[]): Promise<void> {
    const kept = new Set(names.map((name) => this.#find(name)?.sha256));
    for (const place of ['parts', 'verified']) {
      const folder = join(this.#options.folder, place);
      makeDurableFolder(folder);
      const others = readdirSync(folder).filter((one) => !kept.has(one.split('.')[0]) && !isTaken(join(folder, one)));
      for (const file of others) await rm(join(folder, file), { force: true });
    }
  }

  #source(): Source {
    const { repository, fetch } = this.#options;
    if (repository === null) throw new LinkError('unreachable', 'the repository', 'its address is not set');
    return isWebAddress(repository) ? webSource(repository, fetch) : folderSource(repository);
  }

  #find(name: string): FoundTarget | null {
    const chain = this.#cache.cached?.chain;
    return chain === undefined ? null : findTarget(chain, name);
  }

  #vouchedFor(name: string): FoundTarget | Failure {
    const chain = this.#cache.cached?.chain;
    if (chain === undefined) return updateFailure('incomplete', name);
    const found = findTarget(chain, name);
    if (found === null) return updateFailure('not-found', name);
    return this.#cache.isExpired(chain, found.source.signedBy.role) ? updateFailure('expired', found.source.signedBy.role) : found;
  }

  /** null: head office has none. */
  async #channel<K extends ChannelKind>(kind: K): Promise<{ channel: ChannelOf[K] } | Refusal | null> {
    const { cached } = this.#cache;
    const name = channelName(kind, this.#options.platform);
    if (cached === null || findTarget(cached.chain, name) === null) return null;
    try {
      const found = this.#vouchedFor(name);
      if ('kind' in found) return { target: name, failure: found };
      const bytes = cached.channel(name);
      if (bytes === null) return { target: name, failure: updateFailure('missing', name) };
      await verifyChannel(found, bytes);
      return { channel: await parseChannel(kind, bytes) };
    } catch (error) {
      return { target: name, failure: failureOfUpdate(error, name) };
    }
  }
}

export function isWebAddress(repository: string): boolean {
  return /^https?:\/\//i.test(repository);
}

function channelIn<C>(read: { channel: C } | Refusal | null): C | null {
  return read !== null && 'channel' in read ? read.channel : null;
}

/** Decisions need the disk more than updates do. */
function noRoom(folder: string, { name, target }: FoundTarget): Failure | null {
  const { freeBytes } = diskSpace(folder);
  if (freeBytes >= target.length + DISK_LEFT_BYTES) return null;
  return {
    kind: 'disk-full',
    happened: `There is not enough room on the disk to fetch ${name} (${target.length} bytes).`,
    safe: 'Nothing was fetched. What is active stays active, and deciding goes on.',
    next: 'Free space on this disk; the next check fetches it.',
    facts: { target: name, bytes: target.length, freeBytes },
  };
}
