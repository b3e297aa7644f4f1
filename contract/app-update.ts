/**
 * The program's own updates, as main and the branch service speak of them: the service knows what head office signed, main has the updater that
 * installs it. Nothing of it is secret, and nothing that main is told makes it install a file whose digest is not the signed one.
 */
import { z } from 'zod';
import { targetName } from './channel.ts';
import { failure } from './failure-schema.ts';
import { semanticVersion } from './product.ts';

/** A release that reaches this PC, as the verified chain has it. */
export const appOffer = z.strictObject({
  version: semanticVersion,
  /** Name of the installer among the targets. */
  target: targetName,
  bytes: z.int().nonnegative(),
  /** Of the installer, base64: the form that electron-updater enforces. */
  sha512: z.base64().length(88),
  /** Where parts of the installer can be had over HTTP; null: from a folder, so as a whole. */
  url: z.url({ protocol: /^https?$/ }).nullable(),
  blockmap: targetName.nullable(),
  /** Block map of the version that runs here, where the channel still names it. */
  blockmapBefore: targetName.nullable(),
  blockMapSize: z.int().positive().nullable(),
  releasedOn: z.iso.date(),
  /** Signed permission to go back to a lower version. */
  allowDowngrade: z.boolean(),
});
export type AppOffer = z.infer<typeof appOffer>;

export const appQuestion = z.discriminatedUnion('ask', [
  /** What reaches this PC, by what was verified last. */
  z.strictObject({ ask: z.literal('offer') }),
  /** Fetches a target, goes on where it stopped before, verifies it. */
  z.strictObject({ ask: z.literal('fetch'), target: targetName }),
  /** Whether the program may end now to become this version. */
  z.strictObject({ ask: z.literal('restart'), version: semanticVersion }),
]);
export type AppQuestion = z.infer<typeof appQuestion>;

export const appAnswer = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('offer'), offer: appOffer.nullable() }),
  z.strictObject({ answer: z.literal('file'), file: z.string() }),
  /** `awayMs`: for how long nobody has been at work; null: somebody is. */
  z.strictObject({ answer: z.literal('restart'), awayMs: z.number().nonnegative().nullable() }),
  z.strictObject({ answer: z.literal('failure'), failure }),
]);
export type AppAnswer = z.infer<typeof appAnswer>;

/** How far main is with it. */
export const appUpdateState = z.strictObject({
  state: z.enum(['none', 'offered', 'downloading', 'ready', 'failed']),
  /** null: nothing is offered. */
  version: semanticVersion.nullable(),
  /** Bytes that came of those that are to come; null: it is not downloading. */
  progress: z.strictObject({ done: z.number(), total: z.number() }).nullable(),
  failure: failure.nullable(),
});
export type AppUpdateState = z.infer<typeof appUpdateState>;

export const NO_APP_UPDATE: AppUpdateState = { state: 'none', version: null, progress: null, failure: null };
