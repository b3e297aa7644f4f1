/** Calls about what is active, what is offered by the signed repository, and what is done about it. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { callFor } from './call.ts';
import { artefact } from './entry-base.ts';
import { failure } from './failure-schema.ts';
import { localised } from './localised.ts';
import { semanticVersion, sha256, slug } from './product.ts';
import { activationCause, releaseSource } from './release-entries.ts';

const seq = z.int().nonnegative();
const moment = z.iso.datetime({ precision: 3 });

/** A model or policy in its place. */
export const heldArtefact = z.strictObject({
  seq,
  product: slug,
  kind: z.enum(['model', 'policy']),
  /** `previous`: what one step back would bring. */
  alias: z.enum(['champion', 'challenger', 'policy', 'previous']),
  artefact,
  title: localised,
  since: moment,
  by: z.string(),
  cause: activationCause,
  /** null: it came with the program. */
  source: releaseSource.nullable(),
  expiresOn: z.iso.date(),
  suspended: z.boolean(),
});
export type HeldArtefact = z.infer<typeof heldArtefact>;

export const waitingRelease = z.strictObject({
  product: slug,
  kind: z.enum(['model', 'policy']),
  alias: z.enum(['champion', 'challenger', 'policy']),
  artefact,
  bytes: z.int().nonnegative(),
  /** `offered`: not fetched yet; `fetched`: verified, on this PC; `scheduled`: fetched, waits for its day; `refused`: see failure. */
  state: z.enum(['offered', 'fetched', 'scheduled', 'refused']),
  activateFrom: moment.nullable(),
  failure: failure.nullable(),
});
export type WaitingRelease = z.infer<typeof waitingRelease>;

export const appUpdate = z.strictObject({
  current: semanticVersion,
  /** null: nothing newer reaches this branch. */
  offered: z.strictObject({ version: semanticVersion, notes: localised, bytes: z.int().nonnegative() }).nullable(),
  state: z.enum(['none', 'offered', 'downloading', 'ready', 'failed']),
  failure: failure.nullable(),
});

/** A change that waits for a second person. */
export const proposal = z.strictObject({
  seq,
  by: z.string(),
  at: moment,
  change: z.enum(['switch', 'roll-back', 'resume']),
  product: slug,
  artefact: artefact.nullable(),
});
export type Proposal = z.infer<typeof proposal>;

export const updateState = z.strictObject({
  /** URL of the repository; null: none is set, updates come by folder alone. */
  repository: z.string().nullable(),
  lastCheck: moment.nullable(),
  /** When the repository's timestamp was signed (`x_issued`); null before the first. */
  issued: moment.nullable(),
  /** Earliest expiry in the verified chain. Past it nothing new is accepted, and deciding goes on. */
  expires: moment.nullable(),
  isStale: z.boolean(),
  /** Metadata versions by role. */
  metadata: z.record(z.string(), z.int().positive()),
  /** What went wrong at the last check; null: nothing. */
  failure: failure.nullable(),
  held: z.array(heldArtefact),
  waiting: z.array(waitingRelease),
  proposals: z.array(proposal),
  fourEyes: z.boolean(),
  app: appUpdate,
});
export type UpdateState = z.infer<typeof updateState>;

export const updateProgress = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('refresh') }),
  z.strictObject({ step: z.literal('download'), target: z.string(), done: z.number(), total: z.number() }),
  z.strictObject({ step: z.literal('check'), target: z.string() }),
  z.strictObject({ step: z.literal('done'), state: updateState }),
]);
export type UpdateProgress = z.infer<typeof updateProgress>;

export const historyRow = z.strictObject({
  seq,
  wall: moment,
  actor: z.string(),
  type: z.string(),
  product: slug.nullable(),
  detail: z.string(),
});

/** One group of outcomes that a challenger would change. Counts below `LEAST_CELL` are given as null: too few to say anything, and near to naming somebody. */
export const shadowShift = z.strictObject({
  from: z.enum(['approve', 'refer', 'decline']),
  to: z.enum(['approve', 'refer', 'decline']),
  count: z.int().nonnegative().nullable(),
});
export const shadowComparison = z.strictObject({
  product: slug,
  champion: artefact,
  challenger: artefact,
  /** Decisions that both scored, and those that the challenger could not score. */
  decisions: z.int().nonnegative(),
  unscored: z.int().nonnegative(),
  from: moment.nullable(),
  to: moment.nullable(),
  /** Share of decisions with the same outcome of the cutoff table alone; null: too few. */
  agreement: z.number().min(0).max(1).nullable(),
  /** Challenger's score minus champion's, points; null: too few. */
  shift: z.strictObject({ mean: z.number(), p10: z.number(), median: z.number(), p90: z.number() }).nullable(),
  /** Counts of score differences in points; `edges` has one more member than `counts` less two open ends: ascending inner edges. */
  histogram: z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int().nonnegative()) }).nullable(),
  shifts: z.array(shadowShift),
  /** Fewer decisions than this say nothing: see the comment of `LEAST_COMPARED`. */
  isTooFew: z.boolean(),
});
export type ShadowComparison = z.infer<typeof shadowComparison>;

const outcomeOfChange = z.discriminatedUnion('done', [
  z.strictObject({ done: z.literal(true), seq }),
  /** Waits for a second person. */
  z.strictObject({ done: z.literal(false), proposal: seq }),
]);

export const updateCalls = {
  state: callFor('see-updates').output(updateState),
  /** Looks at the repository, fetches what reaches this branch, checks it on this PC, activates what is due. */
  check: callFor('manage-updates').output(eventIterator(updateProgress)),
  /** The same from a folder: a USB stick with the same repository. */
  checkFolder: callFor('manage-updates')
    .input(z.strictObject({ folder: z.string().min(1) }))
    .output(eventIterator(updateProgress)),
  history: callFor('see-updates')
    .input(z.strictObject({ offset: z.int().nonnegative(), limit: z.int().positive().max(200) }))
    .output(z.strictObject({ rows: z.array(historyRow), total: z.int().nonnegative() })),
  shadow: callFor('see-updates')
    .input(z.strictObject({ product: slug, challenger: sha256 }))
    .output(shadowComparison),
  /** Makes a challenger the champion. */
  switchTo: callFor('manage-updates')
    .input(z.strictObject({ product: slug, sha256 }))
    .output(outcomeOfChange),
  /** Back to the champion before, in one step. */
  rollBack: callFor('manage-updates')
    .input(z.strictObject({ product: slug }))
    .output(outcomeOfChange),
  /** Stops the champion at once: every decision is a refer (EU AI Act Art. 14(4)(e)). Never waits for a second person. */
  suspend: callFor('suspend-model')
    .input(z.strictObject({ product: slug, reason: z.string().trim().min(1).max(500) }))
    .output(z.strictObject({ seq })),
  resume: callFor('manage-updates')
    .input(z.strictObject({ product: slug }))
    .output(outcomeOfChange),
  confirm: callFor('manage-updates', 'suspend-model')
    .input(z.strictObject({ proposal: seq }))
    .output(z.strictObject({ seq })),
  dismiss: callFor('manage-updates', 'suspend-model')
    .input(z.strictObject({ proposal: seq }))
    .output(z.strictObject({ seq })),
};
