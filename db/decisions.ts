/** What the screens query of decisions. Every column but the name follows from the entry; verification derives it again. */
import type { DecisionFilter, DecisionRow } from '../contract/decision-list.ts';
import type { DecisionEntry } from '../contract/log-entry.ts';
import { canonicalise } from '../ledger/canonical-json.ts';
import { compactShadow } from './compact-shadow.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

/** A row as it is stored; `reasons` are the entry's, with spaces, for filtering; `shadow` as `compactShadow` has it. Reviews are rows of their own. */
export type StoredDecisionRow = Omit<DecisionRow, 'reviewed'> & { reasons: string; shadow: string };

/** The row of a decision entry, with the applicant's name as entered (null when nobody was named). */
export function decisionRowOf(entry: DecisionEntry, applicant: string | null): StoredDecisionRow {
  return {
    seq: entry.seq,
    wall: entry.wall,
    product: entry.product.name,
    applicant,
    outcome: entry.decision,
    pd: entry.pd,
    score: entry.score,
    amount: entry.affordability.amount,
    actor: entry.actor,
    modelVersion: entry.model?.version ?? null,
    policyVersion: entry.policy?.version ?? null,
    reasons: entry.reasons.join(' '),
    shadow: compactShadow(canonicalise(entry.shadow)),
  };
}

const INSERT = `INSERT INTO decisions (seq, application_id, wall, product, applicant, applicant_folded, outcome, pd, score, amount,
  actor, model_version, policy_version, reasons, shadow, identity_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts the row of a decision, with its applicant's key; only inside the transaction that appends its entry. */
export function insertDecision(writer: Writer, applicationId: string, row: StoredDecisionRow, identityKey: Buffer | null): void {
  const folded = row.applicant === null ? null : fold(row.applicant);
  const { seq, wall, product, applicant, outcome, pd, score, amount, actor, modelVersion, policyVersion, reasons, shadow } = row;
  statement(writer, INSERT).run(
    seq,
    applicationId,
    wall,
    product,
    applicant,
    folded,
    outcome,
    pd,
    score,
    amount,
    actor,
    modelVersion,
    policyVersion,
    reasons,
    shadow,
    identityKey,
  );
}

const COLUMNS = `seq, wall, product, applicant, outcome, pd, score, amount, actor, model_version AS modelVersion,
  policy_version AS policyVersion`;

const REVIEWED = `(SELECT events.outcome FROM events WHERE about = decisions.seq AND type = 'review' ORDER BY events.seq DESC LIMIT 1) AS reviewed`;

/** What is listed: what the filter lets through, of one person or (null) of all. */
export type Sought = DecisionFilter & { actor?: string | null };

/** Decisions that match, newest first. */
export function listDecisions(reader: Reader, sought: Sought, offset: number, limit: number): DecisionRow[] {
  const { where, values } = conditions(sought);
  // Walking back from the newest finds a page at once; through an index of a filter's columns SQLite would sort every match first.
  const sql = `SELECT ${COLUMNS}, ${REVIEWED} FROM decisions NOT INDEXED ${where} ORDER BY seq DESC LIMIT ? OFFSET ?`;
  return withDatabase(reader, () => statement<DecisionRow>(reader, sql).all(...values, limit, offset));
}

export function countDecisions(reader: Reader, sought: Sought): number {
  const { where, values } = conditions(sought);
  return withDatabase(
    reader,
    () => statement<{ n: number }>(reader, `SELECT count(*) AS n FROM decisions ${where}`).get(...values)?.n ?? 0,
  );
}

/** Entry number of the decision on this application, or null: the same application is never decided twice. */
export function findDecision(reader: Reader, applicationId: string): number | null {
  const sql = 'SELECT seq FROM decisions WHERE application_id = ?';
  return withDatabase(reader, () => statement<{ seq: number }>(reader, sql).get(applicationId)?.seq ?? null);
}

/** The same for many applications in one question: entry numbers of those that are decided, by application id. */
export function findDecisions(reader: Reader, applicationIds: readonly string[]): ReadonlyMap<string, number> {
  const sql = 'SELECT application_id AS id, seq FROM decisions WHERE application_id IN (SELECT value FROM json_each(?))';
  const found = withDatabase(reader, () => statement<{ id: string; seq: number }>(reader, sql).all(JSON.stringify(applicationIds)));
  return new Map(found.map(({ id, seq }) => [id, seq]));
}

/** Entry numbers of a product's first decisions behind an entry, in order. */
export function listDecisionsAfter(reader: Reader, product: string, seq: number, limit: number): number[] {
  const sql = 'SELECT seq FROM decisions WHERE product = ? AND seq > ? ORDER BY seq LIMIT ?';
  return withDatabase(reader, () => statement<{ seq: number }>(reader, sql).all(product, seq, limit)).map((row) => row.seq);
}

export interface ShadowRow {
  seq: number;
  wall: string;
  pd: number | null;
  score: number | null;
  /** As `compactShadow` has it. */
  shadow: string;
}

/** Decisions of a product by a model of that version, behind an entry, in order. */
export function listShadowRows(
  reader: Reader,
  { product, modelVersion }: { product: string; modelVersion: string },
  after: number,
  limit: number,
): ShadowRow[] {
  const sql = 'SELECT seq, wall, pd, score, shadow FROM decisions WHERE product = ? AND model_version = ? AND seq > ? ORDER BY seq LIMIT ?';
  return withDatabase(reader, () => statement<ShadowRow>(reader, sql).all(product, modelVersion, after, limit));
}

/** Rows of the entries from `from` to before `to`, with their application ids, for the cross-check against the log. */
export function listDecisionRows(reader: Reader, from: number, to: number): (StoredDecisionRow & { applicationId: string })[] {
  const sql = `SELECT application_id AS applicationId, reasons, shadow, ${COLUMNS} FROM decisions WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<StoredDecisionRow & { applicationId: string }>(reader, sql).all(from, to));
}

function conditions({ actor = null, ...filter }: Sought): { where: string; values: (string | number)[] } {
  const clauses: string[] = [];
  const values: (string | number)[] = [];
  if (actor !== null) {
    clauses.push('actor = ?');
    values.push(actor);
  }
  const search = filter.search?.trim() ?? '';
  if (search !== '') {
    const number = /^#?(\d{1,15})$/.exec(search)?.[1];
    clauses.push(number === undefined ? 'instr(applicant_folded, ?) > 0' : '(seq = ? OR instr(applicant_folded, ?) > 0)');
    if (number !== undefined) values.push(Number(number));
    values.push(fold(search));
  }
  if (filter.product !== undefined) {
    clauses.push('product = ?');
    values.push(filter.product);
  }
  if (filter.outcomes !== undefined && filter.outcomes.length > 0) {
    clauses.push(`outcome IN (${filter.outcomes.map(() => '?').join(', ')})`);
    values.push(...filter.outcomes);
  }
  // RFC 3339 texts in UTC sort as the times do.
  if (filter.from !== undefined) {
    clauses.push('wall >= ?');
    values.push(filter.from);
  }
  if (filter.to !== undefined) {
    clauses.push('wall <= ?');
    values.push(`${filter.to}T23:59:59.999Z`);
  }
  return { where: clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`, values };
}

/** For searching without regard to case in any script; SQLite's own folding knows ASCII only. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
