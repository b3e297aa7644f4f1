/** Bars of the timeline as they are drawn and named. */
import type { TimelineBar } from '../../contract/audit.ts';

export type Bars = readonly TimelineBar[];
export interface Layer {
  layer: 'approve' | 'refer' | 'decline' | 'other';
  from: number;
  to: number;
}

const DAY_MS = 86_400_000;

/** What stands on what in a bar, from the bottom; nothing that is empty. */
export function layersOf({ entries, approve, refer, decline }: TimelineBar): Layer[] {
  const other = Math.max(entries - approve - refer - decline, 0);
  let top = 0;
  return (
    [
      ['approve', approve],
      ['refer', refer],
      ['decline', decline],
      ['other', other],
    ] as const
  ).flatMap(([layer, count]) => {
    const from = top;
    top += count;
    return count === 0 ? [] : [{ layer, from, to: top }];
  });
}

/** The whole days, UTC, that two bars and what lies between them touch. */
export function daysOf(first: TimelineBar, last: TimelineBar): { from: string; to: string } {
  const end = new Date(Date.parse(last.to) - 1);
  return { from: first.from.slice(0, 10), to: end.toISOString().slice(0, 10) };
}

/** Where a bar begins, as precisely as its width asks for. */
export function spanName({ from, to }: TimelineBar, locale: string): string {
  const width = Date.parse(to) - Date.parse(from);
  const options: Intl.DateTimeFormatOptions =
    width < DAY_MS
      ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
      : width < 28 * DAY_MS
        ? { day: 'numeric', month: 'short', year: 'numeric' }
        : width < 360 * DAY_MS
          ? { month: 'short', year: 'numeric' }
          : { year: 'numeric' };
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(new Date(from));
}
