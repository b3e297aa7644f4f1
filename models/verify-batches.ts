/**
 * Whether a row's answer depends on what else is in its batch. A matrix product may round differently with another number of rows,
 * which one row at a time cures; a model that compares applicants with one another must not decide about any.
 */
import type { FeatureRow, ScoredRow, Scorer } from '../decision/ports.ts';
import { MAX_RUN_ROWS } from './limits.ts';

/** The largest batch that is ever run: what it takes in time and memory is then found out here, and kernels choose other ways of adding up for it. */
const LARGE = MAX_RUN_ROWS;
/** PDs that differ by less differ by rounding. */
const ROUNDING = 1e-6;

/** `same`: bit for bit alone, together and in a large batch; `rounding`: within 1e-6; `different`: anything else. */
export type BatchEffect = 'same' | 'rounding' | 'different';

export async function compareBatches(scorer: Scorer, sample: readonly FeatureRow[]): Promise<BatchEffect> {
  const few = sample.slice(0, 16);
  const alone: ScoredRow[] = [];
  for (const row of few) alone.push(...(await scorer.score([row])));
  const together = await scorer.score(few);
  const large = await scorer.score(Array.from({ length: LARGE }, (_, i) => few[i % few.length]!));
  const differences = [...together, ...large].map((result, i) => differenceOf(result, alone[i % few.length]!));
  if (differences.some((difference) => difference > ROUNDING)) return 'different';
  return differences.every((difference) => difference === 0) ? 'same' : 'rounding';
}

/** Absolute difference of the PDs; a row that fails in one case only is infinitely different. */
function differenceOf(a: ScoredRow, b: ScoredRow): number {
  if ('pd' in a && 'pd' in b) return Math.abs(a.pd - b.pd);
  return 'failed' in a && 'failed' in b ? 0 : Number.POSITIVE_INFINITY;
}
