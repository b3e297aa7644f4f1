/** The log over time: how many entries and decisions fell into each hour, day, month or year. */
import type { LogFilter, TimelineBar } from '../../contract/audit.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import type { LogColumns } from './log-columns.ts';
import { columnsOf, matchingEntries } from './log-index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Years and months of the greatest span. A clock that was set to the year 9999 for a minute must not make a million bars. */
const MONTHS = [1, 3, 12, 60, 120, 1200, 12_000, 120_000];

/** Bars of the matching entries, by the PC's clock, whole hours, days, weeks, months or years in UTC; at most `most`, without a gap. */
export async function timelineOf(branch: Branch, filter: LogFilter, most: number, upTo?: number): Promise<TimelineBar[]> {
  requirePermission(branch.role, 'read-log');
  const { size } = branch.log.frontier;
  const seqs = await matchingEntries(branch, filter, Math.min(upTo ?? size, size));
  return countBars(await columnsOf(branch), seqs, most);
}

export function countBars(columns: LogColumns, seqs: Uint32Array, most: number): TimelineBar[] {
  const { wall, outcome, outcomes, type, types } = columns;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const seq of seqs) {
    const at = wall[seq]!;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  if (first > last) return [];
  const edges = edgesOf(first, last, most);
  const bars = edges.length - 1;
  const decision = types.code('decision');
  const kinds = (['approve', 'refer', 'decline'] as const).map((word) => outcomes.code(word));
  const entries = new Uint32Array(bars);
  const counts = kinds.map(() => new Uint32Array(bars));
  let bar = 0;
  for (const seq of seqs) {
    const at = wall[seq]!;
    // The next entry mostly falls into the same bar.
    if (!(at >= edges[bar]! && at < edges[bar + 1]!)) {
      bar = Number.isNaN(at) ? bar : barAt(edges, at);
      if (Number.isNaN(at)) continue;
    }
    entries[bar]! += 1;
    const kind = type[seq] === decision ? kinds.indexOf(outcome[seq]!) : -1;
    if (kind >= 0) counts[kind]![bar]! += 1;
  }
  return Array.from({ length: bars }, (_, i) => ({
    from: new Date(edges[i]!).toISOString(),
    to: new Date(edges[i + 1]!).toISOString(),
    entries: entries[i]!,
    approve: counts[0]![i]!,
    refer: counts[1]![i]!,
    decline: counts[2]![i]!,
  }));
}

/** The last bar that begins at or before `at`. */
function barAt(edges: readonly number[], at: number): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Edges of the narrowest bars of which `most` hold both times. */
function edgesOf(first: number, last: number, most: number): number[] {
  for (const [width, origin] of [
    [HOUR_MS, 0],
    [DAY_MS, 0],
    // 1970-01-05 was a Monday, with which ISO 8601 weeks begin.
    [7 * DAY_MS, 4 * DAY_MS],
  ] as const) {
    const start = Math.floor((first - origin) / width) * width + origin;
    const bars = Math.floor((last - start) / width) + 1;
    if (bars <= most) return Array.from({ length: bars + 1 }, (_, i) => start + i * width);
  }
  for (const months of MONTHS) {
    const monthOf = (at: number) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth();
    const start = Math.floor(monthOf(first) / months);
    const bars = Math.floor(monthOf(last) / months) - start + 1;
    if (bars <= most) return Array.from({ length: bars + 1 }, (_, i) => startOfMonth((start + i) * months));
  }
  return [first, last + 1];
}

function startOfMonth(month: number): number {
  // Date.UTC would take the years 0 to 99 for 1900 to 1999, and ends in the year 275760.
  const at = new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1);
  return Number.isNaN(at) ? 8.64e15 : at;
}
