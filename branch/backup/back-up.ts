/**
 * A backup: the whole folder in one file, which the recovery key alone opens. The order at the end is that of every export: durable under an
 * unfinished name, then the entry with its SHA-256, then its real name.
 */
import { hash } from 'node:crypto';
import type { BackupManifest } from '../../contract/backup.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import type { Backup } from '../../contract/keep-calls.ts';
import { lastEntryOfType } from '../../db/log-entries.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { DATABASE_FILE } from '../data-folder.ts';
import { BACKUP_ENDING, freeExport } from '../exports-folder.ts';
import { recoveryKeyState } from '../keys/hand-out-recovery-key.ts';
import { appendEntries } from '../log/append-entries.ts';
import { checkpointLog } from '../log/checkpoint-log.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { UnfinishedFile } from '../unfinished-file.ts';
import { codeVersions } from '../versions.ts';
import { activatedPaths, artefactFiles } from './artefact-files.ts';
import { MAC_CONTEXT, MAGIC, writeTrailer } from './backup-format.ts';

/**
 * @param out where to write it; null: in the folder's own `exports`
 * @throws Failed `not-allowed`, `recovery-key-missing`, `usage` (the file is there, or cannot be made), `disk-full`, `disk-error`, `log-tampered`,
 * `already-erased` (somebody was erased while it was written), and what is wrong with an artefact. Nothing is left behind
 */
export async function backUp(branch: Branch, out: string | null): Promise<Backup> {
  requirePermission(branch.role, 'back-up');
  const { log } = branch;
  const key = recoveryKeyState(branch) === 'given' ? branch.key.portable() : null;
  if (key === null) throw new Failed(noRecoveryKey());
  // The restored log goes on from a checkpoint; and bytes that no longer add up are found here, not when the backup is needed.
  checkpointLog(log);
  const file = out ?? freeExport(branch.dataDir, `branch-${log.branch}`, branch.clock.now(), BACKUP_ENDING);
  const backup = await UnfinishedFile.create(file, 'backup');
  try {
    const manifest = await writeContent(branch, backup, file, key);
    const text = Buffer.from(canonicalise({ ...manifest }));
    const mac = branch.key.authenticate(MAC_CONTEXT, text);
    await backup.attempt(async () => {
      await backup.append(text);
      await backup.append(writeTrailer({ mac, manifestBytes: text.length }));
    });
    const { bytes, sha256 } = await backup.seal();
    branch.requireAtWork();
    const { size } = manifest;
    if ((lastEntryOfType(log.db, 'erasure')?.seq ?? -1) >= size) throw new Failed(erasedMeanwhile());
    appendEntries(log, [{ entry: { type: 'backup', actor: branch.actor, role: branch.role, size, sha256 } }]);
    branch.tellChange();
    await backup.release();
    return { file, bytes, sha256, size };
  } finally {
    await backup.discard();
  }
}

/** Database and artefacts. @returns the manifest of them */
async function writeContent(branch: Branch, backup: UnfinishedFile, file: string, key: string): Promise<BackupManifest> {
  const { log } = branch;
  const copied = await branch.key.copyDatabase(log.db.file, backup.unfinished);
  if ('failure' in copied) throw new Failed(notCopied(copied.failure, file));
  const { size, root } = copied;
  if (root === null) throw new Error('the copy ends in the middle of a commit');
  const files: BackupManifest['files'] = [{ path: DATABASE_FILE, ...(await backup.takeOver()) }];
  for await (const { path, bytes } of artefactFiles(branch.dataDir, branch.store)) {
    await backup.attempt(() => backup.append(bytes));
    files.push({ path, bytes: bytes.length, sha256: hash('sha256', bytes, 'hex') });
  }
  const missing = [...activatedPaths(log.db)].find((path) => !files.some((written) => written.path === path));
  if (missing !== undefined) throw new Failed(artefactMissing(missing));
  return {
    format: MAGIC,
    made: new Date(branch.clock.now()).toISOString(),
    code: codeVersions,
    branch: log.branch,
    origin: log.origin,
    size,
    root: Buffer.from(root).toString('base64'),
    key,
    files,
  };
}

const NOTHING = 'No backup was left behind, and the log is as it was.';

function noRecoveryKey(): Failure {
  return {
    kind: 'recovery-key-missing',
    happened: 'Nobody has a recovery key of this data folder, so nobody could open the backup.',
    safe: NOTHING,
    next: 'Make a recovery key, write it down and lock it away (outpost recovery-key --new), then back up.',
    facts: {},
  };
}

/** SQLite says what is wrong with the database that it reads; here it may be the file that it writes. */
function notCopied(failure: Failure, file: string): Failure {
  if (failure.kind === 'disk-full')
    return { ...failure, safe: NOTHING, next: 'Free space there, or name a file on another disk.', facts: { path: file } };
  if (failure.kind !== 'disk-error') return { ...failure, safe: NOTHING };
  const next = 'Name a file on another disk. If that fails too, have the disk of this PC checked.';
  return { ...failure, happened: `The database could not be copied to ${file}.`, safe: NOTHING, next };
}

function artefactMissing(path: string): Failure {
  const happened = `${path} is missing in the data folder, and decisions of the log rest on it.`;
  return { kind: 'file-unreadable', happened, safe: NOTHING, next: 'Put the file back from an older backup.', facts: { path } };
}

function erasedMeanwhile(): Failure {
  return {
    kind: 'already-erased',
    happened: 'A person was erased while the backup was written, and is in it still.',
    safe: `The erasure stands. ${NOTHING}`,
    next: 'Back up again.',
    facts: {},
  };
}
