/**
 * Erasing a person (GDPR Art. 17): the keys of everything in the log that names them are destroyed, with their name in the list and their draft, in
 * the transaction that appends the erasure. The entries stay, so every root and proof holds. A mitigation, not anonymity: what remains is
 * told in docs/privacy.md.
 */
import type { ErasurePreview } from '../../contract/audit.ts';
import { Failed } from '../../contract/failure.ts';
import { eraseSubject as eraseRows, listPersonalExports, overwriting } from '../../db/erasure.ts';
import { inTransaction } from '../../db/handle.ts';
import { type AppendedEntry, appendEntries } from '../log/append-entries.ts';
import { keepingPlace } from '../log/branch-log.ts';
import type { Branch } from '../open-branch.ts';
import { type CleanedUp, cleanUp, noteCleanUp } from './clean-up.ts';
import { previewErasure } from './preview-erasure.ts';

export interface ErasureRequest {
  application: string;
  ground: 'subject-request' | 'retention-over';
}

export interface Erased extends AppendedEntry, CleanedUp {
  /** Entries of exports that took the identity away in the clear, to wherever they were taken: not in this program's reach. */
  takenAway: number[];
}

/**
 * Erases, durably, when it returns; `isClean` false says that pages and files where traces may be are cleaned at the next start.
 * @throws Failed `retention-holds` and `on-hold` (each documented as an entry first), `already-erased` (nothing is left), `not-allowed`,
 * `entry-unknown`, disk-full, disk-error, database-corrupt
 */
export function eraseSubject(branch: Branch, { application, ground }: ErasureRequest): Erased {
  const preview = previewErasure(branch, application);
  branch.requireAtWork();
  if (preview.alreadyErased) throw new Failed(nothingLeft(application));
  if (preview.refusal !== null) throw refuse(branch, application, preview.refusal);
  const { log, actor, role } = branch;
  const stored = overwriting(log.db, () =>
    keepingPlace(log, () =>
      inTransaction(log.db, () => {
        eraseRows(log.db, application);
        noteCleanUp(log.db, preview.entries);
        return appendEntries(log, [{ entry: { type: 'erasure', actor, role, application, of: preview.entries, ground } }])[0]!;
      }),
    ),
  );
  const cleaned = cleanUp(log, 'at work');
  branch.tellChange();
  return { ...stored, ...cleaned, takenAway: listPersonalExports(log.db, preview.entries) };
}

function refuse(branch: Branch, application: string, { cause, until }: NonNullable<ErasurePreview['refusal']>): Failed {
  const { log, actor, role } = branch;
  const [{ seq }] = appendEntries(log, [{ entry: { type: 'erasure-refused', actor, role, application, cause, until } }]) as [AppendedEntry];
  branch.tellChange();
  const safe = `Nothing was erased; entry ${seq} documents the refusal (GDPR Art. 17(3)).`;
  if (cause === 'legal-hold')
    return new Failed({
      kind: 'on-hold',
      happened: 'This application is under a legal hold.',
      safe,
      next: 'Ask the auditor who set it; once it is lifted, ask again.',
      facts: { seq },
    });
  return new Failed({
    kind: 'retention-holds',
    happened: `This decision must be kept until ${until} (12 CFR 1002.12(b)).`,
    safe,
    next: `Tell the applicant so, and erase after ${until}.`,
    facts: { seq, until: until ?? '' },
  });
}

function nothingLeft(application: string): Failed['failure'] {
  return {
    kind: 'already-erased',
    happened: 'Nothing is left here that names the applicant.',
    safe: 'Nothing was changed.',
    next: 'There is nothing left to do in this folder. Look after backups and exports that were made before.',
    facts: { application },
  };
}
