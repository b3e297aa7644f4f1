/** Every size, time and speed that bounds what the signed repository, the line to it or a stick can make this PC do. */
import { MOST_CHANNEL_BYTES } from '../../contract/channel.ts';

const MB = 1_000_000;

/** Of metadata, whatever the length that a signed file claims for another (a stolen snapshot key could claim a terabyte: endless data). */
export const METADATA_LIMITS = {
  /** tuf-js copies all keys for each key: a hostile root of half a megabyte would take it seconds, before any signature is looked at. */
  rootMaxLength: 100_000,
  timestampMaxLength: 16_384,
  snapshotMaxLength: 100_000,
  targetsMaxLength: 2 * MB,
  /** Roots that one refresh walks at most (TUF 5.3.3, endless data attack by ever more roots). */
  maxRootRotations: 64,
  maxDelegations: 8,
  prefixTargetsWithHash: true,
} as const;

export const MOST_METADATA_BYTES = Math.max(...Object.values(METADATA_LIMITS).filter((limit) => typeof limit === 'number'));

export { MOST_CHANNEL_BYTES };
export const MOST_MODEL_BYTES = 500 * MB;
export const MOST_POLICY_BYTES = 5 * MB;
export const MOST_APP_BYTES = 2000 * MB;

/** Free bytes that a download leaves on the disk: decisions need them. */
export const DISK_LEFT_BYTES = 500 * MB;

/** How the line is used, and when it is given up. */
export interface LineLimits {
  /** Nothing arrives for so long: given up. Also for the answer's beginning. Milliseconds. */
  idleMs: number;
  /** Slower than this, measured over `speedWindowMs` of waiting: given up. Bytes per second. */
  minBytesPerSecond: number;
  speedWindowMs: number;
  /** One piece of metadata takes no longer, however it trickles. Milliseconds. */
  metadataMs: number;
  /** What updates may take of the line; null: all of it. Bytes per second. */
  bytesPerSecond: number | null;
  /** Tries of one download, or of one piece of metadata, within one check; the part that arrived stays for the next try, also after a restart. */
  attempts: number;
  /** A try that breaks off after at least so many new bytes is not counted: a line that breaks every minute still brings a large file within one check. */
  progressBytes: number;
}

export const LINE_LIMITS: LineLimits = {
  idleMs: 30_000,
  minBytesPerSecond: 500,
  speedWindowMs: 20_000,
  metadataMs: 120_000,
  bytesPerSecond: null,
  attempts: 3,
  progressBytes: 8192,
};

/** The timestamp is signed anew every month. Older than this and not expired yet: somebody may be holding news back (freeze attack). */
export const STALE_AFTER_MS = 40 * 86_400_000;

/** Causes of refusals that are remembered, so that each is an entry of the log once. */
export const MOST_REMEMBERED_CAUSES = 100;
