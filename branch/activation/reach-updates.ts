/** The signed repository as a running program reaches it: by the root of trust that ships with it, and the address that this branch keeps. */
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import type { Branch } from '../open-branch.ts';
import { openUpdates, type Updates } from '../updates/open-updates.ts';
import { activation } from '../updates/receiver.ts';
import { readTrustRoot, type TrustRoot } from '../updates/trust-root.ts';
import { checkForUpdates } from '../updates/update-branch.ts';
import { lastCheck, updatePlace } from '../updates/update-state.ts';
import type { Fetch } from '../updates/web-source.ts';
import type { UpdateAccess } from './update-state.ts';

export interface Reach {
  /** File or folder of the root of trust (branch/updates/trust-root.ts). */
  trustRoot: string;
  fetch: Fetch;
  /** Of the program that runs here. */
  version: string;
  /** `linux-x64`. */
  platform: string;
}

export interface Reached extends UpdateAccess {
  /**
   * What is known of the repository, for the program's own updates.
   * @param folder as for `check`
   * @throws Failed where nothing can be verified
   */
  updates(branch: Branch, folder: string | null): Updates;
}

export function reachUpdates({ trustRoot, fetch, version, platform }: Reach): Reached {
  let root: TrustRoot | undefined;
  /** The chain that was verified last is kept in memory, by the address that it came from. */
  const opened = new Map<string, Updates>();
  const open = (branch: Branch, folder: string | null): Updates => {
    const { repository: set, tags, bytesPerSecond } = updatePlace(branch.log.db);
    const repository = folder ?? set;
    const known = opened.get(repository ?? '');
    if (known !== undefined) return known;
    root ??= readTrustRoot(trustRoot);
    const { clock, log } = branch;
    const updates = openUpdates({
      folder: join(branch.dataDir, 'updates'),
      repository,
      fetch,
      limits: { bytesPerSecond },
      ...root,
      clock,
      platform,
      branch: log.branch,
      tags,
    });
    if ('failure' in updates) throw new Failed(updates.failure);
    // Another address has another chain in the same folder: what was read of it before is stale.
    opened.clear();
    opened.set(repository ?? '', updates);
    return updates;
  };
  return {
    updates: open,
    known(branch) {
      try {
        return open(branch, null);
      } catch (error) {
        // Told by a check; what stands in its place does not depend on it.
        if (error instanceof Failed) return null;
        throw error;
      }
    },
    check: async (branch, folder, onStep, signal) =>
      await checkForUpdates(branch, { updates: open(branch, folder), receiver: activation, current: version, onStep, signal }),
    app({ log }) {
      const offered = lastCheck(log.db)?.app ?? null;
      return { current: version, offered, state: offered === null ? 'none' : 'offered', failure: null };
    },
  };
}
