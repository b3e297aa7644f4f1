/** A PC that was lost or replaced: from then on nothing is taken of it. What it sent before stays. */
import { recordAction } from '../actions.ts';
import type { Sql } from '../store/store.ts';
import { type BranchesAt, cannotBe, unknownBranch } from './branches-at.ts';

export interface Revoked {
  devices: string[];
  /** Branch files that were taken back. */
  files: number;
}

/**
 * Revokes a device of the branch, or all of them, and takes back the files that nobody has used yet.
 * @throws Failed `usage`
 */
export async function revokeBranch(at: BranchesAt, branch: string, device: string | null, why: string): Promise<Revoked> {
  return await at.store.transaction(async (sql) => {
    const known = await sql.query('SELECT branch FROM branches WHERE branch = $1', [branch]);
    if (known.length === 0) throw unknownBranch(branch);
    const devices = await revokeDevices(at, sql, branch, device, why);
    if (device !== null && devices.length === 0)
      throw cannotBe(`The branch ${branch} has no device ${device} that could be revoked`, 'outpost headoffice branch list names them.');
    return { devices, files: await takeBackFiles(at, sql, branch) };
  });
}

/** In the caller's transaction. @param device its id; null: all @returns those that were revoked now */
export async function revokeDevices({ now, who }: Omit<BranchesAt, 'store'>, sql: Sql, branch: string, device: string | null, why: string) {
  const revoked = await sql.query<{ device: string }>(
    `UPDATE devices SET revoked_at = $1, revoked_by = $2, revoked_why = $3
     WHERE branch = $4 AND revoked_at IS NULL AND ($5::text IS NULL OR device = $5) RETURNING device`,
    [new Date(now()), who, why, branch, device],
  );
  for (const row of revoked) await recordAction(sql, { who, what: 'revoke-device', detail: { branch, device: row.device, why } });
  return revoked.map((row) => row.device);
}

/** In the caller's transaction. */
export async function takeBackFiles({ now, who }: Omit<BranchesAt, 'store'>, sql: Sql, branch: string): Promise<number> {
  const taken = await sql.query(
    'UPDATE branch_files SET revoked_at = $1 WHERE branch = $2 AND used_at IS NULL AND revoked_at IS NULL RETURNING token_sha256',
    [new Date(now()), branch],
  );
  if (taken.length > 0) await recordAction(sql, { who, what: 'take-back-branch-files', detail: { branch, files: taken.length } });
  return taken.length;
}
