/** As much of an open branch as sync needs: its log, without any product. */
import { ArtefactStore } from '../../branch/artefacts/artefact-store.ts';
import type { Branch } from '../../branch/branch.ts';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';

export function asBranch(log: BranchLog, openReader: () => Reader): Branch {
  const listeners = new Set<() => void>();
  return {
    dataDir: log.directory,
    actor: 'system',
    role: 'system',
    clock: log.clock,
    log,
    store: new ArtefactStore(log.directory),
    keyProtection: 'none',
    hasKeyStore: false,
    requireAtWork: () => {},
    openReader,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellChange: () => {
      for (const listener of listeners) listener();
    },
    close: async () => closeDatabase(log.db),
  } as unknown as Branch;
}
