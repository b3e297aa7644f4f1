/**
 * Shapley values of any model by sampling orders of the characteristics (Castro et al. 2009), each order together with its reverse
 * (antithetic, Mitchell et al. 2022), through the scorer in batches. Every background row gets its own orders, equally many, so that the
 * contributions add up exactly and the only error is that of the sampled orders; it is estimated within each background row.
 */
import type { FeatureRow, LoadedModel } from '../ports.ts';
import { logOdds } from '../score.ts';
import type { Method, RawExplanation } from './method.ts';
import { playersOf } from './players.ts';
import { type Random, randomFrom, shuffled } from './random.ts';

/** Pairs of orders per applicant at least; two per background row are needed to know the spread. */
const MIN_PAIRS = 128;
/** Rows per call of the scorer: bounds memory, not results. */
const BATCH = 4096;

type Scores = { logits: Float64Array } | { failed: string };

async function scoreAll({ scorer }: LoadedModel, rows: readonly FeatureRow[]): Promise<Scores> {
  const logits = new Float64Array(rows.length);
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const scored = await scorer.score(batch);
    if (scored.length !== batch.length) return { failed: 'The model answered with another number of rows while it was being explained.' };
    for (let i = 0; i < scored.length; i++) {
      const answer = scored[i]!;
      if ('failed' in answer) return { failed: 'The model failed on a comparison row while it was being explained.' };
      logits[from + i] = logOdds(answer.pd);
    }
  }
  return { logits };
}

/** The rows on the way from the background row to the applicant when characteristics change in this order; both ends left out. */
function walk(from: FeatureRow, to: FeatureRow, order: readonly number[], columns: readonly (readonly number[])[]): FeatureRow[] {
  const current = [...from];
  return order.slice(0, -1).map((player) => {
    for (const column of columns[player]!) current[column] = to[column]!;
    return [...current];
  });
}

/** One pair of orders for one background row. */
interface Pair {
  background: number;
  orders: [number[], number[]];
}

function drawPairs(backgrounds: number, players: number, random: Random): Pair[] {
  const rounds = Math.max(2, Math.ceil(MIN_PAIRS / backgrounds));
  const pairs: Pair[] = [];
  for (let background = 0; background < backgrounds; background++)
    for (let round = 0; round < rounds; round++) {
      const order = shuffled(players, random);
      pairs.push({ background, orders: [order, order.toReversed()] });
    }
  return pairs;
}

/** Adds up what each characteristic changed, per pair, and the spread of the pairs of one background row around their mean. */
function summarise(
  pairs: readonly Pair[],
  changes: Float64Array,
  players: number,
  backgrounds: number,
): { values: Float64Array; errors: Float64Array } {
  const rounds = pairs.length / backgrounds;
  const values = new Float64Array(players);
  const errors = new Float64Array(players);
  for (let player = 0; player < players; player++) {
    let variance = 0;
    for (let background = 0; background < backgrounds; background++) {
      const at = (round: number) => changes[(background * rounds + round) * players + player]!;
      let mean = 0;
      for (let round = 0; round < rounds; round++) mean += at(round) / rounds;
      let squares = 0;
      for (let round = 0; round < rounds; round++) squares += (at(round) - mean) ** 2;
      values[player]! += mean / backgrounds;
      variance += squares / (rounds - 1) / rounds;
    }
    errors[player] = Math.sqrt(variance) / backgrounds;
  }
  return { values, errors };
}

/** Half of each order's changes, so that a pair's two orders make one average. */
function changesOf(pairs: readonly Pair[], inner: Float64Array, base: Float64Array, predicted: number, players: number): Float64Array {
  const changes = new Float64Array(pairs.length * players);
  let next = 0;
  pairs.forEach(({ background, orders }, pair) => {
    for (const order of orders) {
      let before = base[background]!;
      order.forEach((player, step) => {
        const after = step === order.length - 1 ? predicted : inner[next++]!;
        changes[pair * players + player]! += (after - before) / 2;
        before = after;
      });
    }
  });
  return changes;
}

export function prepareSampling(model: LoadedModel): Method {
  const { manifest, background } = model;
  const players = manifest.characteristics.length;
  const columns: number[][] = manifest.characteristics.map(() => []);
  playersOf(manifest).forEach((player, column) => void columns[player]!.push(column));
  let base: Promise<Scores> | null = null;

  async function explainRow(row: FeatureRow, pd: number): Promise<RawExplanation | { failed: string }> {
    base ??= scoreAll(model, background.rows);
    const compared = await base;
    if ('failed' in compared) {
      base = null;
      return compared;
    }
    const pairs = drawPairs(background.rows.length, players, randomFrom(row));
    const inner = await scoreAll(
      model,
      pairs.flatMap(({ background: from, orders }) => orders.flatMap((order) => walk(background.rows[from]!, row, order, columns))),
    );
    if ('failed' in inner) return inner;
    const predicted = logOdds(pd);
    const expected = compared.logits.reduce((sum, logit) => sum + logit, 0) / compared.logits.length;
    const changes = changesOf(pairs, inner.logits, compared.logits, predicted, players);
    return { expected, predicted, ...summarise(pairs, changes, players, background.rows.length) };
  }
  return { method: 'sampled', scale: 'log-odds', explainRow };
}
