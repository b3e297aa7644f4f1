/** The updates of one branch, as its settings say: where they come from, who it is in rollouts, where they are kept. */
import { join, resolve } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { getSetting } from '../../db/settings.ts';
import { isWebAddress, openUpdates, type Updates, type UpdatesOptions } from './open-updates.ts';
import type { TrustRoot } from './trust-root.ts';
import { updatePlace } from './update-state.ts';

export interface BranchUpdatesOptions extends Pick<UpdatesOptions, 'fetch' | 'limits' | 'clock'> {
  trust: TrustRoot;
  /** URL or folder in the place of the one that is set. */
  from?: string | undefined;
}

/** @throws Failed `usage` for an address that is none, `update-malformed` where the root of trust is none */
export function openBranchUpdates({ dataDir, db }: { dataDir: string; db: Reader }, options: BranchUpdatesOptions): Updates {
  const { trust, from, ...rest } = options;
  const { repository, tags, bytesPerSecond } = updatePlace(db);
  const updates = openUpdates({
    limits: { bytesPerSecond },
    ...rest,
    ...trust,
    folder: join(dataDir, 'updates'),
    repository: from === undefined ? repository : addressOf(from),
    branch: getSetting(db, 'branch.id') ?? '',
    tags,
    platform: `${process.platform}-${process.arch}`,
  });
  if ('failure' in updates) throw new Failed(updates.failure);
  return updates;
}

/** A web address as it stands, or the whole path of a folder. @throws Failed `usage` */
export function addressOf(from: string): string {
  if (!isWebAddress(from)) return resolve(from);
  const { username, password, search, hash } = URL.parse(from) ?? { username: '-', password: '', search: '', hash: '' };
  if ([username, password, search, hash].every((part) => part === '')) return from.replace(/\/+$/, '');
  throw new Failed({
    kind: 'usage',
    happened: `${from} is no address of a repository: it is not a plain URL.`,
    safe: 'Nothing was fetched.',
    next: 'Give http(s)://host/path without name, password or question mark, or a folder.',
    facts: {},
  });
}
