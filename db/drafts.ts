/** What is typed but not decided yet: one draft per person and product, so that a crash loses no keystroke and nobody reads another's. */
import type { Draft } from '../contract/application.ts';
import { inTransaction, type Reader, statement, type Writer, withDatabase } from './handle.ts';

interface DraftRow {
  account: string;
  product: string;
  application_id: string;
  typed: string;
  changed_at: number;
}

/** Owner of what was typed before drafts had owners: whoever opens the form next finds it, and keeps it. */
const NOBODY = '';

export function saveDraft(writer: Writer, account: string, draft: Draft): void {
  const { product, applicationId, typed, changedAt } = draft;
  inTransaction(writer, () => {
    statement(writer, 'DELETE FROM drafts WHERE account = ? AND product = ?').run(NOBODY, product);
    const sql = 'INSERT OR REPLACE INTO drafts (account, product, application_id, typed, changed_at) VALUES (?, ?, ?, ?, ?)';
    statement(writer, sql).run(account, product, applicationId, JSON.stringify(typed), changedAt);
  });
}

export function getDraft(reader: Reader, account: string, product: string): Draft | null {
  return withDatabase(reader, () => {
    const sql = 'SELECT * FROM drafts WHERE product = ? AND account IN (?, ?) ORDER BY account DESC LIMIT 1';
    const row = statement<DraftRow>(reader, sql).get(product, account, NOBODY);
    if (row === undefined) return null;
    return { product: row.product, applicationId: row.application_id, typed: JSON.parse(row.typed), changedAt: row.changed_at };
  });
}

/** Whether somebody has an application begun, of any product; one without an owner is whoever's opens the form next. */
export function hasDraftOf(reader: Reader, account: string): boolean {
  const sql = 'SELECT 1 AS found FROM drafts WHERE account IN (?, ?) LIMIT 1';
  return withDatabase(reader, () => statement(reader, sql).get(account, NOBODY) !== undefined);
}

export function discardDraft(writer: Writer, account: string, product: string): void {
  const sql = 'DELETE FROM drafts WHERE product = ? AND account IN (?, ?)';
  inTransaction(writer, () => statement(writer, sql).run(product, account, NOBODY));
}

/** Drops the drafts of applications that are being decided; only inside the transaction that appends their decisions. */
export function dropDecidedDrafts(writer: Writer, applicationIds: readonly string[]): void {
  // A few drafts in all, and for most decisions none: looking costs less than asking SQLite to delete what is not there.
  const drafts = statement<{ id: string }>(writer, 'SELECT application_id AS id FROM drafts').all();
  for (const { id } of drafts) if (applicationIds.includes(id)) statement(writer, 'DELETE FROM drafts WHERE application_id = ?').run(id);
}

/** Drops all drafts of somebody who decides no longer; only inside the transaction that appends the entry saying so. */
export function dropDraftsOf(writer: Writer, account: string): void {
  statement(writer, 'DELETE FROM drafts WHERE account = ?').run(account);
}
