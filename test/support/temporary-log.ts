/** A log in a folder of its own, with a clock that the test moves. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { BranchLog, CodeVersions } from '../../branch/log/branch-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { type VerifyStep, verifyLog } from '../../branch/log/verify-log.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import { closeDatabase, type Reader, type Writer } from '../../db/handle.ts';
import { openReader, openWriter } from '../../db/open-database.ts';

export const KEY = Buffer.alloc(32, 7);
export const CODE: CodeVersions = { outpost: '0.1.0', node: '24.0.0', onnxruntime: '1.30.0', platform: 'linux-x64' };

type DecisionDraft = Extract<UnstampedEntry, { type: 'decision' }>;

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** A new folder; it is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outpost-test-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens for writing; closed after the test. */
export function writerOf(file: string, key = KEY): Writer {
  const opened = openWriter(file, key);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  cleanups.push(() => closeDatabase(opened.db));
  return opened.db;
}

export function readerOf(file: string, key = KEY): Reader {
  const opened = openReader(file, key);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  cleanups.push(() => closeDatabase(opened.db));
  return opened.db;
}

export class TestClock {
  wall = Date.parse('2026-03-01T09:00:00.000Z');
  ran = 1000;
  now(): number {
    return this.wall;
  }
  mono(): number {
    return this.ran;
  }
  /** Time goes by for both clocks. */
  pass(ms: number): void {
    this.wall += ms;
    this.ran += ms;
  }
}

export interface TestLog {
  directory: string;
  file: string;
  db: Writer;
  clock: TestClock;
  log: BranchLog;
}

export function temporaryLog(directory = temporaryFolder()): TestLog {
  const file = join(directory, 'outpost.db');
  const db = writerOf(file);
  const clock = new TestClock();
  return { directory, file, db, clock, log: openLog({ db, directory, clock, code: CODE }) };
}

/** The report of a verification through a reader of its own. */
export async function verified(file: string): Promise<VerifyReport> {
  const opened = openReader(file, KEY);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  try {
    let last: VerifyStep | undefined;
    for await (const step of verifyLog(opened.db)) last = step;
    if (last?.step !== 'report') throw new Error('no report');
    return last.report;
  } finally {
    closeDatabase(opened.db);
  }
}

/** A UUID that follows from a number. */
export function applicationId(n: number): string {
  const digits = createHash('sha256').update(String(n)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

const artefact = (name: string) => ({ name, version: '1.2.0', sha256: createHash('sha256').update(name).digest('hex') });

/** A decision on application `n`; outcomes take turns. */
export function decisionDraft(n: number, change: Partial<DecisionDraft> = {}): DecisionDraft {
  const decision = (['approve', 'refer', 'decline'] as const)[n % 3]!;
  return {
    type: 'decision',
    actor: 'officer-1',
    role: 'officer',
    application: applicationId(n),
    product: artefact('instalment-loan'),
    model: artefact('instalment-loan-champion'),
    policy: artefact('instalment-loan-policy'),
    inputs: { amount: 800 + n, income: 129.5, home: 'owner', seniority: null },
    protected: { age: 44 },
    pii: null,
    shadow: {},
    features: [800 + n, 129.5, 'owner', null],
    pd: 0.1 + n / 1e6,
    score: 612.25,
    decision,
    reasons: ['model:R01'],
    explanation: { method: 'exact-trees', scale: 'log-odds', expected: -1, predicted: -2.25, values: [-1, -0.25] },
    affordability: {
      amount: 800 + n,
      termMonths: 36,
      monthlyIncome: 129.5,
      instalment: 30.2,
      debtService: 30.2,
      dti: 0.23,
      disposableIncome: 55,
    },
    pricing: { tier: 'A', annualRatePercent: 9.9 },
    policy_trace: { 'knock-out': 'nnn' },
    doubts: [],
    ...change,
  };
}
