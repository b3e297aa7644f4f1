import type { Sql } from '../store/store.ts';

export interface ListedBranch {
  branch: string;
  name: string;
  tags: string[];
  devices: { device: string; platform: string; enrolledAt: Date; revokedAt: Date | null; revokedWhy: string | null }[];
  /** Branch files that could still be used. */
  openFiles: { issuedBy: string; issuedAt: Date; expiresAt: Date }[];
}

/** The branches by name, with their devices, the newest first, and the files that are out. */
export async function listBranches(sql: Sql, now: number): Promise<ListedBranch[]> {
  const branches = await sql.query<{ branch: string; name: string; tags: string[] }>(
    'SELECT branch, name, tags FROM branches ORDER BY branch',
  );
  const devices = await sql.query<ListedBranch['devices'][number] & { branch: string }>(
    `SELECT branch, device, platform, enrolled_at AS "enrolledAt", revoked_at AS "revokedAt", revoked_why AS "revokedWhy"
     FROM devices ORDER BY enrolled_at DESC`,
  );
  const files = await sql.query<ListedBranch['openFiles'][number] & { branch: string }>(
    `SELECT branch, issued_by AS "issuedBy", issued_at AS "issuedAt", expires_at AS "expiresAt"
     FROM branch_files WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > $1 ORDER BY issued_at DESC`,
    [new Date(now)],
  );
  const devicesOf = Map.groupBy(devices, ({ branch }) => branch);
  const filesOf = Map.groupBy(files, ({ branch }) => branch);
  return branches.map((row) => ({
    ...row,
    devices: (devicesOf.get(row.branch) ?? []).map(({ device, platform, enrolledAt, revokedAt, revokedWhy }) => ({
      device,
      platform,
      enrolledAt,
      revokedAt,
      revokedWhy,
    })),
    openFiles: (filesOf.get(row.branch) ?? []).map(({ issuedBy, issuedAt, expiresAt }) => ({ issuedBy, issuedAt, expiresAt })),
  }));
}
