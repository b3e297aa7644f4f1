/** One walk through TUF's client workflow (5.1 to 5.6) in a staging folder. An Updater of tuf-js is good for one. */
import type { Metadata, Root, Timestamp } from '@tufjs/models';
import { Updater } from 'tuf-js';
import type { Failure } from '../../contract/failure.ts';
import { METADATA_LIMITS } from './limits.ts';
import type { MetadataFetcher } from './metadata-fetcher.ts';
import type { ReferenceTime } from './reference-time.ts';
import { failureOfUpdate } from './update-failures.ts';

/** What of tuf-js's store is reached into, which it keeps private: the versions are pinned, and the attack tests fail should it change. */
interface TrustedSet {
  referenceTime: Date;
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp> | undefined;
  updateRoot(bytes: Buffer): Metadata<Root>;
  updateTimestamp(bytes: Buffer): unknown;
  updateSnapshot(bytes: Buffer, trusted?: boolean): unknown;
  updateDelegatedTargets(bytes: Buffer, role: string, delegator: string): void;
}

interface Watched {
  /** Roots that were accepted, by version. */
  roots: Map<number, Buffer>;
  /** The last thing that the store refused, as it was thrown, with its role; null: nothing since it last accepted something. */
  refused: { error: unknown; role: string } | null;
}

export interface Walk {
  roots: ReadonlyMap<number, Buffer>;
  /** Why nothing of the repository counts; null: the chain down to targets is verified and not expired. */
  failure: Failure | null;
  /** Roles that could not be had, with why. The others count. */
  roles: ReadonlyMap<string, Failure>;
}

/**
 * @param names one target of each delegated role that is wanted
 * @throws the signal's reason
 */
export async function walkChain(
  folder: string,
  base: string,
  fetcher: MetadataFetcher,
  time: ReferenceTime,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Walk> {
  const updater = new Updater({ metadataDir: folder, metadataBaseUrl: `${base}/metadata`, fetcher, config: METADATA_LIMITS });
  const watched = watch(updater, time);
  const roles = new Map<string, Failure>();
  const attempt = async (work: () => Promise<unknown>, about: string): Promise<Failure | null> => {
    try {
      await work();
      return null;
    } catch (error) {
      // tuf-js wraps whatever it meets, an abort too.
      signal.throwIfAborted();
      return failureOfUpdate(fetcher.failed ?? watched.refused?.error ?? error, watched.refused?.role ?? about);
    }
  };
  const failure = await attempt(async () => await updater.refresh(), 'the repository');
  if (failure === null)
    for (const name of names) {
      const refused = await attempt(async () => await updater.getTargetInfo(name), name);
      if (refused !== null) roles.set(name, refused);
    }
  return { roots: watched.roots, failure, roles };
}

/** The store's time follows what is verified, and its refusals are kept as they were thrown: tuf-js passes most on as text. */
function watch(updater: Updater, time: ReferenceTime): Watched {
  const { trustedSet: store } = updater as unknown as { trustedSet: TrustedSet };
  const watched: Watched = { roots: new Map(), refused: null };
  // Asked at every check of an expiry (TUF 5.3.10, 5.4.4, 5.5.6, 5.6.5), so that the word of a timestamp counts as soon as it is verified.
  Object.defineProperty(store, 'referenceTime', { get: () => new Date(time.at(store.root, store.timestamp ?? null)) });
  const watching =
    <Given extends [Buffer, ...unknown[]], Made>(work: (...given: Given) => Made, roleOf: (given: Given) => string) =>
    (...given: Given): Made => {
      try {
        const made = work.apply(store, given);
        watched.refused = null;
        return made;
      } catch (error) {
        watched.refused = { error, role: roleOf(given) };
        throw error;
      }
    };
  const updateRoot = watching(store.updateRoot, () => 'root');
  store.updateRoot = (bytes) => {
    const root = updateRoot(bytes);
    watched.roots.set(root.signed.version, bytes);
    return root;
  };
  store.updateTimestamp = watching(store.updateTimestamp, () => 'timestamp');
  store.updateSnapshot = watching(store.updateSnapshot, () => 'snapshot');
  store.updateDelegatedTargets = watching(store.updateDelegatedTargets, ([, role]) => role as string);
  return watched;
}
