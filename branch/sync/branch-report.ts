import type { BranchReport } from '../../contract/sync.ts';
import { listProducts } from '../active-artefacts.ts';
import type { Branch } from '../branch.ts';
import { diskSpace } from '../log/disk-reserve.ts';
import { todayOf } from '../today.ts';
import { noteTroubles } from '../troubles.ts';
import { codeVersions } from '../versions.ts';

/** What this PC says of itself with each submission: a claim, for head office's fleet page alone. Never an applicant. */
export async function branchReport(branch: Branch): Promise<BranchReport> {
  const { log, store, clock, dataDir } = branch;
  const troubles = noteTroubles(branch, await listProducts(log.db, store, todayOf(clock)));
  return {
    app: codeVersions.outpost,
    platform: codeVersions.platform,
    wall: new Date(clock.now()).toISOString(),
    logSize: log.frontier.size,
    diskFreeBytes: diskSpace(dataDir).freeBytes,
    troubles: [...new Set(troubles.map(({ kind }) => kind))].slice(0, 20),
  };
}
