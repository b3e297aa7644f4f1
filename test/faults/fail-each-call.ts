/**
 * Lets the first write (or sync) of a piece of work fail, then the second, and so on until there is no such call any more, each time in
 * a folder of its own; prints a line of JSON for each. Run under the recorder by failing-calls.test.ts.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { BranchLog } from '../../branch/log/branch-log.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase, type Writer } from '../../db/handle.ts';
import { openWriter } from '../../db/open-database.ts';
import { CODE, decisionDraft, KEY } from '../support/log-samples.ts';
import { acknowledge, countCalls, type Fault, letFail } from './shim/control.ts';
import { type Acknowledged, examineFolder, nothingAcknowledged } from './shim/examine-state.ts';

const NO_FAULT: Fault = { on: 'write', at: 0, error: 'EIO', lasting: false };
/** Copied back into the database within the run, so that those writes fail too. */
const WAL_PAGES = 30;
const clock = { now: () => Date.now(), mono: () => performance.now() };

interface Work {
  db: Writer | null;
  log: BranchLog | null;
  acknowledged: Acknowledged;
}

const [root = '', on = '', error = '', lasting = ''] = process.argv.slice(2);

for (let at = 1; ; at++) {
  const directory = join(root, `at-${at}`);
  mkdirSync(directory);
  const work: Work = { db: null, log: null, acknowledged: nothingAcknowledged() };
  acknowledge(`begin ${at}`);
  letFail({ on, error, at, lasting: lasting === 'lasting' } as Fault);
  const failure = kindOfFailure(() => doWork(directory, work));
  const again = work.log === null || failure === null ? null : (kindOfFailure(() => append(work, 1)) ?? 'appended');
  const stopped = work.db?.stopped?.kind ?? null;
  if (work.db !== null) closeDatabase(work.db);
  const { failed } = countCalls();
  letFail(NO_FAULT);
  acknowledge(`end ${at}`);
  if (failed === 0) break;
  const problem = await examineFolder(directory, work.acknowledged, true);
  process.stdout.write(`${JSON.stringify({ at, failure, again, stopped, acknowledged: work.acknowledged.entries.size, problem })}\n`);
}

/** From an empty folder to a closed log: opening, appending until the log was copied back, a checkpoint, closing. */
function doWork(directory: string, work: Work): void {
  const opened = openWriter(join(directory, 'outpost.db'), KEY);
  if ('failure' in opened) throw new Failed(opened.failure);
  work.db = opened.db;
  opened.db.sqlite.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  work.log = openLog({ db: opened.db, directory, clock, code: CODE });
  append(work, 1);
  append(work, 3);
  const { size, root } = checkpointLog(work.log);
  work.acknowledged.checkpoints.set(size, root.toString('hex'));
  acknowledge(`checkpoint ${size} ${root.toString('hex')}`);
  append(work, 1);
  closeDatabase(opened.db);
  work.db = null;
  work.log = null;
}

function append({ log, acknowledged }: Work, count: number): void {
  const entries = Array.from({ length: count }, (_, i) => ({ entry: decisionDraft(acknowledged.entries.size + i + 1) }));
  for (const { seq, leafHash } of appendEntries(log!, entries)) {
    acknowledged.entries.set(seq, leafHash);
    acknowledge(`entry ${seq} ${leafHash}`);
  }
}

/** null: nothing failed. A bug's error is told by its name, so that the test shows it. */
function kindOfFailure(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Failed ? error.failure.kind : `BUG: ${String(error)}`;
  }
}
