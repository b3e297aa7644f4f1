/**
 * A log in a database that is not encrypted: the same tables and statements, and pages that can be searched byte by byte. An encrypted page
 * would hide from a search what it hides from everybody but who holds the key.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { Role } from '../../contract/entry-base.ts';
import type { Writer } from '../../db/handle.ts';
import { migrate } from '../../db/migrate.ts';
import { CODE, TestClock, temporaryFolder } from './temporary-log.ts';

export interface PlainOffice {
  directory: string;
  clock: TestClock;
  log: BranchLog;
  /** As much of a branch as erasing needs, with somebody of that role at work. */
  as(role: Role): Branch;
}

/** @param secureDelete of the connection between erasures */
export function plainOffice(secureDelete: 'ON' | 'OFF'): PlainOffice {
  const directory = temporaryFolder();
  const file = join(directory, 'outpost.db');
  const sqlite = new Database(file);
  for (const pragma of ['page_size = 8192', 'journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 512', 'temp_store = MEMORY'])
    sqlite.pragma(pragma);
  sqlite.pragma(`secure_delete = ${secureDelete}`);
  const failure = migrate(sqlite, file);
  if (failure !== null) throw new Error(failure.kind);
  const db: Writer = { access: 'writer', file, sqlite, statements: new Map(), stopped: null, lock: new Database(':memory:') };
  const clock = new TestClock();
  const log = openLog({ db, directory, clock, code: CODE });
  const nothing = () => {};
  const as = (role: Role) =>
    ({ dataDir: directory, log, clock, actor: role, role, requireAtWork: nothing, tellChange: nothing }) as unknown as Branch;
  return { directory, clock, log, as };
}

/** Files below the folder that have one of these byte strings in them, with what they have. */
export function filesWith(folder: string, sought: Record<string, Buffer | string>): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ parentPath, name }) => {
      const bytes = readFileSync(join(parentPath, name));
      return Object.entries(sought).flatMap(([what, text]) => (bytes.includes(text) ? [`${name}: ${what}`] : []));
    });
}
