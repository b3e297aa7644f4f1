/** What is wrong with a data folder as a power cut left it, given what had been acknowledged before. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { verifyLog } from '../../../branch/log/verify-log.ts';
import { Failed } from '../../../contract/failure.ts';
import type { VerifyReport } from '../../../contract/ipc.ts';
import { listCheckpoints } from '../../../db/checkpoints.ts';
import { closeDatabase, type Writer } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { openReader, openWriter } from '../../../db/open-database.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { CODE, KEY } from '../../support/log-samples.ts';
import type { DiskState } from './disk-model.ts';

/** What was told to somebody, by entry number and by size: hexadecimal leaf hashes and roots. */
export interface Acknowledged {
  entries: Map<number, string>;
  checkpoints: Map<number, string>;
}

export type Problem =
  | 'does not open'
  | 'damaged'
  | 'acknowledged entry lost'
  | 'released checkpoint lost'
  | 'not intact'
  | 'does not go on';

/** Takes in one line that the program under test acknowledged. */
export function acknowledgeLine(acknowledged: Acknowledged, line: string): void {
  const [what, number, hash = ''] = line.split(' ');
  acknowledged[what === 'entry' ? 'entries' : 'checkpoints'].set(Number(number), hash);
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

function findLoss(db: Writer, { entries, checkpoints }: Acknowledged): Problem | null {
  const stored = listEntries(db, 0, Number.MAX_SAFE_INTEGER);
  for (const [seq, hash] of entries) {
    const found = stored[seq];
    if (found?.seq !== seq || leafHash(found.bytes).toString('hex') !== hash) return 'acknowledged entry lost';
  }
  const signed = new Map(listCheckpoints(db, 0, Number.MAX_SAFE_INTEGER).map(({ size, root }) => [size, root.toString('hex')]));
  for (const [size, root] of checkpoints) if (signed.get(size) !== root) return 'released checkpoint lost';
  return null;
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
