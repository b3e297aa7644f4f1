/** Restoring from within: a branch that nobody has an account in yet makes way for a backup of another. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Failed, type Failure } from '../../contract/failure.ts';
import { syncFolder } from '../../db/durable-folders.ts';
import type { Protection } from '../keys/key-file.ts';
import type { Branch } from '../open-branch.ts';
import { hasAccounts } from '../people/accounts.ts';
import { openBackup } from './read-backup.ts';
import { building, type Restored } from './restore.ts';
import { BUILT, READY } from './take-place.ts';

/**
 * Builds what is restored inside the data folder. It takes the place of this branch when the folder is opened next (`takePlace`), so the caller closes
 * the branch and opens it again.
 * @param protection of the restored folder's key
 * @throws Failed `not-allowed` as soon as there is an account, and as `restoreBackup`
 */
export async function restoreOwn(
  branch: Branch,
  { file, recoveryKey }: { file: string; recoveryKey: string },
  protection: Protection,
): Promise<Restored> {
  requireNobody(branch);
  const { dataDir, clock } = branch;
  if (existsSync(join(dataDir, READY))) throw new Failed(restoredAlready());
  const opened = await openBackup(file, recoveryKey);
  const built = join(dataDir, BUILT);
  return await building(opened, built, { file, recoveryKey, erased: [], protection, clock }, async (restored) => {
    // It took a while, and the first account may have been made meanwhile.
    requireNobody(branch);
    await rename(built, join(dataDir, READY));
    syncFolder(dataDir);
    return restored;
  });
}

function requireNobody({ log }: Branch): void {
  if (!hasAccounts(log.db)) return;
  throw new Failed({
    kind: 'not-allowed',
    happened: 'This branch has accounts, and its log is not to be put aside by anybody.',
    safe: 'Nothing was restored and nothing was changed.',
    next: 'Restore into a new folder: outpost restore.',
    facts: {},
  });
}

function restoredAlready(): Failure {
  return {
    kind: 'usage',
    happened: 'A backup is restored already, and takes its place at the next start.',
    safe: 'Nothing was changed.',
    next: 'Close Outpost and start it again.',
    facts: {},
  };
}
