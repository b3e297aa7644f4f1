/** What every entry of the log has in common, and the words it is made of. */
import { z } from 'zod';
import { semanticVersion, sha256, slug } from './product.ts';

export const role = z.enum(['officer', 'supervisor', 'auditor', 'it', 'system']);
export type Role = z.infer<typeof role>;

/** A released artefact by name, version and the SHA-256 of its bytes. */
export const artefact = z.strictObject({ name: slug, version: semanticVersion, sha256 });
export type Artefact = z.infer<typeof artefact>;

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

/**
 * Personal data (identifying fields, a reviewer's remark), AES-256-GCM under a random key. AES-GCM does not commit to its key, hence `kc`:
 * HMAC-SHA-256 of `outpost/key-commitment/v1` under that key.
 */
export const sealedIdentity = z.strictObject({ kid: z.string(), nonce: base64, ct: base64, tag: base64, kc: base64 });
export type SealedIdentity = z.infer<typeof sealedIdentity>;

/** Program versions that took part in a decision: replay names a difference in them as a cause. */
export const codeVersions = z.strictObject({ outpost: z.string(), node: z.string(), onnxruntime: z.string(), platform: z.string() });

export const entryBase = {
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
  /** Account of the person at work; `system` for what nobody asked for. */
  actor: z.string(),
  role,
  code: codeVersions,
};
