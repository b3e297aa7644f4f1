/** Whether a row's answer depends on what else is in its batch. Matrix products may round differently with another number of rows. */
import type { FeatureRow, ScoredRow, Scorer } from '../decision/ports.ts';

/** A batch as large as an import's: kernels choose other ways of adding up for large batches. */
const LARGE = 512;

/** @returns true when every row of the sample comes out bit for bit the same alone, together and in a large batch */
export async function isBatchInvariant(scorer: Scorer, sample: readonly FeatureRow[]): Promise<boolean> {
  const few = sample.slice(0, 16);
  const together = await scorer.score(few);
  const large = await scorer.score(Array.from({ length: LARGE }, (_, i) => few[i % few.length]!));
  if (!large.every((result, i) => same(result, together[i % few.length]!))) return false;
  for (const [i, row] of few.entries()) if (!same((await scorer.score([row]))[0]!, together[i]!)) return false;
  return true;
}

function same(a: ScoredRow, b: ScoredRow): boolean {
  return 'pd' in a && 'pd' in b ? Object.is(a.pd, b.pd) : 'failed' in a && 'failed' in b;
}
