/** Entries about the log itself as evidence: what was taken away, held, erased, backed up, or begun anew. */
import { z } from 'zod';
import { entryBase } from './entry-base.ts';
import { sha256 } from './product.ts';

const seq = z.int().nonnegative();

export const exportEntry = z.strictObject({
  ...entryBase,
  type: z.literal('export'),
  /** `personal`: identities were exported in the clear. */
  what: z.enum(['evidence', 'activity']),
  /** First and last entry that it speaks of. */
  from: seq,
  to: seq,
  entries: z.int().nonnegative(),
  personal: z.boolean(),
  /** Of the file that was written. */
  sha256,
});

export const holdEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['hold-set', 'hold-lifted']),
  application: z.uuid(),
  reason: z.enum(['litigation', 'complaint', 'supervisory-inquiry', 'internal-audit', 'ended']),
});

/** GDPR Art. 17: the keys of everything that names the subject are destroyed; the entries stay, so the roots do too. */
export const erasureEntry = z.strictObject({
  ...entryBase,
  type: z.literal('erasure'),
  application: z.uuid(),
  /** Entries whose sealed parts can no longer be opened. */
  of: z.array(seq),
  ground: z.enum(['subject-request', 'retention-over']),
});

/** GDPR Art. 17(3)(b): a duty to keep overrides the request, and that is documented. */
export const erasureRefusedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('erasure-refused'),
  application: z.uuid(),
  cause: z.enum(['retention', 'legal-hold']),
  /** Last day of the retention duty; null for a hold, whose end nobody knows. */
  until: z.iso.date().nullable(),
});

export const backupEntry = z.strictObject({
  ...entryBase,
  type: z.literal('backup'),
  /** Entries in it. */
  size: z.int().nonnegative(),
  sha256,
});

/** A new recovery key opens the folder from now on, and the one before it opens nothing any more. The key itself is never here. */
export const recoveryKeyMadeEntry = z.strictObject({ ...entryBase, type: z.literal('recovery-key-made') });

/** Whose countersignatures are believed from now on. It replaces what was believed before. */
export const witnessesTrustedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('witnesses-trusted'),
  /** Verifier keys (`name+hash+key`, type 04). */
  witnesses: z.array(z.string()),
  quorum: z.int().positive(),
});
