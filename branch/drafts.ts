/** What is typed and not decided yet, kept through a crash. A draft is the applicant's data: it lies in the encrypted database only. */
import type { Draft } from '../contract/application.ts';
import { listActive } from '../db/activations.ts';
import { findDecision } from '../db/decisions.ts';
import { discardDraft, getDraft, saveDraft } from '../db/drafts.ts';
import type { Branch } from './open-branch.ts';
import { unknownProduct } from './ready-product.ts';

/** The product's draft; null when there is none, or when its application has been decided meanwhile. */
export function draftOf({ log }: Branch, product: string): Draft | null {
  const draft = getDraft(log.db, product);
  return draft === null || findDecision(log.db, draft.applicationId) !== null ? null : draft;
}

/** A late save of an application that is decided already is dropped: it would bring the decided form back. */
export function keepDraft({ log }: Branch, draft: Draft): void {
  if (!listActive(log.db).some(({ kind, product }) => kind === 'product' && product === draft.product))
    throw unknownProduct(log.db, draft.product);
  if (findDecision(log.db, draft.applicationId) === null) saveDraft(log.db, draft);
}

export function dropDraft({ log }: Branch, product: string): void {
  discardDraft(log.db, product);
}
