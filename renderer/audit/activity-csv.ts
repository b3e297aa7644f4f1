/** The report of activity as CSV (RFC 4180), for a spreadsheet. */
import type { ActivityRow } from '../../contract/audit.ts';

const COLUMNS = [
  'account',
  'name',
  'signIns',
  'failedSignIns',
  'decisions',
  'approved',
  'referred',
  'declined',
  'reviews',
  'overridesLowSide',
  'overridesHighSide',
  'exports',
  'first',
  'last',
] as const satisfies readonly (keyof ActivityRow)[];

export function activityCsv(rows: readonly ActivityRow[]): string {
  return [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))].join('\r\n');
}

/** A spreadsheet takes what begins like a formula for one, even in quotes: a name must not compute. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
