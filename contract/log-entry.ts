/**
 * Leaf data of the log: RFC 8785 canonical JSON of one of these, at most 65,535 bytes.
 * Field names are short and snake_case because they are the public format; a decision's long texts are not repeated here,
 * they follow from the model, policy and product whose digests the entry names.
 */
import { z } from 'zod';
import { answer } from './application.ts';
import { affordability, doubt } from './decision.ts';
import { artefact, entryBase, sealedIdentity } from './entry-base.ts';
import {
  backupEntry,
  erasureEntry,
  erasureRefusedEntry,
  exportEntry,
  holdEntry,
  recoveryKeyMadeEntry,
  witnessesTrustedEntry,
} from './evidence-entries.ts';
import { featureValue } from './model-package.ts';
import {
  accountCreatedEntry,
  accountStateEntry,
  officersSightEntry,
  passphraseChangedEntry,
  reviewEntry,
  roleChangedEntry,
  signInEntry,
  signInFailedEntry,
  signOutEntry,
} from './people-entries.ts';
import { outcome } from './policy.ts';
import { fieldId, sha256, slug } from './product.ts';
import {
  activationCause,
  appUpdatedEntry,
  changeProposedEntry,
  changeSettledEntry,
  modelStateEntry,
  releaseSource,
  updateRefusedEntry,
} from './release-entries.ts';
import { enrolledEntry, outcomeEntry } from './sync-entries.ts';

export const epochCause = z.enum(['restored', 'copied', 'key-replaced']);
export type EpochCause = z.infer<typeof epochCause>;

/**
 * First entry of an epoch: says whose log this is. A restored or copied folder goes on in the same tree under a new key and origin:
 * `previous` is then what the epoch before had reached, its last countersigned checkpoint where there is one, else its last own one.
 */
export const genesisEntry = z.strictObject({
  ...entryBase,
  type: z.literal('genesis'),
  origin: z.string(),
  /** Verifier key of the log in signed-note form (`name+hash+key`). */
  vkey: z.string(),
  previous: z.strictObject({ origin: z.string(), checkpoint: z.string().nullable() }).nullable(),
  /** Why a new epoch began; absent in entry 0. `key-replaced`: the old key may be in other hands. */
  cause: epochCause.optional(),
});

export const activationEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['model-activated', 'policy-activated', 'product-activated']),
  product: slug,
  artefact,
  /** `champion` decides, `challenger` is scored in shadow; null for policies and products. */
  alias: z.enum(['champion', 'challenger']).nullable(),
  previous: artefact.nullable(),
  /** Absent in entries of before there were updates: then it came with the program at a first use. */
  cause: activationCause.optional(),
  /** Absent: it came with the program. */
  source: releaseSource.optional(),
});

/** One character per rule in the table's order: y yes, n no, d doubt, - not reached. */
export const compactTrace = z.record(z.string(), z.string().regex(/^[ynd-]*$/));

export const compactExplanation = z.strictObject({
  method: z.enum(['exact-trees', 'exact-linear', 'sampled']),
  scale: z.enum(['log-odds', 'probability']),
  expected: z.number(),
  predicted: z.number(),
  /** In the order of the manifest's characteristics. */
  values: z.array(z.number()),
  /** Standard errors in the same order; only where sampled. */
  errors: z.array(z.number()).optional(),
});

/** What the decision itself was: the part that replay computes again and compares bit for bit. */
export const decisionRecord = z.strictObject({
  features: z.array(featureValue),
  pd: z.number().nullable(),
  score: z.number().nullable(),
  decision: outcome,
  /** `source:CODE`, in the order in which they are given. */
  reasons: z.array(z.string()),
  explanation: compactExplanation.nullable(),
  affordability,
  pricing: z.strictObject({ tier: z.string(), annualRatePercent: z.number() }).nullable(),
  policy_trace: compactTrace,
  doubts: z.array(doubt),
});
export type DecisionRecord = z.infer<typeof decisionRecord>;

export const decisionEntry = z.strictObject({
  ...entryBase,
  type: z.literal('decision'),
  application: z.uuid(),
  product: artefact,
  model: artefact.nullable(),
  policy: artefact.nullable(),
  /** Scored and policy fields by id. */
  inputs: z.record(fieldId, answer),
  /** Protected traits, apart, for monitoring only. */
  protected: z.record(fieldId, answer),
  /** null when the application named nobody. */
  pii: sealedIdentity.nullable(),
  /** Challengers' PDs by model digest; a broken challenger's is null. */
  shadow: z.record(sha256, z.number().nullable()),
  ...decisionRecord.shape,
});
export type DecisionEntry = z.infer<typeof decisionEntry>;

export const clockJumpEntry = z.strictObject({
  ...entryBase,
  type: z.literal('clock-jump'),
  /** Wall-clock milliseconds more (or less) than the monotonic clock, or the last entry, allows. */
  jump_ms: z.number(),
});

export const failureEntry = z.strictObject({
  ...entryBase,
  type: z.literal('failure'),
  kind: z.string(),
  happened: z.string(),
  /** Signed notes that contradict each other, kept as evidence. */
  notes: z.array(z.string()).optional(),
});

export const logEntry = z.discriminatedUnion('type', [
  genesisEntry,
  activationEntry,
  decisionEntry,
  clockJumpEntry,
  failureEntry,
  accountCreatedEntry,
  roleChangedEntry,
  accountStateEntry,
  passphraseChangedEntry,
  officersSightEntry,
  signInEntry,
  signInFailedEntry,
  signOutEntry,
  reviewEntry,
  exportEntry,
  holdEntry,
  erasureEntry,
  erasureRefusedEntry,
  backupEntry,
  recoveryKeyMadeEntry,
  witnessesTrustedEntry,
  modelStateEntry,
  updateRefusedEntry,
  appUpdatedEntry,
  changeProposedEntry,
  changeSettledEntry,
  enrolledEntry,
  outcomeEntry,
]);
export type LogEntry = z.infer<typeof logEntry>;

type WithoutStamp<E> = E extends LogEntry ? Omit<E, 'v' | 'seq' | 'wall' | 'boot' | 'mono' | 'anchor' | 'code'> : never;
/** An entry before the log gives it its place and time. */
export type UnstampedEntry = WithoutStamp<LogEntry>;
