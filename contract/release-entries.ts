/** Entries about models, policies and program versions that come, decide, are suspended, go back or are refused. */
import { z } from 'zod';
import { artefact, entryBase } from './entry-base.ts';
import { semanticVersion, sha256, slug } from './product.ts';

/** Where an artefact came from: the verified chain of the signed repository (TUF 1.0) by versions. */
export const releaseSource = z.strictObject({
  target: z.string(),
  /** Metadata versions under which it was verified, by role. */
  metadata: z.record(z.string(), z.int().positive()),
  /** The role that signed the target, with the ids of the keys whose signatures were verified. */
  signedBy: z.strictObject({ role: z.string(), keys: z.array(sha256) }),
});
export type ReleaseSource = z.infer<typeof releaseSource>;

/** Why something became active. `scheduled`: its day had come. `automatic`: the version before came back because this one failed. */
export const activationCause = z.enum(['first-use', 'released', 'scheduled', 'switched', 'rolled-back', 'automatic', 'withdrawn']);
export type ActivationCause = z.infer<typeof activationCause>;

/** A challenger that is no longer scored, or a champion that is suspended (decides nothing until it is resumed or replaced). */
export const modelStateEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['model-retired', 'model-suspended', 'model-resumed']),
  product: slug,
  artefact,
  reason: z.string().max(500),
});

/** Something that was offered and is not used: what stays active is untouched. */
export const updateRefusedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('update-refused'),
  /** Target or channel; null where it was the repository itself. */
  target: z.string().nullable(),
  kind: z.string(),
  happened: z.string(),
});

/** The program itself is another version than at the last start. */
export const appUpdatedEntry = z.strictObject({ ...entryBase, type: z.literal('app-updated'), from: semanticVersion, to: semanticVersion });

/** Four eyes: what one person asked for; nothing has changed yet. Confirming or dismissing names this entry. */
export const changeProposedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('change-proposed'),
  change: z.enum(['switch', 'roll-back', 'resume']),
  product: slug,
  artefact: artefact.nullable(),
});
export const changeSettledEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['change-confirmed', 'change-dismissed']),
  proposal: z.int().nonnegative(),
});
