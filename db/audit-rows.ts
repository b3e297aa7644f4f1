/** Rows of the whole log as an auditor lists it: decisions and all other entries in one order. They are one row each, in `decisions` or in `events`. */
import type { LogRow } from '../contract/audit.ts';
import { type Reader, statement, withDatabase } from './handle.ts';

/** What a decision is filtered by: seq, wall, actor, outcome, product, model version, policy version, reasons. */
export type DecisionCells = [number, string, string, string, string, string | null, string | null, string];
/** What any other entry is filtered by: seq, wall, actor, type, outcome, override, entry that it is about, and a failed sign-in's detail. */
export type EventCells = [number, string, string, string, string | null, string | null, number | null, string | null];

/** Rows of the entries from `from` to before `to`, as arrays: a million objects would take twice the time. */
export function listCells(reader: Reader, from: number, to: number): { decisions: DecisionCells[]; events: EventCells[] } {
  const ofDecisions = `SELECT seq, wall, actor, outcome, product, model_version, policy_version, reasons
    FROM decisions WHERE seq >= ? AND seq < ?`;
  const ofEvents = `SELECT seq, wall, actor, type, outcome, override, about, CASE type WHEN 'sign-in-failed' THEN detail END
    FROM events WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => ({
    decisions: statement<DecisionCells>(reader, ofDecisions).raw(true).all(from, to) as DecisionCells[],
    events: statement<EventCells>(reader, ofEvents).raw(true).all(from, to) as EventCells[],
  }));
}

// A decision shows the last override that it met; the reasons are codes, never an applicant's data.
const DECISIONS = `SELECT seq, 'decision' AS type, wall, actor, outcome, product, model_version AS modelVersion,
  policy_version AS policyVersion, (SELECT override FROM events WHERE events.about = decisions.seq AND override IS NOT NULL
    ORDER BY events.seq DESC LIMIT 1) AS override, NULL AS about, reasons AS detail FROM decisions`;
const EVENTS = `SELECT seq, type, wall, actor, outcome, NULL AS product, NULL AS modelVersion, NULL AS policyVersion, override, about,
  detail FROM events`;

/** Rows from `from` to before `to`, newest first. */
export function listLogRows(reader: Reader, from: number, to: number): LogRow[] {
  const where = 'WHERE seq >= ? AND seq < ?';
  return newestFirst(reader, `${DECISIONS} ${where}`, `${EVENTS} ${where}`, [from, to]);
}

/** The rows of these entries, newest first. */
export function listLogRowsOf(reader: Reader, seqs: readonly number[]): LogRow[] {
  const where = 'WHERE seq IN (SELECT value FROM json_each(?))';
  return newestFirst(reader, `${DECISIONS} ${where}`, `${EVENTS} ${where}`, [JSON.stringify(seqs)]);
}

/** The rows of all entries about one application: its decision, its reviews, holds on it, its erasure. Newest first. */
export function listLogRowsAbout(reader: Reader, applicationId: string): LogRow[] {
  const where = 'WHERE application_id = ?';
  return newestFirst(reader, `${DECISIONS} ${where}`, `${EVENTS} ${where}`, [applicationId]);
}

// Two questions and a sort in memory: SQLite would sort the union of both in a table of its own.
function newestFirst(reader: Reader, decisions: string, events: string, values: readonly (number | string)[]): LogRow[] {
  const rows = withDatabase(reader, () => [decisions, events].flatMap((sql) => statement<LogRow>(reader, sql).all(...values)));
  return rows.sort((a, b) => b.seq - a.seq);
}
