/**
 * The fleet as SQL: one row for each branch with its present log. Everything that lists or counts branches begins with this, and none of it reads
 * entries. Parameters: $1 the present moment, $2 before when a branch that was last heard of is silent.
 */
import type { SqlValue } from '../store/store.ts';

const HOUR_MS = 3_600_000;
/** A branch that works sends daily; a weekend with a holiday is no silence. */
export const SILENT_AFTER_DAYS = 4;

export const BRANCH_STATES = {
  'in-contact': `heard of within ${SILENT_AFTER_DAYS} days`,
  silent: `not heard of for more than ${SILENT_AFTER_DAYS} days`,
  waiting: 'not enrolled yet, or never heard of',
  frozen: 'two pasts were seen: nothing more is taken until people have looked',
  closed: 'no longer in use',
} as const;
export type BranchState = keyof typeof BRANCH_STATES;

/**
 * unsent: what the branch had not sent when it was last heard of (its own count of entries, less what is held), and what its average day adds since. The
 * average is over the life of its log. Both are estimates, and the page says so.
 */
export const FLEET = `WITH present AS (
  SELECT DISTINCT ON (branch) branch, log_no, size, base_size, made_at, contact_at, frozen_at, report
  FROM logs ORDER BY branch, made_at DESC, genesis_seq DESC, log_no
), open_alarms AS (
  SELECT branch, count(*) AS alarms FROM alarms WHERE ended_at IS NULL GROUP BY branch
), heard AS (
  SELECT b.branch, b.name, b.tags, b.closed_at, l.log_no, l.size, l.contact_at, l.frozen_at, l.report ->> 'app' AS app,
    coalesce(a.alarms, 0) AS alarms,
    greatest(0, coalesce((l.report ->> 'logSize')::bigint, l.size) - l.size) AS known,
    greatest(0, extract(epoch FROM $1::timestamptz - l.contact_at) / 86400.0) AS days,
    (l.size - l.base_size) / greatest(1, extract(epoch FROM l.contact_at - l.made_at) / 86400.0) AS a_day
  FROM branches b LEFT JOIN present l ON l.branch = b.branch LEFT JOIN open_alarms a ON a.branch = b.branch
), fleet AS (
  SELECT branch, name, tags, closed_at, log_no, size, contact_at, frozen_at, app, alarms,
    CASE WHEN contact_at IS NULL THEN NULL ELSE round(known + days * a_day) END AS unsent,
    CASE WHEN closed_at IS NOT NULL THEN 'closed' WHEN frozen_at IS NOT NULL THEN 'frozen' WHEN contact_at IS NULL THEN 'waiting'
      WHEN contact_at < $2::timestamptz THEN 'silent' ELSE 'in-contact' END AS state
  FROM heard
)`;

/** $1 and $2. */
export function fleetValues(now: Date): SqlValue[] {
  return [now, new Date(now.getTime() - SILENT_AFTER_DAYS * 24 * HOUR_MS)];
}

/** Numbers to be looked for in one statement, whatever the engine's driver makes of arrays: `log_no IN (${ONE_OF('$3')})`. */
export function oneOf(parameter: string): string {
  return `SELECT value::bigint FROM jsonb_array_elements_text(${parameter}::jsonb) AS t(value)`;
}
