/** What a benchmark found. */
import type { Spread } from './interleave.ts';

export interface Finding {
  what: string;
  /** Ours and its floor in `unit`; the floor is null where there is nothing to compare with. */
  ours: number;
  floor: number | null;
  unit: 'µs' | 'ms' | 'rows/s' | 'entries/s' | 'bytes' | 'kbit/s' | 'requests' | 'requests/s';
  /** Ours over the floor, within rounds. */
  ratio: Spread | null;
  /** From the issue; null: told for orientation only. */
  target: { atMost: number } | { atLeast: number } | null;
}

export interface Result {
  name: string;
  /** What was measured, against what, in sentences. */
  about: string[];
  findings: Finding[];
}

export function isMet({ ratio, target }: Finding): boolean | null {
  if (ratio === null || target === null) return null;
  return 'atMost' in target ? ratio.median <= target.atMost : ratio.median >= target.atLeast;
}
