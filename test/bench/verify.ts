/** Verifying a whole log against hashing its bytes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { BranchLog, NewEntry } from '../../branch/log/branch-log.ts';
import { verifyLog } from '../../branch/log/verify-log.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { closeDatabase } from '../../db/handle.ts';
import { listEntries } from '../../db/log-entries.ts';
import { decisionDraft } from '../support/log-samples.ts';
import { hashFile, hashRecords } from './floors/bare-hash.ts';
import { entryOfSize } from './log-entries.ts';
import { interleave, type Plan, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { openOffice } from './office.ts';

const ENTRY_BYTES = 1024;
const ENTRIES = 50_000;
const GROUP = 1000;
const PLAN: Plan = { rounds: 7, repeats: 1, warmUp: 1 };

export async function benchVerify(folder: string, dataDir: string): Promise<Result> {
  const [plain, decisions] = [await openOffice(join(dataDir)), await openOffice(join(folder, 'decisions'))];
  const entry = entryOfSize(plain.log, ENTRY_BYTES);
  fill(plain.log, () => entry);
  fill(decisions.log, (n) => ({ entry: decisionDraft(n) }));
  const findings = [
    ...(await measure(plain, join(folder, 'plain'), '1 KB entries', { atMost: 6 })),
    ...(await measure(decisions, join(folder, 'decided'), 'decisions', null)),
  ];
  for (const branch of [plain, decisions]) await branch.close();
  return {
    name: 'verify',
    about: [
      `A log of ${ENTRIES} entries: every page decrypted and authenticated, canonical form, place, leaf hash, tree, roots, checkpoints, and every`,
      'table that follows from the entries, on one core. Floors: SHA-256 over a file of the same bytes, in one pass, or one digest for each entry.',
    ],
    findings,
  };
}

function fill(log: BranchLog, entryOf: (n: number) => NewEntry): void {
  for (let n = 0; n < ENTRIES; n += GROUP)
    appendEntries(
      log,
      Array.from({ length: GROUP }, (_, i) => entryOf(n + i)),
    );
}

async function measure(branch: Branch, file: string, what: string, target: Finding['target']): Promise<Finding[]> {
  const bytes = writeBytes(branch.log, file);
  const perEntry = Math.round(bytes / branch.log.frontier.size);
  const rounds = await interleave(
    { ours: () => verifyAll(branch), onePass: () => hashFile(file), eachEntry: () => hashRecords(file, perEntry) },
    PLAN,
  );
  const against = (name: 'onePass' | 'eachEntry', how: string, held: Finding['target']): Finding => ({
    what: `${what} (${perEntry} bytes), against ${how}`,
    ours: spreadOf(rounds.ours).median / 1000,
    floor: spreadOf(rounds[name]).median / 1000,
    unit: 'ms',
    ratio: ratiosOf(rounds.ours, rounds[name]),
    target: held,
  });
  return [against('onePass', 'one SHA-256 pass', target), against('eachEntry', 'one digest for each', null)];
}

/** Puts the log's bytes into a plain file; gives their length. */
function writeBytes(log: BranchLog, file: string): number {
  const parts: Buffer[] = [];
  for (let from = 0; from < log.frontier.size; from += GROUP) parts.push(...listEntries(log.db, from, GROUP).map(({ bytes }) => bytes));
  const joined = Buffer.concat(parts);
  writeFileSync(file, joined);
  return joined.length;
}

async function verifyAll(branch: Branch): Promise<void> {
  const reader = branch.openReader();
  try {
    for await (const step of verifyLog(reader)) {
      if (step.step === 'report' && step.report.findings.length > 0) throw new Error(step.report.findings[0]!.message);
    }
  } finally {
    closeDatabase(reader);
  }
}
