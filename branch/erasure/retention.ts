/** How long a decision must be kept: a duty that overrides a request to erase (GDPR Art. 17(3)(b)). */
import type { Reader } from '../../db/handle.ts';
import { getSetting } from '../../db/settings.ts';

/** 12 CFR 1002.12(b)(1), Regulation B: application, reasons and notice for 25 months after the applicant was told. */
const LEAST_MONTHS = 25;

export function retentionMonths(reader: Reader): number {
  const kept = getSetting(reader, 'retention.months');
  return kept === null ? LEAST_MONTHS : Number(kept);
}

/** @param wall when the decision was made, RFC 3339. @returns the last day on which it must be kept, YYYY-MM-DD */
export function lastDayOfDuty(wall: string, months: number): string {
  const made = new Date(wall);
  const year = made.getUTCFullYear();
  const month = made.getUTCMonth() + months;
  // A month that is too short for the day ends with its last.
  const day = Math.min(made.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}
