/** Replay as an auditor asks for it: one decision, or a range with progress and a count of verdicts. */
import type { ReplayResult, replayProgress } from '../../contract/audit.ts';
import { Failed } from '../../contract/failure.ts';
import { closeDatabase } from '../../db/handle.ts';
import { getEntry, getLogState } from '../../db/log-entries.ts';
import type { Branch } from '../open-branch.ts';
import { type ReplayedFolder, replayEntries, type SeqRange } from './replay-entries.ts';

export type ReplayStep = ReturnType<(typeof replayProgress)['parse']>;

/** The contract's bound on what is told one by one. */
const MAX_TOLD = 100;

/**
 * One decision, decided again.
 * @throws Failed `entry-unknown` (no such entry, or not a decision)
 */
export async function replayDecision(folder: ReplayedFolder, seq: number): Promise<ReplayResult> {
  for await (const { results } of replayEntries(folder, { from: seq, to: seq })) if (results[0] !== undefined) return results[0];
  throw notReplayable(folder, seq);
}

/**
 * Every decision of the range, with progress between groups and at last the report.
 * @throws Failed `entry-unknown` where the range begins beyond the log, or is one entry that is no decision
 */
export async function* replayRange(folder: ReplayedFolder, range: SeqRange): AsyncGenerator<ReplayStep, void, void> {
  const counts: Record<ReplayResult['verdict'], number> = { same: 0, erased: 0, different: 0, impossible: 0 };
  const wrong: ReplayResult[] = [];
  const erased: ReplayResult[] = [];
  if (range.from >= getLogState(folder.db).size) throw notReplayable(folder, range.from);
  if (range.from === range.to && getEntry(folder.db, range.from)?.type !== 'decision') throw notReplayable(folder, range.from);
  for await (const { results, done, total } of replayEntries(folder, range)) {
    for (const result of results) {
      counts[result.verdict] += 1;
      const list = result.verdict === 'erased' ? erased : wrong;
      if (result.verdict !== 'same' && list.length < MAX_TOLD) list.push(result);
    }
    yield { step: 'progress', done, total };
  }
  yield { step: 'report', ...counts, results: [...wrong, ...erased].slice(0, MAX_TOLD) };
}

/** The branch's own log, beside its writer. The handle is its own, so that deciding goes on meanwhile. */
export async function* replayOwnLog(branch: Branch, range: SeqRange): AsyncGenerator<ReplayStep, void, void> {
  const db = branch.openReader();
  try {
    yield* replayRange({ db, dataDir: branch.dataDir }, range);
  } finally {
    closeDatabase(db);
  }
}

function notReplayable({ db }: ReplayedFolder, seq: number): Failed {
  const stored = getEntry(db, seq);
  return new Failed({
    kind: 'entry-unknown',
    happened:
      stored === null
        ? `The log has no entry ${seq}; it has ${getLogState(db).size}.`
        : `Entry ${seq} is not a decision (${stored.type}): there is nothing to replay.`,
    safe: 'Nothing was changed.',
    next: 'Look the number up in the list of decisions.',
    facts: { seq },
  });
}
