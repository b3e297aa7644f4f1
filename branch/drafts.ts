/** What is typed and not decided yet, kept through a crash. A draft is the applicant's data: it lies in the encrypted database only. */
import type { Draft } from '../contract/application.ts';
import { listActive } from '../db/active.ts';
import { findDecision } from '../db/decisions.ts';
import { discardDraft, getDraft, saveDraft } from '../db/drafts.ts';
import type { Branch } from './open-branch.ts';
import { requirePermission } from './people/permissions.ts';
import { unknownProduct } from './ready-product.ts';

/** The person's own draft of the product; null when there is none, or when its application has been decided meanwhile. */
export function draftOf({ log, actor, role }: Branch, product: string): Draft | null {
  requirePermission(role, 'decide');
  const draft = getDraft(log.db, actor, product);
  return draft === null || findDecision(log.db, draft.applicationId) !== null ? null : draft;
}

/** A late save of an application that is decided already is dropped: it would bring the decided form back. */
export function keepDraft({ log, actor, role }: Branch, draft: Draft): void {
  requirePermission(role, 'decide');
  if (!listActive(log.db).some(({ kind, product }) => kind === 'product' && product === draft.product))
    throw unknownProduct(log.db, draft.product);
  if (findDecision(log.db, draft.applicationId) === null) saveDraft(log.db, actor, draft);
}

export function dropDraft({ log, actor, role }: Branch, product: string): void {
  requirePermission(role, 'decide');
  discardDraft(log.db, actor, product);
}
