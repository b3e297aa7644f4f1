/** Differences of two scores, counted in bounded memory however many there are. */
import { LEAST_CELL } from '../../contract/shadow-cells.ts';
import type { ShadowComparison } from '../../contract/update-calls.ts';

/** Points between two bins; percentiles are told this finely. */
const STEP = 0.25;
/** Scores further apart than this count as this far. */
const FARTHEST = 2000;
const BINS = (2 * FARTHEST) / STEP + 1;
const EDGES = [-60, -40, -20, -10, -5, -2, 2, 5, 10, 20, 40, 60];

export class ShiftCounts {
  readonly #bins = new Uint32Array(BINS);
  #count = 0;
  #sum = 0;

  add(points: number): void {
    const within = Math.min(Math.max(points, -FARTHEST), FARTHEST);
    this.#bins[Math.round((within + FARTHEST) / STEP)]! += 1;
    this.#count += 1;
    this.#sum += points;
  }

  /** Points. Of no differences at all there is nothing to tell. */
  summary(): NonNullable<ShadowComparison['shift']> {
    return { mean: this.#sum / this.#count, p10: this.#quantile(0.1), median: this.#quantile(0.5), p90: this.#quantile(0.9) };
  }

  /** Groups that are too small to be told are put together with a neighbour's. */
  histogram(): NonNullable<ShadowComparison['histogram']> {
    const edges = [...EDGES];
    const counts = edges.map(() => 0).concat(0);
    this.#bins.forEach((n, bin) => {
      const points = bin * STEP - FARTHEST;
      const at = edges.findIndex((edge) => points < edge);
      counts[at < 0 ? edges.length : at]! += n;
    });
    for (;;) {
      const small = counts.findIndex((n) => n > 0 && n < LEAST_CELL);
      if (small < 0 || counts.length === 1) return { edges, counts };
      // Towards the middle, where the most are.
      const into = small < counts.length / 2 ? small + 1 : small - 1;
      const left = Math.min(small, into);
      counts.splice(left, 2, counts[small]! + counts[into]!);
      edges.splice(left, 1);
    }
  }

  #quantile(share: number): number {
    const wanted = Math.ceil(share * this.#count);
    let seen = 0;
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.#bins[bin]!;
      if (seen >= wanted) return bin * STEP - FARTHEST;
    }
    return FARTHEST;
  }
}
