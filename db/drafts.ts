/** What is typed but not decided yet: one draft per product, so that a crash loses no keystroke. */
import type { Draft } from '../contract/application.ts';
import { inTransaction, type Reader, statement, type Writer, withDatabase } from './handle.ts';

interface DraftRow {
  product: string;
  application_id: string;
  typed: string;
  changed_at: number;
}

export function saveDraft(writer: Writer, draft: Draft): void {
  const sql = 'INSERT OR REPLACE INTO drafts (product, application_id, typed, changed_at) VALUES (?, ?, ?, ?)';
  const { product, applicationId, typed, changedAt } = draft;
  inTransaction(writer, () => statement(writer, sql).run(product, applicationId, JSON.stringify(typed), changedAt));
}

export function getDraft(reader: Reader, product: string): Draft | null {
  return withDatabase(reader, () => {
    const row = statement<DraftRow>(reader, 'SELECT * FROM drafts WHERE product = ?').get(product);
    if (row === undefined) return null;
    return { product: row.product, applicationId: row.application_id, typed: JSON.parse(row.typed), changedAt: row.changed_at };
  });
}

export function discardDraft(writer: Writer, product: string): void {
  inTransaction(writer, () => statement(writer, 'DELETE FROM drafts WHERE product = ?').run(product));
}

/** Drops the drafts of applications that are being decided; only inside the transaction that appends their decisions. */
export function dropDecidedDrafts(writer: Writer, applicationIds: readonly string[]): void {
  // One draft at most for each product, and for most decisions none at all: looking costs less than asking SQLite to delete what is not there.
  const drafts = statement<{ product: string; id: string }>(writer, 'SELECT product, application_id AS id FROM drafts').all();
  for (const { product, id } of drafts)
    if (applicationIds.includes(id)) statement(writer, 'DELETE FROM drafts WHERE product = ?').run(product);
}
