/**
 * Leaf data of the log: RFC 8785 canonical JSON of one of these, at most 65,535 bytes.
 * Field names are short and snake_case because they are the public format; a decision's long texts are not repeated here,
 * they follow from the model, policy and product whose digests the entry names.
 */
import { z } from 'zod';
import { answer } from './application.ts';
import { affordability, doubt } from './decision.ts';
import { featureValue } from './model-package.ts';
import { outcome } from './policy.ts';
import { fieldId, semanticVersion, sha256, slug } from './product.ts';

export const role = z.enum(['officer', 'supervisor', 'auditor', 'it', 'system']);
export type Role = z.infer<typeof role>;

/** A released artefact by name, version and the SHA-256 of its bytes. */
export const artefact = z.strictObject({ name: slug, version: semanticVersion, sha256 });
export type Artefact = z.infer<typeof artefact>;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/**
 * Identifying fields, AES-256-GCM under a random key per subject. AES-GCM does not commit to its key, hence `kc`:
 * HMAC-SHA-256 of `outpost/key-commitment/v1` under the subject's key.
 */
export const sealedIdentity = z.strictObject({ kid: z.string(), nonce: base64, ct: base64, tag: base64, kc: base64 });
export type SealedIdentity = z.infer<typeof sealedIdentity>;

/** Program versions that took part in a decision: replay names a difference in them as a cause. */
export const codeVersions = z.strictObject({ outpost: z.string(), node: z.string(), onnxruntime: z.string(), platform: z.string() });

const entryBase = {
  v: z.literal(1),
  /** Leaf index, from 0. */
  seq: z.int().nonnegative(),
  /** The PC's clock when the entry was made: a claim. RFC 3339 UTC with milliseconds. */
  wall: z.iso.datetime({ precision: 3 }),
  /** Names the run of the program; `mono` is comparable within one `boot` only. */
  boot: z.string(),
  /** Milliseconds of the monotonic clock. */
  mono: z.number().nonnegative(),
  /** SHA-256 of the last countersigned checkpoint's note; null before the first. */
  anchor: sha256.nullable(),
  actor: z.string(),
  role,
  code: codeVersions,
};

/** First entry of an epoch: says whose log this is; after a restore, what the epoch before had reached. */
export const genesisEntry = z.strictObject({
  ...entryBase,
  type: z.literal('genesis'),
  origin: z.string(),
  /** Verifier key of the log in signed-note form (`name+hash+key`). */
  vkey: z.string(),
  previous: z.strictObject({ origin: z.string(), checkpoint: z.string().nullable() }).nullable(),
});

export const activationEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['model-activated', 'policy-activated', 'product-activated']),
  product: slug,
  artefact,
  /** `champion` decides, `challenger` is scored in shadow; null for policies and products. */
  alias: z.enum(['champion', 'challenger']).nullable(),
  previous: artefact.nullable(),
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
});

export const logEntry = z.discriminatedUnion('type', [genesisEntry, activationEntry, decisionEntry, clockJumpEntry, failureEntry]);
export type LogEntry = z.infer<typeof logEntry>;

type WithoutStamp<E> = E extends LogEntry ? Omit<E, 'v' | 'seq' | 'wall' | 'boot' | 'mono' | 'anchor' | 'code'> : never;
/** An entry before the log gives it its place and time. */
export type UnstampedEntry = WithoutStamp<LogEntry>;
