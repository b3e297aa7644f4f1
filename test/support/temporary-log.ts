/** A log in a folder of its own, with a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { type VerifyStep, verifyLog } from '../../branch/log/verify-log.ts';
import type { VerifyReport } from '../../contract/ipc.ts';
import { closeDatabase, type Reader, type Writer } from '../../db/handle.ts';
import { openReader, openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, decisionDraft, KEY } from './log-samples.ts';

export { applicationId, CODE, decisionDraft, KEY };

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
