/** A person's own decision on a decision. The machine's stays in the log as it was; what holds is the last review. */
import { Failed } from '../../contract/failure.ts';
import type { DecisionEntry } from '../../contract/log-entry.ts';
import type { Outcome } from '../../contract/policy.ts';
import type { Review, ReviewRequest } from '../../contract/review.ts';
import { reviewedOutcome } from '../../db/reviews.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { sealIdentity } from '../keys/seal-identity.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { readDecision } from '../show-decision.ts';
import { NOTE, reviewAt } from './list-reviews.ts';

/**
 * @throws Failed `not-allowed` (the role, or it is the person's own decision: maker and checker are two), `override-unfounded` (another outcome
 * than the one that holds, without a reason), `already-erased` (a remark about somebody who was erased), `entry-unknown`, `log-tampered`
 */
export function recordReview(branch: Branch, { of, outcome, codes, note }: ReviewRequest): Review {
  requirePermission(branch.role, 'review');
  const { actor, role, log } = branch;
  const { entry: decision } = readDecision(log.db, of);
  if (decision.actor === actor) throw ownDecision(of);
  const holds = reviewedOutcome(log.db, of) ?? decision.decision;
  if (outcome !== holds && codes.length === 0) throw unfounded(of, holds, outcome);
  const remark = note === undefined || note === '' ? null : note;
  if (remark !== null && isErased(branch, decision)) throw erased(of);
  const sealed = remark === null ? null : sealIdentity({ [NOTE]: remark });
  branch.requireAtWork();
  const [stored] = appendEntries(log, [
    {
      entry: {
        type: 'review',
        actor,
        role,
        of,
        application: decision.application,
        outcome,
        override: overrideOf(decision.decision, outcome),
        codes: [...new Set(codes)],
        note: sealed?.sealed ?? null,
      },
      noteKey: sealed?.identityKey ?? null,
    },
  ]);
  branch.tellChange();
  return reviewAt(log.db, stored!.seq);
}

/** Against what the machine decided, however many people have looked at it since: EBA GL/2020/06 has overrides of the model analysed. */
export function overrideOf(decided: Outcome, outcome: Outcome): 'low-side' | 'high-side' | null {
  if (outcome === 'approve' && decided !== 'approve') return 'low-side';
  return outcome === 'decline' && decided === 'approve' ? 'high-side' : null;
}

function isErased({ log }: Branch, { seq, pii }: DecisionEntry): boolean {
  return pii !== null && getSubjectKey(log.db, seq) === null;
}

const NOTHING_STORED = 'Nothing was stored.';

function ownDecision(of: number): Failed {
  return new Failed({
    kind: 'not-allowed',
    happened: 'Nobody reviews their own decision.',
    safe: NOTHING_STORED,
    next: 'Let another supervisor review it.',
    facts: { cause: 'own-decision', of },
  });
}

function unfounded(of: number, holds: Outcome, outcome: Outcome): Failed {
  return new Failed({
    kind: 'override-unfounded',
    happened: `What holds is ${holds}; to make it ${outcome} needs a reason.`,
    safe: NOTHING_STORED,
    next: 'Choose at least one reason.',
    facts: { of, holds, outcome },
  });
}

function erased(of: number): Failed {
  return new Failed({
    kind: 'already-erased',
    happened: 'The applicant of this decision was erased: nothing personal is kept about them any more.',
    safe: NOTHING_STORED,
    next: 'Leave the remark out.',
    facts: { of },
  });
}
