/** Rows → PDs through one session of the runtime: in chunks, one run at a time, each run checked. */
import type { Tensor } from 'onnxruntime-node';
import type { ModelManifest } from '../contract/model-package.ts';
import type { FeatureRow, ScoredRow, Scorer } from '../decision/ports.ts';
import type { Feeder } from './feed-rows.ts';
import { MAX_RUN_ROWS } from './limits.ts';
import { type RunResult, readPds } from './read-output.ts';

/** One call of the runtime. */
export type Run = (feeds: Record<string, Tensor>) => Promise<Tensor | undefined>;

/** Every so many runs of a batch, the run is repeated and compared bit for bit. */
const REPEAT_EVERY = 64;

/**
 * 'The same answer twice' is checked where it costs least: a row that is scored alone is always scored beside a copy of itself
 * (or, where the graph takes one row at a time, twice); of batches the first and every 64th run are repeated.
 * @param rowByRow the graph takes, or is only reproducible with, one row at a time
 * @param onBrokenRun told when a run of several rows threw, and its rows are scored alone
 */
export function createScorer(
  manifest: ModelManifest,
  feeder: Feeder,
  run: Run,
  rowByRow: boolean,
  onBrokenRun: () => void = () => undefined,
): Scorer {
  let runs = 0;
  let last: Promise<unknown> = Promise.resolve();

  const runOnce = async (rows: readonly FeatureRow[], picks: ArrayLike<number>, from: number, to: number): Promise<RunResult> =>
    readPds(await run(feeder.feed(rows, picks, from, to)), to - from, manifest);

  const runChecked = async (rows: readonly FeatureRow[], picks: ArrayLike<number>, from: number, to: number): Promise<RunResult> => {
    const first = await runOnce(rows, picks, from, to);
    if (runs++ % REPEAT_EVERY !== 0) return first;
    return agreed(first, await runOnce(rows, picks, from, to));
  };

  /** One row that nothing else shares a call with. */
  const scoreAlone = async (rows: readonly FeatureRow[], pick: number): Promise<ScoredRow> => {
    try {
      if (!rowByRow) return rowOf(halvesAgreed(await runOnce(rows, [pick, pick], 0, 2)), 0);
      return rowOf(agreed(await runOnce(rows, [pick], 0, 1), await runOnce(rows, [pick], 0, 1)), 0);
    } catch (error) {
      return { failed: causeOf(error) };
    }
  };

  const scoreChunk = async (
    rows: readonly FeatureRow[],
    picks: readonly number[],
    from: number,
    to: number,
    into: ScoredRow[],
  ): Promise<void> => {
    let result: RunResult | null;
    try {
      result = await runChecked(rows, picks, from, to);
    } catch {
      // One row can break a whole run (a text that no category knows): then each is run alone, and only that row fails.
      result = null;
      onBrokenRun();
    }
    for (let i = from; i < to; i++) into[picks[i]!] = result === null ? await scoreAlone(rows, picks[i]!) : rowOf(result, i - from);
  };

  const scoreAll = async (rows: readonly FeatureRow[]): Promise<ScoredRow[]> => {
    const complaints = rows.map((row) => feeder.complaint(row));
    const scored: ScoredRow[] = complaints.map((complaint) => ({ failed: complaint ?? '' }));
    const picks = complaints.flatMap((complaint, index) => (complaint === null ? [index] : []));
    if (picks.length === 1) scored[picks[0]!] = await scoreAlone(rows, picks[0]!);
    else {
      const step = rowByRow ? 1 : MAX_RUN_ROWS;
      for (let from = 0; from < picks.length; from += step)
        await scoreChunk(rows, picks, from, Math.min(from + step, picks.length), scored);
    }
    return scored;
  };

  return {
    // The buffers are shared, so that calls wait for one another; the runtime has one thread in any case.
    score: (rows) => {
      const mine = last.then(() => scoreAll(rows));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** The runtime's own message may quote the row's values, which must reach neither a log nor a screen: of it only this much is told. */
function causeOf(error: unknown): string {
  const isAboutMemory = error instanceof Error && /alloc|out of memory/i.test(error.message);
  return isAboutMemory ? 'the model asks for more memory than there is on this row' : 'the model could not be run on this row';
}

function rowOf(result: RunResult, row: number): ScoredRow {
  if ('failed' in result) return result;
  const cause = result.causes.get(row);
  return cause === undefined ? { pd: result.pds[row]! } : { failed: cause };
}

const TWICE = 'the model gave two answers to the same question';

function agreed(first: RunResult, second: RunResult): RunResult {
  if ('failed' in first || 'failed' in second) return 'failed' in first ? first : { failed: TWICE };
  return first.pds.every((pd, row) => Object.is(pd, second.pds[row])) ? first : { failed: TWICE };
}

/** The answers to a row and to its copy in one run. */
function halvesAgreed(both: RunResult): RunResult {
  if ('failed' in both) return both;
  return Object.is(both.pds[0], both.pds[1]) ? both : { failed: TWICE };
}
