/** An old backup brings back the keys of those who were erased after it was made: their erasures are done again, from a list. */
import { eraseSubject as eraseRows, findSubject, listErasedApplications, overwriting } from '../../db/erasure.ts';
import { inTransaction } from '../../db/handle.ts';
import { appendEntries } from '../log/append-entries.ts';
import { type BranchLog, keepingPlace } from '../log/branch-log.ts';
import { noteCleanUp } from './clean-up.ts';
import { sealedEntries } from './preview-erasure.ts';

const APPLICATION = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export { listErasedApplications as listErased };

/** The ids in a list as `listErased` is written out, one a line; null: it is no such list. */
export function readErasedList(text: string): string[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const ids = lines.map((line) => line.trim().toLowerCase());
  return ids.every((id) => APPLICATION.test(id)) ? ids : null;
}

/**
 * Erases those of the list who are named here, whatever duty or hold stood in the way then: the log that was lost had the erasure already.
 * All in one transaction; traces are cleaned up when the folder is opened next, or by `cleanUp`.
 * @returns how many were erased
 */
export function eraseAgain(log: BranchLog, applications: readonly string[]): number {
  const { db } = log;
  const named = applications.filter((application) => {
    const { decision, reviews, hasDraft } = findSubject(db, application);
    return decision?.isNamed === true || hasDraft || reviews.some(({ hasKey }) => hasKey);
  });
  if (named.length === 0) return 0;
  overwriting(db, () =>
    keepingPlace(log, () =>
      inTransaction(db, () => {
        for (const application of named) {
          const of = sealedEntries(db, findSubject(db, application));
          eraseRows(db, application);
          noteCleanUp(db, of);
          appendEntries(log, [{ entry: { type: 'erasure', actor: 'system', role: 'system', application, of, ground: 'subject-request' } }]);
        }
      }),
    ),
  );
  return named.length;
}
