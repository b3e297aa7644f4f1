/** A branch office's data folder, open: log, models, policies and products, and the person at work. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../contract/entry-base.ts';
import { Failed, type Failure } from '../contract/failure.ts';
import { databaseFailure, failureOfError } from '../db/database-failures.ts';
import { makeDurableFolder } from '../db/durable-folders.ts';
import { closeDatabase, type Reader } from '../db/handle.ts';
import { openReader, openWriter } from '../db/open-database.ts';
import { activateBundle } from './activate-bundle.ts';
import { LiveProducts } from './activation/live-products.ts';
import { activateWhenDue, watchDue } from './activation/watch-due.ts';
import { ArtefactStore } from './artefacts/artefact-store.ts';
import { PassedChecks } from './artefacts/passed-checks.ts';
import { findMachine } from './backup/machine.ts';
import { settleIn } from './backup/place.ts';
import { takePlace } from './backup/take-place.ts';
import type { Branch } from './branch.ts';
import { DATABASE_FILE, KEY_FILE } from './data-folder.ts';
import { finishErasures } from './erasure/clean-up.ts';
import { FolderKey } from './keys/folder-key.ts';
import { createKey, type Openers, openKey, type Protection } from './keys/key-file.ts';
import type { BranchLog, Clock } from './log/branch-log.ts';
import { openLog } from './log/open-log.ts';
import { codeVersions } from './versions.ts';

export type { Branch } from './branch.ts';

export interface BranchOptions {
  /** Holds everything; made when it is not there. */
  dataDir: string;
  /** `models/bundled` of this program. */
  bundledDir: string;
  /** Who is at work, as the log names them. */
  actor: string;
  role: Role;
  clock: Clock;
  /** How the key of a new folder is protected. */
  protection: Protection;
  /** What is at hand to open the key of an existing one. */
  openers: Openers;
  /** What tells this PC from another (branch/backup/machine.ts); asked of the system where it is not given. */
  machine?: string;
}

/** A data folder opened only to look at it, beside a program that writes or without one. */
export interface OpenFolder {
  dataDir: string;
  db: Reader;
  store: ArtefactStore;
  keyProtection: Protection['wrap'];
  close(): void;
}

/**
 * Opens the folder for work; the first time it makes key, log and the bundled products in it. One program at a time.
 * @returns the branch, or why not: data-folder-busy, database-key-missing, database-key-wrong, database-corrupt, database-newer, disk-full,
 * disk-error, key-store-untrusted, recovery-key-wrong, or what is wrong with a bundled artefact
 */
export async function openBranch(options: BranchOptions): Promise<Branch | { failure: Failure }> {
  const { dataDir, bundledDir, clock } = options;
  try {
    makeFolder(dataDir);
    takePlace(dataDir);
    const { key, wrap, recoveryKey } = await keyOf(options);
    const opened = openWriter(join(dataDir, DATABASE_FILE), key);
    if ('failure' in opened) return opened;
    const store = new ArtefactStore(dataDir, PassedChecks.of(opened.db));
    try {
      const log = openLog({ db: opened.db, directory: dataDir, clock, code: codeVersions });
      // Before anything else is appended: a copy must not go on under its original's key.
      settleIn(log, options.machine ?? findMachine());
      finishErasures(log);
      await activateBundle(log, store, bundledDir);
      const branch = assemble(options, log, store, wrap, new FolderKey(join(dataDir, KEY_FILE), key, recoveryKey));
      // What was due while the program was off decides from the first decision on.
      await activateWhenDue(branch);
      return branch;
    } catch (error) {
      closeDatabase(opened.db);
      throw error;
    }
  } catch (error) {
    const failure = error instanceof Failed ? error.failure : failureOfError(error, dataDir);
    if (failure === null) throw error;
    return { failure };
  }
}

/**
 * Opens an existing folder for reading. Never makes or changes anything.
 * @throws Failed `data-folder-missing` and as `openBranch`, but never busy
 */
export async function openFolder(dataDir: string, openers: Openers): Promise<OpenFolder> {
  const file = join(dataDir, DATABASE_FILE);
  if (!existsSync(file)) throw new Failed(databaseFailure('data-folder-missing', file));
  const opened = await openKey(join(dataDir, KEY_FILE), openers);
  if ('failure' in opened) throw new Failed(opened.failure);
  const reader = openReader(file, opened.key);
  if ('failure' in reader) throw new Failed(reader.failure);
  const { db } = reader;
  return { dataDir, db, store: new ArtefactStore(dataDir), keyProtection: opened.wrap, close: () => closeDatabase(db) };
}

function makeFolder(dataDir: string): void {
  try {
    makeDurableFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failed({
      kind: 'data-folder-missing',
      happened: `The data folder ${dataDir} cannot be made (${code ?? 'unknown error'}).`,
      safe: 'Nothing was changed.',
      next: 'Name a folder that this user may write to.',
      facts: { path: dataDir },
    });
  }
}

interface FoundKey {
  key: Buffer;
  wrap: Protection['wrap'];
  /** Of a folder that was made just now. */
  recoveryKey: string | null;
}

/** A database without its key is never given a new one: that would look like a key that is merely wrong. */
async function keyOf({ dataDir, protection, openers }: BranchOptions): Promise<FoundKey> {
  const file = join(dataDir, KEY_FILE);
  if (!existsSync(file) && !existsSync(join(dataDir, DATABASE_FILE))) {
    const made = await createKey(file, protection);
    if ('failure' in made) throw new Failed(made.failure);
    return { ...made, wrap: protection.wrap };
  }
  const opened = await openKey(file, openers);
  if ('failure' in opened) throw new Failed(opened.failure);
  return { ...opened, recoveryKey: null };
}

function assemble(
  { dataDir, actor, role, clock, openers }: BranchOptions,
  log: BranchLog,
  store: ArtefactStore,
  wrap: Protection['wrap'],
  key: FolderKey,
): Branch {
  const listeners = new Set<() => void>();
  const tellChange = () => {
    for (const listener of listeners) listener();
  };
  const live = new LiveProducts(log, store, tellChange);
  const branch: Branch = {
    dataDir,
    actor,
    role,
    for: ({ account, role, requireAtWork = () => {} }) => ({ ...branch, actor: account, role, requireAtWork }),
    requireAtWork: () => {},
    clock,
    log,
    store,
    keyProtection: wrap,
    key,
    hasKeyStore: openers.keyStore !== null,
    live,
    ready: (name) => live.ready(name),
    openReader: () => key.openReader(log.db.file),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellChange,
    async close() {
      stopWatching();
      await live.close();
      closeDatabase(log.db);
    },
  };
  const stopWatching = watchDue(branch);
  return branch;
}
