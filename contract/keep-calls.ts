/** Calls about what is kept and what must go: erasure, retention, backups, the recovery key. */
import { z } from 'zod';
import { erasurePreview } from './audit.ts';
import { callFor, openCall } from './call.ts';
import { session } from './people.ts';
import { sha256 } from './product.ts';

const seq = z.int().nonnegative();

/** A named application whose duty of keeping is over. */
export const dueRecord = z.strictObject({ application: z.uuid(), seq, keptUntil: z.iso.date() });
export type DueRecord = z.infer<typeof dueRecord>;

/** What an erasure did, and what lies beyond this program's reach. */
export const erased = z.strictObject({
  seq,
  /** Files in `exports` that had the identity in the clear, deleted with it. */
  deleted: z.array(z.string()),
  /** Entries of exports that took the identity away in the clear. */
  takenAway: z.array(seq),
  /** Backups made before, which still hold the key. */
  backupsBefore: z.array(z.string()),
  /** false: old pages and files are cleaned at the next start. */
  isClean: z.boolean(),
});
export type Erased = z.infer<typeof erased>;

export const backup = z.strictObject({ file: z.string(), bytes: z.int(), sha256, size: z.int() });
export type Backup = z.infer<typeof backup>;

/** `none`: nothing opens the folder but its own protection; `unseen`: one was made and shown to nobody; `given`: somebody has it. */
export const recoveryKeyState = z.enum(['none', 'unseen', 'given']);
export type RecoveryKeyState = z.infer<typeof recoveryKeyState>;
const shownOnce = z.strictObject({ recoveryKey: z.string() });

export const keepCalls = {
  previewErasure: callFor('erase-subject')
    .input(z.strictObject({ application: z.uuid() }))
    .output(erasurePreview),
  /** @errors retention-holds, on-hold (documented as an entry), already-erased */
  erase: callFor('erase-subject')
    .input(z.strictObject({ application: z.uuid(), ground: z.enum(['subject-request', 'retention-over']) }))
    .output(erased),
  /** Those who are still named although nothing obliges to keep them, oldest first; `total` counts all. */
  due: callFor('erase-subject').output(
    z.strictObject({ months: z.int().positive(), records: z.array(dueRecord).max(200), total: z.int().nonnegative() }),
  ),
  /** A complete encrypted copy that only the recovery key opens, in the data folder's `exports`. */
  backUp: callFor('back-up').output(backup),
  recoveryKey: callFor('back-up').output(z.strictObject({ state: recoveryKeyState })),
  /** Shown once: a new one where there is none or nobody saw it, or where it is replaced. The one before opens nothing any more but older backups. */
  renewRecoveryKey: callFor('back-up').output(shownOnce),
  /**
   * Only while there is no account: takes the place of this new folder's content by that of a backup. What was there is kept beside it. The
   * service restarts with it, in a new epoch.
   * @errors recovery-key-wrong, backup-unreadable, not-allowed
   */
  restore: openCall.input(z.strictObject({ file: z.string().min(1), recoveryKey: z.string().min(1).max(200) })).output(session),
};
