/** Who would be decided otherwise, for a person to read. */
import type { ModelComparison } from '../../branch/compare-models.ts';

type ShiftReport = NonNullable<ModelComparison['decisions']>;
type GroupShift = ShiftReport['groups'][number];
type OutcomePair = GroupShift['pairs'][number];

const HIDDEN = 'few';
const told = (count: number | null): string => (count === null ? HIDDEN : String(count));

/** Only pairs that somebody is in. */
export function shiftInWords({ compared, decidedOtherwise, pairs, groups, hiddenGroups }: ShiftReport): string[] {
  const share = compared === 0 ? '' : ` (${percent(decidedOtherwise / compared)})`;
  const lines = [`${decidedOtherwise} of ${compared} would be decided otherwise${share}.`];
  for (const { before, after, count } of pairs) if (count > 0) lines.push(`  ${before.padEnd(7)} -> ${after.padEnd(7)}  ${count}`);
  if (groups.length > 0) lines.push('By monitored group (never scored; "few": too few people to be shown):');
  for (const group of groups) lines.push(groupInWords(group));
  if (hiddenGroups > 0) lines.push(`  ${hiddenGroups} groups have too few people to be shown.`);
  return lines;
}

function groupInWords({ trait, group, compared, approvedBefore, approvedAfter, pairs }: GroupShift): string {
  const moved = pairs.filter(({ before, after, count }) => before !== after && count !== 0).map(pairInWords);
  const approved = `approved ${shareOf(approvedBefore, compared)}, would be ${shareOf(approvedAfter, compared)}`;
  return `  ${trait} = ${group}: ${told(compared)} people, ${approved}${moved.length === 0 ? '' : `; ${moved.join(', ')}`}`;
}

const pairInWords = ({ before, after, count }: OutcomePair): string => `${before} -> ${after} ${told(count)}`;

function shareOf(count: number | null, of: number | null): string {
  return count === null || of === null || of === 0 ? HIDDEN : percent(count / of);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
