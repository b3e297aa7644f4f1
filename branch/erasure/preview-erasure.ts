/** What an erasure would take away, and what forbids it, before anything is touched. */
import type { ErasurePreview } from '../../contract/audit.ts';
import type { SealedIdentity } from '../../contract/entry-base.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { findSubject, type SubjectRows } from '../../db/erasure.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { openIdentity } from '../keys/seal-identity.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { todayOf } from '../today.ts';
import { holdOn, requireApplication } from './holds.ts';
import { lastDayOfDuty, retentionMonths } from './retention.ts';

/** Name that a reviewer's remark has among the fields. */
const REMARK = 'remark';

/** @throws Failed `not-allowed`, `entry-unknown` */
export function previewErasure(branch: Branch, application: string): ErasurePreview {
  requirePermission(branch.role, 'erase-subject');
  const { db } = branch.log;
  requireApplication(db, application);
  const rows = findSubject(db, application);
  const entries = sealedEntries(db, rows);
  const hasKeys = rows.decision?.isNamed === true || rows.reviews.some(({ hasKey }) => hasKey);
  return {
    application,
    entries,
    fields: fieldsOf(db, rows),
    hasDraft: rows.hasDraft,
    refusal: refusalOf(branch, application, rows),
    alreadyErased: !hasKeys && !rows.hasDraft,
  };
}

/** A hold comes first: nobody knows its end. */
function refusalOf({ log, clock }: Branch, application: string, { decision }: SubjectRows): ErasurePreview['refusal'] {
  if (holdOn(log.db, application) !== null) return { cause: 'legal-hold', until: null };
  if (decision === null) return null;
  const until = lastDayOfDuty(decision.wall, retentionMonths(log.db));
  return todayOf(clock) > until ? null : { cause: 'retention', until };
}

/** Entries about the application with something sealed in them, whether it can still be opened or not. */
export function sealedEntries(db: Reader, { decision, reviews }: SubjectRows): number[] {
  return [...(decision === null ? [] : [decision.seq]), ...reviews.map(({ seq }) => seq)].filter((seq) => sealedPart(db, seq) !== null);
}

function fieldsOf(db: Reader, { decision, reviews }: SubjectRows): string[] {
  const key = decision === null ? null : getSubjectKey(db, decision.seq);
  const sealed = decision === null ? null : sealedPart(db, decision.seq);
  const identity = key === null || sealed === null ? null : openIdentity(sealed, key);
  return [...Object.keys(identity ?? {}), ...(reviews.some(({ hasKey }) => hasKey) ? [REMARK] : [])];
}

function sealedPart(db: Reader, seq: number): SealedIdentity | null {
  const bytes = getEntry(db, seq)?.bytes;
  const entry = bytes === undefined ? undefined : (parseCanonical(bytes)?.value as LogEntry | undefined);
  if (entry?.type === 'decision') return entry.pii;
  return entry?.type === 'review' ? entry.note : null;
}
