/** How loans went. Every row follows from an `outcome` entry, whose note head office signed; verification derives it again. */
import type { LogEntry } from '../contract/log-entry.ts';
import type { OutcomeRow } from '../contract/sync.ts';
import { peekSignedJson } from '../ledger/signed-json.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export type OutcomeEntry = Extract<LogEntry, { type: 'outcome' }>;

export interface StoredOutcome extends OutcomeRow {
  /** Number of the entry that brought it, and its place in there, from 0. */
  seq: number;
  n: number;
}

/** The rows of an entry; none where its note holds nothing that could be one (which nobody takes in, and verification names). */
export function outcomeRowsOf({ seq, note }: OutcomeEntry): StoredOutcome[] {
  const delivered = (peekSignedJson(note)?.value as { outcomes?: unknown } | null | undefined)?.outcomes;
  if (!Array.isArray(delivered) || !delivered.every(isOutcome)) return [];
  return delivered.map(({ application, performance, monthsOnBook, asOf }, n) => ({ seq, n, application, performance, monthsOnBook, asOf }));
}

/** Kinds alone: the contract's schemas take longer to build than a start may. */
function isOutcome(value: unknown): value is OutcomeRow {
  const { application, performance, monthsOnBook, asOf } = (value ?? {}) as Partial<OutcomeRow>;
  const isRated = performance === 'good' || performance === 'bad' || performance === 'indeterminate';
  return typeof application === 'string' && isRated && Number.isSafeInteger(monthsOnBook) && monthsOnBook! >= 0 && typeof asOf === 'string';
}

const INSERT = `INSERT INTO outcomes (seq, n, application_id, decision, performance, months_on_book, as_of)
  VALUES (?, ?, ?, (SELECT seq FROM decisions WHERE application_id = ?), ?, ?, ?)`;

/** With the number of the decision that it is about, where this log has it; only inside the transaction that appends its entry. */
export function insertOutcome(writer: Writer, { seq, n, application, performance, monthsOnBook, asOf }: StoredOutcome): void {
  statement(writer, INSERT).run(seq, n, application, application, performance, monthsOnBook, asOf);
}

/** Of the entries from `from` to before `to`, in order, each with its decision's number. */
export function listOutcomeRows(reader: Reader, from: number, to: number): (StoredOutcome & { decision: number | null })[] {
  const sql = `SELECT seq, n, application_id AS application, performance, months_on_book AS monthsOnBook, as_of AS asOf, decision FROM outcomes
    WHERE seq >= ? AND seq < ? ORDER BY seq, n`;
  return withDatabase(reader, () => statement<StoredOutcome & { decision: number | null }>(reader, sql).all(from, to));
}

/** A decision with what became of its loan: what monitoring learns from. */
export interface LabelledDecision {
  decision: number;
  application: string;
  product: string;
  /** RFC 3339, the decision's wall clock. */
  wall: string;
  outcome: 'approve' | 'refer' | 'decline';
  pd: number | null;
  score: number | null;
  modelVersion: string | null;
  performance: OutcomeRow['performance'];
  monthsOnBook: number;
  asOf: string;
  /** Of the entry that brought it. */
  seq: number;
}

/**
 * The latest outcome of each decision of a product (null: of all), decided on the days from `from` to `to` (YYYY-MM-DD, both inclusive; null: no bound), in
 * the order of the decisions. Outcomes of applications that this log did not decide are not in it.
 */
export function listOutcomes(reader: Reader, product: string | null, from: string | null, to: string | null): LabelledDecision[] {
  const sql = `SELECT decision, application, product, wall, outcome, pd, score, modelVersion, performance, monthsOnBook, asOf, seq FROM (
      SELECT o.decision, o.application_id AS application, d.product, d.wall, d.outcome, d.pd, d.score, d.model_version AS modelVersion, o.performance,
        o.months_on_book AS monthsOnBook, o.as_of AS asOf, o.seq,
        row_number() OVER (PARTITION BY o.decision ORDER BY o.as_of DESC, o.seq DESC, o.n DESC) AS place
      FROM outcomes AS o JOIN decisions AS d ON d.seq = o.decision
      WHERE d.product = ifnull(?, d.product) AND substr(d.wall, 1, 10) BETWEEN ifnull(?, '') AND ifnull(?, '9999'))
    WHERE place = 1 ORDER BY decision`;
  return withDatabase(reader, () => statement<LabelledDecision>(reader, sql).all(product, from, to));
}

/** Number of the last delivery that was stored behind entry `seq`; 0: none. */
export function lastDeliveryAfter(reader: Reader, seq: number): number {
  const sql = `SELECT detail FROM events WHERE type = 'outcome' AND seq > ? ORDER BY seq DESC LIMIT 1`;
  return Number(withDatabase(reader, () => statement<{ detail: string }>(reader, sql).get(seq))?.detail ?? 0);
}
