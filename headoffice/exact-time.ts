/** Moments of the database to the microsecond: a Date holds milliseconds, and a place in an order that is rounded is another place. */

/** SQL that gives a `timestamptz` as `2026-03-01T12:00:00.123456Z`; the same text is taken back as `$1::timestamptz`. */
export function exactly(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Whether a text that came from outside is such a moment. */
export function isExact(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
