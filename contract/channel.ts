/**
 * Channel targets of the signed repository: what is current. A TUF client cannot list a role's targets, so one small signed file per channel names
 * them (`models/stable.json`, `policy/stable.json`, `app/stable-<platform>-<arch>.json`). Releases of one place stand newest first; a branch takes
 * the first one whose rollout reaches it, so that the one before stays named for all the others.
 */
import { z } from 'zod';
import { artefact } from './entry-base.ts';
import { localised } from './localised.ts';
import { semanticVersion, slug } from './product.ts';

/** Name of a target in the repository. Lower case and few signs, so that every file system and web server gives the same file. */
export const targetName = z
  .string()
  .max(200)
  .regex(/^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/);

export const branchTag = slug;

/** Whom a release reaches: a branch that is named, or has a tag, or falls under the percentage (stable per branch and release: raising keeps who has it). */
export const rollout = z.strictObject({
  /** `halted`: whoever has it keeps it, nobody else gets it. `withdrawn`: whoever has it goes back to the next release in the list. */
  state: z.enum(['rolling', 'halted', 'withdrawn']),
  percentage: z.number().min(0).max(100),
  branches: z.array(z.string().min(1).max(100)).max(10_000),
  tags: z.array(branchTag).max(1000),
});
export type Rollout = z.infer<typeof rollout>;

const release = {
  rollout,
  /** Not before this moment; null: as soon as it is here. */
  activateFrom: z.iso.datetime().nullable(),
  /** Signed permission to go back to a lower version than the active one. */
  allowDowngrade: z.boolean(),
};

export const modelRelease = z.strictObject({ ...release, artefact, file: targetName });
export type ModelRelease = z.infer<typeof modelRelease>;
export const policyRelease = z.strictObject({ ...release, artefact, file: targetName });
export type PolicyRelease = z.infer<typeof policyRelease>;

export const modelChannel = z.strictObject({
  format: z.literal('outpost-models/1'),
  products: z.record(slug, z.strictObject({ champion: z.array(modelRelease).max(20), challengers: z.array(modelRelease).max(20) })),
});
export type ModelChannel = z.infer<typeof modelChannel>;

export const policyChannel = z.strictObject({
  format: z.literal('outpost-policies/1'),
  products: z.record(slug, z.array(policyRelease).max(20)),
});
export type PolicyChannel = z.infer<typeof policyChannel>;

export const appRelease = z.strictObject({
  ...release,
  version: semanticVersion,
  file: targetName,
  /** Block map of the installer for differential downloads; null where it is embedded or there is none. */
  blockmap: targetName.nullable(),
  /** Bytes of an embedded block map (AppImage); null where it is a file of its own. */
  blockMapSize: z.int().positive().nullable(),
  releasedOn: z.iso.date(),
  notes: localised,
  /** A lower version than this one cannot take it directly; null: any can. */
  earliestVersion: semanticVersion.nullable(),
});
export type AppRelease = z.infer<typeof appRelease>;

export const appChannel = z.strictObject({ format: z.literal('outpost-app/1'), releases: z.array(appRelease).max(20) });
export type AppChannel = z.infer<typeof appChannel>;

/** Largest channel file that is read, in bytes. */
export const MOST_CHANNEL_BYTES = 1_000_000;
