/** What people made of decisions, read back from the log. */
import type { LogEntry } from '../../contract/log-entry.ts';
import type { Review } from '../../contract/review.ts';
import type { Reader } from '../../db/handle.ts';
import { getNoteKey, listReviewSeqs, listUnreviewed } from '../../db/reviews.ts';
import { openIdentity } from '../keys/seal-identity.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { entryUnknown, readEntry } from '../read-entry.ts';
import { requireMaySee } from '../see-decision.ts';

/** At most this many are named; the count is of all. */
const MOST_WAITING = 200;

/** Of a decision that the person may see; oldest first, the last one holds. @throws Failed `not-allowed`, `entry-unknown`, `log-tampered` */
export function listReviews(branch: Branch, of: number): Review[] {
  requireMaySee(branch, of);
  return reviewsOf(branch.log.db, of);
}

/** The same for whoever may look at everything. */
export function reviewsOf(reader: Reader, of: number): Review[] {
  return listReviewSeqs(reader, of).map((seq) => reviewAt(reader, seq));
}

/** Referred decisions that nobody has reviewed yet, who waits longest first. @throws Failed `not-allowed` */
export function listWaiting({ role, log }: Branch): { seqs: number[]; total: number } {
  requirePermission(role, 'review');
  return listUnreviewed(log.db, MOST_WAITING);
}

export function reviewAt(reader: Reader, seq: number): Review {
  const { entry } = readEntry(reader, seq);
  if (entry.type !== 'review') throw entryUnknown(seq, `Entry ${seq} is not a review (${entry.type}).`);
  const { wall, actor, outcome, override, codes } = entry;
  return { seq, wall, actor, outcome, override, codes, note: noteOf(reader, entry) };
}

function noteOf(reader: Reader, { seq, note }: Extract<LogEntry, { type: 'review' }>): string | null {
  const key = note === null ? null : getNoteKey(reader, seq);
  return note === null || key === null ? null : (openIdentity(note, key)?.[NOTE] ?? null);
}

/** Name of the remark among what is sealed. */
export const NOTE = 'note';
