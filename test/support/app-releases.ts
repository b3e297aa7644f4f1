/** Installers for tests, with the block maps that electron-builder makes (format 2: BLAKE2b-144 of each block, compressed JSON). */
import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { AppChannel, AppRelease } from '../../contract/channel.ts';
import { TO_ALL } from './updating-branch.ts';

const BLOCK_BYTES = 32_768;

export const INSTALLER_BYTES = 4_000_000;

/** An installer and the next one, which differs in a few places. */
export function twoInstallers(): [before: Buffer, after: Buffer] {
  const before = randomBytes(INSTALLER_BYTES);
  const after = Buffer.from(before);
  for (const place of [10_000, 1_500_000, 3_900_000]) randomBytes(9000).copy(after, place);
  return [before, after];
}

function blocksOf(installer: Buffer): string {
  const blocks = Array.from({ length: Math.ceil(installer.length / BLOCK_BYTES) }, (_, i) =>
    installer.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES),
  );
  const checksums = blocks.map((block) => createHash('blake2b512').update(block).digest().subarray(0, 18).toString('base64'));
  return JSON.stringify({ version: '2', files: [{ name: 'file', offset: 0, checksums, sizes: blocks.map(({ length }) => length) }] });
}

/** A file beside the installer, as for NSIS. */
export function blockMapOf(installer: Buffer): Buffer {
  return gzipSync(blocksOf(installer));
}

/** At the end of the file, as in an AppImage. */
export function withBlockMap(content: Buffer): { file: Buffer; blockMapSize: number } {
  const map = deflateRawSync(blocksOf(content));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(map.length);
  return { file: Buffer.concat([content, map, length]), blockMapSize: map.length };
}

export function appRelease(version: string, file: string, changes: Partial<AppRelease> = {}): AppRelease {
  return {
    version,
    file,
    rollout: TO_ALL,
    activateFrom: null,
    allowDowngrade: false,
    blockmap: null,
    blockMapSize: null,
    releasedOn: '2026-11-30',
    notes: { en: 'Better' },
    earliestVersion: null,
    ...changes,
  };
}

export const appChannel = (...releases: AppRelease[]): AppChannel => ({ format: 'outpost-app/1', releases });
