/** Below a reserve of free space nothing is decided any more, so that closing, signing and exporting still have room. */
import { statfsSync } from 'node:fs';
import type { Failure } from '../../contract/failure.ts';

export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;

/** Bytes that this user may still write on the disk of `directory`, and whether that is below the reserve. */
export function diskSpace(directory: string): { freeBytes: number; low: boolean } {
  const { bavail, bsize } = statfsSync(directory);
  const freeBytes = bavail * bsize;
  return { freeBytes, low: freeBytes < DISK_RESERVE_BYTES };
}

/** The refusal to decide on a disk that is nearly full; null when there is room. To be asked before anything is stored. */
export function refuseWhenDiskLow(directory: string): Failure | null {
  const { freeBytes, low } = diskSpace(directory);
  if (!low) return null;
  return {
    kind: 'disk-full',
    happened: 'The disk is nearly full.',
    safe: 'Nothing was decided. Everything that was acknowledged before is stored; reading, verifying and exporting still work.',
    next: 'Free space on this disk, then decide again.',
    facts: { directory, freeBytes, reserveBytes: DISK_RESERVE_BYTES },
  };
}
