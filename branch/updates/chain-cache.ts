/** The verified chain of this branch: checked again at a start without network and expiry, and renewed from a repository. */
import type { Failure } from '../../contract/failure.ts';
import { type Chain, expiryOf, type FoundTarget, findTarget, issuedOf, readChain, versionsOf } from './chain.ts';
import { type CachedChain, type History, keepRoots, readCached, readRoot, type Staging, stageChain } from './chain-folder.ts';
import { CHANNEL_KINDS, type ChannelKind, channelName, fetchChannel, verifyChannel } from './channels.ts';
import { inTurn } from './in-turn.ts';
import { type LineLimits, STALE_AFTER_MS } from './limits.ts';
import { MetadataFetcher } from './metadata-fetcher.ts';
import { ReferenceTime } from './reference-time.ts';
import { type Walk, walkChain } from './refresh-chain.ts';
import type { Source } from './source.ts';
import { failureOfUpdate, updateFailure } from './update-failures.ts';

export interface CacheOptions {
  /** `<data folder>/updates/chain`. */
  folder: string;
  embeddedRoot: Buffer;
  history: History | null;
  clock: { now(): number };
  /** Milliseconds since 1970. */
  buildDate: number;
  /** `linux-x64`: whose channel of the program is read. */
  platform: string;
}

/** How old what is known is. */
export interface ChainState {
  /** Versions of the verified metadata, by role; empty: none was ever verified here. */
  metadata: Record<string, number>;
  /** When the timestamp was signed, RFC 3339; null: it does not say. */
  issued: string | null;
  /** Earliest expiry of the chain, RFC 3339. */
  expires: string | null;
  /** Nothing new is accepted any more until somebody signs anew. */
  isExpired: boolean;
  /** Expired, or not renewed for longer than head office ever waits. */
  isStale: boolean;
}

export interface Refreshed {
  /** Why nothing of it counts; null: the chain is verified, and in use from now on. */
  failure: Failure | null;
  /** Channels that could not be had, with why; the others count. */
  channels: Partial<Record<ChannelKind, Failure>>;
}

export class ChainCache {
  readonly #options: CacheOptions;
  #cached: CachedChain | null;

  /** Verifies what is cached. @throws what tuf-js's models throw where the embedded root is none */
  constructor(options: CacheOptions) {
    this.#options = options;
    this.#cached = this.#read();
  }

  get cached(): CachedChain | null {
    return this.#cached;
  }

  get state(): ChainState {
    if (this.#cached === null) return { metadata: {}, issued: null, expires: null, isExpired: false, isStale: false };
    const { chain } = this.#cached;
    const now = this.#now();
    const issued = issuedOf(chain.timestamp);
    const expires = Math.min(...['targets', ...chain.delegated.keys()].map((role) => expiryOf(chain, role) ?? Number.POSITIVE_INFINITY));
    const isStale = now >= expires || (issued !== null && now - issued > STALE_AFTER_MS);
    return {
      metadata: versionsOf(chain),
      issued: issued === null ? null : new Date(issued).toISOString(),
      expires: new Date(expires).toISOString(),
      isExpired: now >= (expiryOf(chain, 'targets') ?? 0),
      isStale,
    };
  }

  /** Whether nothing that this role vouches for may be accepted any more. */
  isExpired(chain: Chain, role: string): boolean {
    return this.#now() >= (expiryOf(chain, role) ?? 0);
  }

  /** @throws the signal's reason */
  async refresh(source: Source, line: LineLimits, signal: AbortSignal): Promise<Refreshed> {
    // Two at once would clear each other's copies away.
    return await inTurn(this.#options.folder, async () => await this.#refresh(source, line, signal));
  }

  async #refresh(source: Source, line: LineLimits, signal: AbortSignal): Promise<Refreshed> {
    const { folder, embeddedRoot, history } = this.#options;
    signal.throwIfAborted();
    let staging: Staging | null = null;
    try {
      staging = await stageChain(folder, readRoot(folder, embeddedRoot), history);
      return await this.#renew(staging, source, line, signal);
    } catch (error) {
      signal.throwIfAborted();
      return { failure: failureOfUpdate(error, 'the repository'), channels: {} };
    } finally {
      await staging?.discard();
      this.#cached = this.#read();
    }
  }

  async #renew(staging: Staging, source: Source, line: LineLimits, signal: AbortSignal): Promise<Refreshed> {
    const { folder, embeddedRoot, platform } = this.#options;
    const time = this.#timeOf(staging.floor);
    const names = new Map(CHANNEL_KINDS.map((kind) => [kind, channelName(kind, platform)]));
    const fetcher = new MetadataFetcher(source, line, signal);
    const walk = await walkChain(staging.folder, source.url, fetcher, time, [...names.values()], signal);
    await keepRoots(folder, walk.roots);
    if (walk.failure !== null) return { failure: walk.failure, channels: {} };
    // Once more, by our own few lines and from the bytes that are kept: what is not verified here does not become a generation.
    const chain = readChain(readRoot(folder, embeddedRoot), staging.read);
    const now = time.at(chain.trusted.root, chain.timestamp);
    if (now >= (expiryOf(chain, 'targets') ?? 0)) return { failure: updateFailure('expired', 'the repository'), channels: {} };
    const channels = await this.#fetchChannels(staging, chain, names, walk, source, line, signal);
    await staging.accept(time.text(chain.trusted.root, chain.timestamp));
    return { failure: null, channels };
  }

  async #fetchChannels(
    staging: Staging,
    chain: Chain,
    names: ReadonlyMap<ChannelKind, string>,
    { roles }: Walk,
    source: Source,
    line: LineLimits,
    signal: AbortSignal,
  ): Promise<Refreshed['channels']> {
    const channels: Refreshed['channels'] = {};
    for (const [kind, name] of names) {
      const refused = roles.get(name);
      try {
        const found = refused === undefined ? findTarget(chain, name) : null;
        if (refused !== undefined) channels[kind] = refused;
        // What was fetched before need not be fetched again.
        else if (found !== null)
          await staging.keepChannel(name, (await this.#keptChannel(found)) ?? (await fetchChannel(source, found, line, signal)));
      } catch (error) {
        signal.throwIfAborted();
        channels[kind] = failureOfUpdate(error, name);
      }
    }
    return channels;
  }

  async #keptChannel(found: FoundTarget): Promise<Buffer | null> {
    const bytes = this.#cached?.channel(found.name) ?? null;
    if (bytes === null) return null;
    try {
      await verifyChannel(found, bytes);
      return bytes;
    } catch (error) {
      // Another version, or torn: it is fetched.
      if (error instanceof Error) return null;
      throw error;
    }
  }

  #read(): CachedChain | null {
    const { folder, embeddedRoot } = this.#options;
    return readCached(folder, readRoot(folder, embeddedRoot));
  }

  #timeOf(floor: string | null): ReferenceTime {
    const { clock, buildDate } = this.#options;
    return new ReferenceTime({ now: clock.now(), buildDate }, floor);
  }

  #now(): number {
    const { chain, floor } = this.#cached ?? { chain: null, floor: null };
    if (chain === null) return Math.max(this.#options.clock.now(), this.#options.buildDate);
    return this.#timeOf(floor).at(chain.trusted.root, chain.timestamp);
  }
}
