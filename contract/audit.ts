/** What an auditor asks of the log and is answered: pages of entries, one entry with its proof, replay, activity, evidence. */
import { z } from 'zod';
import { decisionFilter } from './decision-list.ts';
import { outcome } from './policy.ts';
import { semanticVersion, sha256, slug } from './product.ts';

const seq = z.int().nonnegative();
const wall = z.iso.datetime({ precision: 3 });

/** One line of the auditor's table: any entry. */
export const logRow = z.strictObject({
  seq,
  type: z.string(),
  wall,
  actor: z.string(),
  /** A decision's or a review's. */
  outcome: outcome.nullable(),
  product: slug.nullable(),
  modelVersion: z.string().nullable(),
  policyVersion: z.string().nullable(),
  override: z.enum(['low-side', 'high-side']).nullable(),
  /** Entry that this one is about (a review's decision), else null. */
  about: seq.nullable(),
  /** Few words for a person: account of a sign-in, artefact of an activation, kind of a failure. Never an applicant's data. */
  detail: z.string(),
});
export type LogRow = z.infer<typeof logRow>;

export const logFilter = z.strictObject({
  ...decisionFilter.omit({ search: true }).shape,
  types: z.array(z.string()).optional(),
  actor: z.string().optional(),
  modelVersion: semanticVersion.optional(),
  policyVersion: semanticVersion.optional(),
  /** Decisions that were overridden, and the overrides themselves. */
  overridden: z.boolean().optional(),
  /** `source:CODE` of a decision's reasons. */
  reason: z.string().optional(),
});
export type LogFilter = z.infer<typeof logFilter>;

/** Bars of the timeline: entries and, of those, decisions by outcome, in one span of time. */
export const timelineBar = z.strictObject({
  from: wall,
  to: wall,
  entries: z.int().nonnegative(),
  approve: z.int().nonnegative(),
  refer: z.int().nonnegative(),
  decline: z.int().nonnegative(),
});
export type TimelineBar = z.infer<typeof timelineBar>;

/** Bounds on when an entry was really made, by witnesses' clocks; null = not yet bounded on that side. */
export const timeInterval = z.strictObject({ notBefore: wall.nullable(), notAfter: wall.nullable() });

/** One entry of any type as the log has it, for a person who trusts nobody. */
export const entryView = z.strictObject({
  seq,
  type: z.string(),
  wall,
  interval: timeInterval,
  actor: z.string(),
  role: z.string(),
  leafHash: sha256,
  /** The leaf data itself: canonical JSON. */
  bytes: z.string(),
  /** C2SP tlog-proof of this entry under a checkpoint signed now. */
  proof: z.string(),
  /** Entries that are about this one, and the one that this is about. */
  related: z.array(logRow),
});
export type EntryView = z.infer<typeof entryView>;

export const replayDifference = z.strictObject({ part: z.string(), stored: z.string(), computed: z.string() });
export const replayResult = z.strictObject({
  seq,
  /** `same` is bit for bit; `erased`: the same, and the subject's identity is gone; `impossible`: an artefact of that day is missing. */
  verdict: z.enum(['same', 'different', 'erased', 'impossible']),
  differences: z.array(replayDifference),
  /** Why it may differ or cannot be done: versions of the program or runtime that changed, artefacts that are missing. */
  causes: z.array(z.string()),
});
export type ReplayResult = z.infer<typeof replayResult>;
export const replayProgress = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('progress'), done: z.int(), total: z.int() }),
  z.strictObject({
    step: z.literal('report'),
    same: z.int(),
    erased: z.int(),
    different: z.int(),
    impossible: z.int(),
    /** At most 100 that are not the same. */
    results: z.array(replayResult),
  }),
]);

export const activityRow = z.strictObject({
  account: z.string(),
  name: z.string().nullable(),
  signIns: z.int(),
  failedSignIns: z.int(),
  decisions: z.int(),
  approved: z.int(),
  referred: z.int(),
  declined: z.int(),
  reviews: z.int(),
  overridesLowSide: z.int(),
  overridesHighSide: z.int(),
  exports: z.int(),
  first: wall.nullable(),
  last: wall.nullable(),
});
export type ActivityRow = z.infer<typeof activityRow>;

export const exportRequest = z.strictObject({
  /** One decision (from = to), a range, or all. Inclusive entry numbers. */
  from: seq,
  to: seq,
  /** true: identities opened into the bundle; false leaves ciphertext alone, and every proof valid. */
  personal: z.boolean(),
});
export type ExportRequest = z.infer<typeof exportRequest>;

export const holdRequest = z.strictObject({
  application: z.uuid(),
  hold: z.boolean(),
  reason: z.enum(['litigation', 'complaint', 'supervisory-inquiry', 'internal-audit', 'ended']),
});
export type HoldRequest = z.infer<typeof holdRequest>;

/** What an erasure would take away, before anything is touched. */
export const erasurePreview = z.strictObject({
  application: z.uuid(),
  /** Entries with something sealed about the subject. */
  entries: z.array(seq),
  /** Names of the identifying fields, never their values. */
  fields: z.array(z.string()),
  hasDraft: z.boolean(),
  /** What forbids it; null: it may be done. */
  refusal: z.strictObject({ cause: z.enum(['retention', 'legal-hold']), until: z.iso.date().nullable() }).nullable(),
  alreadyErased: z.boolean(),
});
export type ErasurePreview = z.infer<typeof erasurePreview>;
