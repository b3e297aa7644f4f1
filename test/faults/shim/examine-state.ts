/** What is wrong with a data folder as a power cut left it, given what had been acknowledged before. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openIdentity } from '../../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { verifyLog } from '../../../branch/log/verify-log.ts';
import { Failed } from '../../../contract/failure.ts';
import type { VerifyReport } from '../../../contract/ipc.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import { listCheckpoints } from '../../../db/checkpoints.ts';
import { getCountersigned } from '../../../db/countersigned.ts';
import { closeDatabase, type Writer } from '../../../db/handle.ts';
import { getEntry, listEntries } from '../../../db/log-entries.ts';
import { openReader, openWriter } from '../../../db/open-database.ts';
import { getSealKey } from '../../../db/subject-keys.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { CODE, KEY } from '../../support/log-samples.ts';
import type { DiskState } from './disk-model.ts';

/** What was told to somebody. */
export interface Acknowledged {
  /** Hexadecimal leaf hashes by entry number. */
  entries: Map<number, string>;
  /** Hexadecimal roots by size. */
  checkpoints: Map<number, string>;
  /** Hexadecimal roots, by size, of those that came back countersigned. */
  countersigned: Map<number, string>;
  /** Numbers of decisions whose applicant can be named; of those that cannot any more. */
  named: Set<number>;
  erased: Set<number>;
  /** How much was told in all. */
  lines: number;
}

export function nothingAcknowledged(): Acknowledged {
  return { entries: new Map(), checkpoints: new Map(), countersigned: new Map(), named: new Set(), erased: new Set(), lines: 0 };
}

export type Problem =
  | 'applicant lost'
  | 'applicant back'
  | 'does not open'
  | 'damaged'
  | 'acknowledged entry lost'
  | 'released checkpoint lost'
  | 'not intact'
  | 'does not go on';

/** Takes in one line that the program under test acknowledged. */
export function acknowledgeLine(acknowledged: Acknowledged, line: string): void {
  const [what, digits, hash = ''] = line.split(' ');
  const number = Number(digits);
  acknowledged.lines += 1;
  if (what === 'entry') acknowledged.entries.set(number, hash);
  else if (what === 'checkpoint') acknowledged.checkpoints.set(number, hash);
  else if (what === 'countersigned') acknowledged.countersigned.set(number, hash);
  else if (what === 'named') acknowledged.named.add(number);
  // From now on until it is done, both are right.
  else if (what === 'erasing') acknowledged.named.delete(number);
  else if (what === 'erased') acknowledged.erased.add(number);
  else throw new Error(`nothing is known of ${line}`);
}

/** Writes the state's files into an empty folder. */
export function putState(state: DiskState, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of state) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** null when nothing is wrong. `goesOn`: whether to go on with the log too, and verify again. */
export async function examineFolder(folder: string, acknowledged: Acknowledged, goesOn: boolean): Promise<Problem | null> {
  try {
    return await examine(folder, acknowledged, goesOn);
  } catch (error) {
    if (error instanceof Failed && error.failure.kind === 'database-corrupt') return 'damaged';
    throw error;
  }
}

async function examine(folder: string, acknowledged: Acknowledged, goesOn: boolean): Promise<Problem | null> {
  const file = join(folder, 'outpost.db');
  const opened = openWriter(file, KEY);
  if ('failure' in opened) return 'does not open';
  try {
    const problem = findLoss(opened.db, acknowledged) ?? (await findDamage(file, acknowledged));
    if (problem !== null || !goesOn) return problem;
    const log = openLog({ db: opened.db, directory: folder, clock: { now: () => Date.now(), mono: () => performance.now() }, code: CODE });
    appendEntries(log, [{ entry: { type: 'failure', actor: 'system', role: 'system', kind: 'usage', happened: 'after the power cut' } }]);
    return (await findDamage(file, acknowledged)) === null ? null : 'does not go on';
  } finally {
    closeDatabase(opened.db);
  }
}

function findLoss(db: Writer, { entries, checkpoints, countersigned, named, erased }: Acknowledged): Problem | null {
  const stored = listEntries(db, 0, Number.MAX_SAFE_INTEGER);
  for (const [seq, hash] of entries) {
    const found = stored[seq];
    if (found?.seq !== seq || leafHash(found.bytes).toString('hex') !== hash) return 'acknowledged entry lost';
  }
  const signed = new Map(listCheckpoints(db, 0, Number.MAX_SAFE_INTEGER).map(({ size, root }) => [size, root.toString('hex')]));
  for (const [size, root] of checkpoints) if (signed.get(size) !== root) return 'released checkpoint lost';
  for (const [size, root] of countersigned)
    if (getCountersigned(db, size)?.root.toString('hex') !== root) return 'released checkpoint lost';
  for (const seq of named) if (!canName(db, seq)) return 'applicant lost';
  for (const seq of erased) if (getSealKey(db, seq) !== null) return 'applicant back';
  return null;
}

function canName(db: Writer, seq: number): boolean {
  const entry = JSON.parse(getEntry(db, seq)?.bytes.toString() ?? '{}') as LogEntry;
  const key = getSealKey(db, seq);
  return entry.type === 'decision' && entry.pii !== null && key !== null && openIdentity(entry.pii, key) !== null;
}

async function findDamage(file: string, { entries }: Acknowledged): Promise<Problem | null> {
  const report = await reportOn(file);
  // Before its first entry was acknowledged, a log may have none.
  if (report.size === 0 && entries.size === 0) return null;
  return report.verdict.startsWith('intact') && report.findings.length === 0 ? null : 'not intact';
}

async function reportOn(file: string): Promise<VerifyReport> {
  const opened = openReader(file, KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  try {
    for await (const step of verifyLog(opened.db)) if (step.step === 'report') return step.report;
    throw new Error('verification ended without a report');
  } finally {
    closeDatabase(opened.db);
  }
}
