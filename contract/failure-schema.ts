/** The form of an expected failure. Apart from failure.ts, which every start needs: building schemas takes longer than most of a start. */
import { z } from 'zod';

export const failureKind = z.enum([
  // what was given
  'application-invalid',
  'product-unknown',
  'file-unreadable',
  'file-malformed',
  'usage',
  // models and policies
  'model-package-malformed',
  'model-package-unsafe',
  'model-does-not-fit',
  'model-check-failed',
  'model-hangs',
  'policy-malformed',
  'no-active-model',
  // the store
  'data-folder-busy',
  'data-folder-missing',
  'database-corrupt',
  'database-newer',
  'database-key-wrong',
  'database-key-missing',
  'disk-full',
  'disk-error',
  'entry-unknown',
  'entry-too-large',
  'log-tampered',
  'log-malformed',
  // people
  'not-allowed',
  'session-over',
  'session-locked',
  'sign-in-refused',
  'account-exists',
  'account-unknown',
  'override-unfounded',
  // evidence
  'retention-holds',
  'on-hold',
  'already-erased',
  'receipt-malformed',
  'checkpoint-refused',
  'backup-unreadable',
  'recovery-key-wrong',
  'recovery-key-missing',
  // head office's signing
  'repository-unsafe',
  'repository-unfinished',
  'key-wrong',
  // signed updates
  /** Signature, hash, length, version or rollback: what came is not what was signed for this branch. */
  'update-refused',
  'update-expired',
  'update-unreachable',
  'update-malformed',
  /** A model is not switched, taken back, resumed: nothing to go back to, settled already, or the same person twice. */
  'change-refused',
  /** The program does not end now to be updated: an application is open, something runs, or its day has not come. */
  'restart-refused',
  // head office and the line to it
  /** This folder was not enrolled, or its device is no longer known at head office. */
  'not-enrolled',
  /** A branch file whose signature, term or token does not hold, or that is for another branch. */
  'branch-file-refused',
  'sync-unreachable',
  /** Head office will not take it, and trying again does not help. */
  'sync-refused',
  /** Head office holds another past of this log. */
  'sync-fork',
  'stick-unreadable',
  'store-unreachable',
  'store-newer',
  // the shell
  'service-unavailable',
  'key-store-untrusted',
]);

export const failure = z.strictObject({
  kind: failureKind,
  /** What happened, in one sentence. */
  happened: z.string(),
  /** What is safe: what was kept, what was not touched. */
  safe: z.string(),
  /** What to do next. */
  next: z.string(),
  /** Names and numbers for a translated text and for programs (field names, line numbers, paths): never an applicant's values. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Field-by-field complaints for a form, by field id. */
  fields: z.record(z.string(), z.string()).optional(),
});
