/** Branches that can be backed up, and what comes out. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUp } from '../../branch/backup/back-up.ts';
import { MAC_CONTEXT, readTrailer, TRAILER_BYTES, writeTrailer } from '../../branch/backup/backup-format.ts';
import { type Restored, type RestoreRequest, restoreBackup } from '../../branch/backup/restore.ts';
import { authenticate } from '../../branch/keys/folder-key.ts';
import { renewRecoveryKey } from '../../branch/keys/hand-out-recovery-key.ts';
import { openKey } from '../../branch/keys/key-file.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import type { BackupManifest } from '../../contract/backup.ts';
import { Failed } from '../../contract/failure.ts';
import type { Backup } from '../../contract/keep-calls.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { NOON } from './office.ts';

/** A backup with a recovery key made for it, by IT. */
export async function backedUp(branch: Branch, out: string | null = null): Promise<Backup & { recoveryKey: string }> {
  const it = branch.for({ account: 'ines', role: 'it' });
  const recoveryKey = renewRecoveryKey(it);
  return { ...(await backUp(it, out)), recoveryKey };
}

let ran = 0;

export function restore(to: string, of: { file: string; recoveryKey: string }, changes: Partial<RestoreRequest> = {}): Promise<Restored> {
  const clock = { now: () => NOON + 3_600_000 + ran, mono: () => ++ran };
  return restoreBackup(to, { ...of, erased: [], protection: { wrap: 'none' }, clock, ...changes });
}

/** The kind of failure that `work` ends with. */
export async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Failed) return error.failure.kind;
    throw error;
  }
}

/** Of a folder whose key lies open. */
export async function keyOf(folder: string): Promise<Buffer> {
  const opened = await openKey(join(folder, 'key.json'), { passphrase: null, keyStore: null });
  if ('failure' in opened) throw new Failed(opened.failure);
  return opened.key;
}

export async function findingsOf(branch: Branch): Promise<string[]> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report.findings.map(({ message }) => message);
  return ['no report'];
}

export function splitBackup(file: string): { contents: Buffer; manifest: BackupManifest } {
  const bytes = readFileSync(file);
  const trailer = readTrailer(bytes.subarray(-TRAILER_BYTES));
  if (trailer === null || trailer === 'newer') throw new Error('no backup');
  const end = bytes.length - TRAILER_BYTES;
  const manifest = JSON.parse(bytes.toString('utf8', end - trailer.manifestBytes, end)) as BackupManifest;
  return { contents: bytes.subarray(0, end - trailer.manifestBytes), manifest };
}

/** Written as somebody would who has the key of the database: everything adds up. */
export function forgeBackup(file: string, key: Buffer, { contents, manifest }: { contents: Buffer; manifest: unknown }): void {
  const text = Buffer.from(canonicalise(manifest as Parameters<typeof canonicalise>[0]));
  const mac = authenticate(key, MAC_CONTEXT, text);
  writeFileSync(file, Buffer.concat([contents, text, writeTrailer({ mac, manifestBytes: text.length })]));
}

/** Nothing under the name, nor under an unfinished one. */
export function isNothingAt(path: string): boolean {
  return !existsSync(path) && !existsSync(`${path}.unfinished`);
}
