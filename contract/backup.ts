/** What a backup says of itself, behind the files that it holds (branch/backup/backup-format.ts). */
import { z } from 'zod';
import { codeVersions } from './entry-base.ts';
import { sha256 } from './product.ts';

const plain = '[A-Za-z0-9][A-Za-z0-9._-]*';
/** No path that leads anywhere else: the database, and artefacts by their digests as the data folder has them. */
const backedUpPath = z
  .string()
  .max(300)
  .regex(new RegExp(`^(outpost\\.db|(policies|products)/[0-9a-f]{64}\\.json|models/[0-9a-f]{64}(/${plain}){1,8})$`));

export const backupManifest = z.strictObject({
  format: z.literal('outpost-backup/1'),
  /** The PC's clock: a claim. */
  made: z.iso.datetime({ precision: 3 }),
  code: codeVersions,
  branch: z.string(),
  /** Of the log's epoch in which it was made. */
  origin: z.string(),
  /** Entries in it. */
  size: z.int().positive(),
  /** Base64 of the RFC 6962 root of them. */
  root: z.string(),
  /** Text of a key file that the recovery key alone opens. */
  key: z.string().max(10_000),
  /** In the order in which they lie in the file; the database first. */
  files: z
    .array(z.strictObject({ path: backedUpPath, bytes: z.int().nonnegative(), sha256 }))
    .min(1)
    .max(100_000),
});
export type BackupManifest = z.infer<typeof backupManifest>;
