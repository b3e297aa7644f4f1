/**
 * Rows as text, for verifying: many columns joined to one value by SQLite cross over to JavaScript several times faster than each by itself, and
 * text far faster than bytes. Between columns stands U+001F, for NULL U+001E; canonical JSON holds neither.
 */
import { type Reader, statement, withDatabase } from './handle.ts';

export const BETWEEN = '\u001f';
export const NULL = '\u001e';

const column = (name: string): string => `ifnull(${name}, char(30))`;
const joined = (names: readonly string[]): string => names.map(column).join(' || char(31) || ');

/**
 * Entries from `from` on, `limit` of them at most: leaf hash and root (both hexadecimal; the root only where the row has one) without anything between, a
 * space, number, a space, type, a newline, and the entry's bytes taken for UTF-8.
 */
export function listEntryTexts(reader: Reader, from: number, limit: number): string[] {
  const sql = `SELECT lower(hex(leaf_hash)) || ifnull(lower(hex(root)), '') || ' ' || seq || ' ' || type || char(10) || CAST(bytes AS TEXT)
    FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?`;
  return withDatabase(reader, () => statement<string>(reader, sql).pluck().all(from, limit)) as unknown as string[];
}

/** The texts of a decision's row, joined; its numbers; and whether a name or a key is kept with it. */
export type DecisionText = [text: string, pd: number | null, score: number | null, amount: number | null, isNamed: 0 | 1];

/** Of the decisions from `from` to before `to`: number, application, wall, product, outcome, actor, versions of model and policy, reasons. */
export function listDecisionTexts(reader: Reader, from: number, to: number): DecisionText[] {
  const names = ['seq', 'application_id', 'wall', 'product', 'outcome', 'actor', 'model_version', 'policy_version', 'reasons'];
  const sql = `SELECT ${joined(names)}, pd, score, amount, applicant IS NOT NULL OR applicant_folded IS NOT NULL OR identity_key IS NOT NULL
    FROM decisions WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<DecisionText>(reader, sql).raw().all(from, to)) as unknown as DecisionText[];
}

/** Of the entries from `from` to before `to` that are no decisions: number, type, wall, actor, about, application, outcome, override, detail. */
export function listEventTexts(reader: Reader, from: number, to: number): string[] {
  const names = ['seq', 'type', 'wall', 'actor', 'about', 'application_id', 'outcome', 'override', 'detail'];
  const sql = `SELECT ${joined(names)} FROM events WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<string>(reader, sql).pluck().all(from, to)) as unknown as string[];
}
