import type { Review } from '../../contract/review.ts';

/** One line, without the remark. */
export function reviewInWords({ seq, wall, actor, outcome, override, codes }: Review): string {
  const side = override === null ? '' : `, ${override} override`;
  const reasons = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
  return `${outcome.toUpperCase()}${side}${reasons}, by ${actor}, ${wall}, entry ${seq}`;
}
