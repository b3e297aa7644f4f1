/** Bars of the challenger's score less the champion's, as they are drawn and named. */
import type { ShadowComparison } from '../../contract/update-calls.ts';

export interface ShiftBar {
  /** Points; null: open on this side. */
  from: number | null;
  to: number | null;
  count: number;
  /** Where the challenger stands to the champion. */
  side: 'below' | 'about' | 'above';
}

export function barsOf({ edges, counts }: NonNullable<ShadowComparison['histogram']>): ShiftBar[] {
  return counts.map((count, index) => {
    const [from, to] = [edges[index - 1] ?? null, edges[index] ?? null];
    const side = to !== null && to <= 0 ? 'below' : from !== null && from >= 0 ? 'above' : 'about';
    return { from, to, count, side };
  });
}
