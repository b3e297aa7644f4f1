/**
 * The words between a branch and head office. What head office knows of a branch's log is (origin, size, root); the leaf index is the idempotency key,
 * the countersigned checkpoint is the acknowledgement, and the log itself is the queue. Paths, under head office's address:
 *
 * - `POST /v1/enrol`: `enrolment` → 200 `enrolled`
 * - `POST /v1/logs`: `newEpoch` → 200 `logState`
 * - `GET  /v1/logs/<log>/state` → 200 `logState`
 * - `POST /v1/logs/<log>/entries`: one submission → 200 `receipt`; 409 or 422 `problem` with the `state` that head office has
 * - `POST /v1/logs/<log>/uploads`, `HEAD`, `PATCH` and `DELETE` of what it names: the same submission in parts (draft-ietf-httpbis-resumable-upload);
 *   the part that completes it is answered as `entries` is
 * - `GET  /v1/logs/<log>/deliveries?after=<n>` → 200 `deliveries`
 *
 * Every request is signed by the branch's device (RFC 9421, Ed25519) over `@method`, `@target-uri`, and where there is a body `content-digest`
 * (RFC 9530, SHA-256, of the bytes as sent) and `content-encoding`; `keyid` is the device's id, `alg` is `ed25519`, `created` is there and is not judged:
 * authority comes from the checkpoint, so a replay is harmless, and a wrong clock locks nobody out.
 */
import { z } from 'zod';
import { semanticVersion, sha256, slug } from './product.ts';
import { troubleKind } from './trouble.ts';

const count = z.int().nonnegative();
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

/**
 * A submission, before its content encoding (`br` or `zstd`): the length of the head in four bytes (big-endian), the head (`submissionHead`, JSON in UTF-8),
 * then the entries from `from` up to the checkpoint's size, each behind its length as in a tile of entries (C2SP tlog-tiles).
 */
export const SUBMISSION_TYPE = 'application/vnd.outpost.submission';

export const SYNC_LIMITS = {
  /**
   * Of one submission when its encoding is taken off; beyond it 413. Bytes. Room for 90 days of a busy branch (18,000 decisions): so much an epoch can
   * have left unsent, and only the next one's first checkpoint can vouch for it.
   */
  submission: 64 * 1024 * 1024,
  /** Of one submission as sent; beyond it 413. Bytes. */
  encoded: 8 * 1024 * 1024,
  /** Of one part of an upload. Bytes. */
  leastPart: 4 * 1024,
  firstPart: 64 * 1024,
  mostPart: 1024 * 1024,
  head: 64 * 1024,
  /** Outcomes of one delivery: one entry of the log holds them all. */
  outcomes: 200,
} as const;

/** Names a log in an address: the SHA-256 of its origin, hexadecimal. */
export const logId = sha256;

/** What a branch says of itself with each submission and each look at the state: a claim, for the fleet page alone. */
export const branchReport = z.strictObject({
  app: semanticVersion,
  platform: z.string().max(60),
  /** The PC's clock. */
  wall: z.iso.datetime({ precision: 3 }),
  /** Entries of the log, sent or not. */
  logSize: count,
  diskFreeBytes: z.number().nonnegative(),
  troubles: z.array(troubleKind).max(20),
});
export type BranchReport = z.infer<typeof branchReport>;

export const submissionHead = z.strictObject({
  v: z.literal(1),
  log: logId,
  /** Number of the first entry. */
  from: count,
  /** Signed checkpoint (C2SP) of the log after the last entry. */
  checkpoint: z.string().max(10_000),
  report: branchReport,
});
export type SubmissionHead = z.infer<typeof submissionHead>;

export const logState = z.strictObject({
  v: z.literal(1),
  log: logId,
  origin: z.string(),
  /** Entries that head office holds. */
  size: count,
  /** Base64 of the RFC 6962 root. */
  root: base64,
  /** The last checkpoint with head office's line under it; null before the first. */
  note: z.string().nullable(),
  /** It was seen with two pasts: nothing more is taken of it until people have looked. */
  frozen: z.boolean(),
  /** Number of the last delivery that waits for this branch; 0: none ever. */
  deliveries: count,
});
export type LogState = z.infer<typeof logState>;

/** The acknowledgement: not the status of an answer, but a line that verifies (C2SP tlog-cosignature) under the checkpoint that was sent. */
export const receipt = z.strictObject({
  v: z.literal(1),
  log: logId,
  size: count,
  /** Each with its newline, to be put under the checkpoint. */
  cosignatures: z.array(z.string().max(1000)).min(1).max(10),
  deliveries: count,
});
export type Receipt = z.infer<typeof receipt>;

/** RFC 9457. `type` is `about:blank` or `urn:outpost:<cause>`. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  state: logState.optional(),
  /** Of a fork: the checkpoint that head office had countersigned, beside the one that was sent. */
  known: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;

/** Causes that a branch can act on, as `urn:outpost:<cause>`. */
export const PROBLEMS = {
  /** 401: no signature, or one that does not hold. */
  unsigned: 'urn:outpost:unsigned',
  /** 403: this device was never enrolled, or is no longer. */
  device: 'urn:outpost:device',
  /** 403: the token of the branch file was used, has expired, or was taken back. */
  token: 'urn:outpost:token',
  /** 404: no such log. */
  log: 'urn:outpost:log',
  /** 409: `from` is not where head office stands; `state` says where that is. */
  place: 'urn:outpost:place',
  /** 413: too large, as sent or as decoded. */
  large: 'urn:outpost:large',
  /** 422: what was sent contradicts what is held; the log is frozen. */
  fork: 'urn:outpost:fork',
  /** 422: the checkpoint is not what the entries add up to, or its signature does not hold. Nothing is frozen. */
  checkpoint: 'urn:outpost:checkpoint',
  /** 400: not of this form. */
  malformed: 'urn:outpost:malformed',
  /** 429 or 503, with Retry-After. */
  busy: 'urn:outpost:busy',
} as const;

/** Of a log's epoch: the log goes on in the same tree from `size` on, under a new origin and key. */
const predecessor = z.strictObject({ origin: z.string(), size: count });

export const newEpoch = z.strictObject({
  v: z.literal(1),
  origin: z.string().max(200),
  /** Verifier key of the log (C2SP signed-note, type 01). */
  vkey: z.string().max(400),
  /** null: the log of a new folder. */
  previous: predecessor.nullable(),
});
export type NewEpoch = z.infer<typeof newEpoch>;

/** Signed by the device that it makes known: whoever sends it has that key. */
export const enrolment = z.strictObject({
  ...newEpoch.shape,
  branch: slug,
  /** Of the branch file; good once. */
  token: z.string().max(100),
  device: z.strictObject({
    /** SHA-256 of the raw Ed25519 public key, hexadecimal: the `keyid` of its requests. */
    id: sha256,
    /** Raw Ed25519 public key. */
    publicKey: base64,
    /** age recipient (`age1…`) for files that head office sends back. */
    recipient: z.string().max(200),
    platform: z.string().max(60),
  }),
});
export type Enrolment = z.infer<typeof enrolment>;

export const enrolled = z.strictObject({ v: z.literal(1), branch: slug, device: sha256, state: logState });
export type Enrolled = z.infer<typeof enrolled>;

/** How a loan that was granted went (Basel CRE36.68: a default is 90 days past due or unlikely to pay). */
export const performance = z.enum(['good', 'bad', 'indeterminate']);

export const outcomeRow = z.strictObject({
  /** Of the decision that it is about. */
  application: z.uuid(),
  performance,
  /** Whole months since the loan was paid out. */
  monthsOnBook: z.int().nonnegative().max(1200),
  asOf: z.iso.date(),
});
export type OutcomeRow = z.infer<typeof outcomeRow>;

/**
 * Text of the signed note (C2SP signed-note, by head office's key) that brings outcomes to one branch: RFC 8785 canonical JSON of this, and a newline.
 * Numbered from 1 for each log without gaps, so that none is taken twice and none is missed.
 */
export const outcomeDelivery = z.strictObject({
  v: z.literal(1),
  kind: z.literal('outpost-outcomes'),
  log: logId,
  delivery: z.int().positive(),
  issued: z.iso.datetime({ precision: 3 }),
  outcomes: z.array(outcomeRow).min(1).max(SYNC_LIMITS.outcomes),
});
export type OutcomeDelivery = z.infer<typeof outcomeDelivery>;

/** The signed notes after the one asked for, in order; at most 50 in one answer. */
export const deliveries = z.strictObject({ v: z.literal(1), notes: z.array(z.string()).max(50) });

/** Request header of state and entries: the size that the branch holds countersigned by head office. A head office behind it was restored from a backup. */
export const ACKED_HEADER = 'outpost-acked';

/**
 * The same by USB stick, in `outpost-sync/<log>/`:
 *
 * - `<from>-<to>.age`, `epoch.age`, `enrol-<device>.age` (the first 16 digits of its id; with an enrolment `<log>` is the log that it makes known): from the branch.
 *   In a file: the length of the head in four bytes (big-endian), the head (`stickHead`, JSON in UTF-8), the device's Ed25519 signature (64 bytes) over
 *   `outpost-stick/v1\n` and the head's bytes, then an age file for head office's recipient. `ledger/stick-envelope.ts` puts it together and takes it apart.
 * - `reply-<size>-<eight digits>.age`: from head office, an age file for the device's recipient with a `stickReply` (JSON in UTF-8). Nothing of it is believed
 *   but what is signed in it: head office's line under the note, and the notes of the deliveries.
 *
 * `<from>`, `<to>` and `<size>` have ten digits. Nobody deletes what another has written; files may come in any order, twice, late or never.
 */
export const STICK_FOLDER = 'outpost-sync';

export const stickHead = z.strictObject({
  v: z.literal(1),
  /** What is in the age file: a submission in its encoding, `newEpoch` or `enrolment` (both JSON in UTF-8, `identity`). */
  kind: z.enum(['entries', 'epoch', 'enrolment']),
  log: logId,
  /** Whose signature it is. */
  device: sha256,
  encoding: z.enum(['br', 'zstd', 'identity']),
  /** Of the age file. */
  sha256,
  /** Number of the last delivery that the branch has taken in; 0: none. The reply brings those after it. */
  deliveries: count,
});
export type StickHead = z.infer<typeof stickHead>;

/** `state` as `GET …/state` says it, `notes` as `GET …/deliveries`; `refused` are files of the stick that were not taken, by name, with the cause of PROBLEMS. */
export const stickReply = z.strictObject({
  v: z.literal(1),
  log: logId,
  state: logState,
  notes: z.array(z.string()).max(50),
  refused: z.array(z.strictObject({ file: z.string().max(200), type: z.string().max(100) })).max(100),
});
export type StickReply = z.infer<typeof stickReply>;
