/** What head office says in a branch's file beside its name: kept, so that a replacement PC gets the same. */
import type { BranchFile } from '../../contract/branch-file.ts';

export type BranchSettings = Pick<BranchFile, 'updates' | 'settings' | 'people'> & {
  url: string | null;
  /** Beside head office's own. */
  witnesses: BranchFile['witnesses'];
  /** null: 1. */
  quorum: number | null;
};

export const PLAIN_SETTINGS: BranchSettings = {
  url: null,
  witnesses: [],
  quorum: null,
  updates: { repository: null, tags: [] },
  settings: { bytesPerSecond: null, metered: 'send' },
  people: [],
};
