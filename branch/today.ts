import type { Clock } from './log/branch-log.ts';

/** The calendar day by the PC's clock, YYYY-MM-DD, UTC: what expiry dates are compared with. */
export function todayOf(clock: Pick<Clock, 'now'>): string {
  return new Date(clock.now()).toISOString().slice(0, 10);
}
