/** RFC 6962 by its recursive definitions, over leaf hashes in memory: slow, short, and written for these tests alone. */
import { createHash } from 'node:crypto';

const sha256 = (...parts: Uint8Array[]): Buffer => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();

export const hashLeaf = (entry: Uint8Array): Buffer => sha256(Buffer.of(0), entry);

function split(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}

export function treeRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return sha256(Buffer.of(1), treeRoot(leaves.slice(0, k)), treeRoot(leaves.slice(k)));
}

/** PATH(m, D[n]) of RFC 6962 2.1.1. */
export function inclusionPath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k ? [...inclusionPath(index, left), treeRoot(right)] : [...inclusionPath(index - k, right), treeRoot(left)];
}

/** PROOF(m, D[n]) of RFC 6962 2.1.2. */
export function consistencyPath(from: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (from === leaves.length) return isWhole ? [] : [treeRoot(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  if (from <= k) return [...consistencyPath(from, left, isWhole), treeRoot(right)];
  return [...consistencyPath(from - k, right, false), treeRoot(left)];
}

/** C2SP tlog-tiles of height 8, by path. */
export function hashTiles(leaves: readonly Buffer[]): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  for (let level = 0, hashes = [...leaves]; hashes.length > 0; level++) {
    const above: Buffer[] = [];
    for (let tile = 0; tile * 256 < hashes.length; tile++) {
      const part = hashes.slice(tile * 256, tile * 256 + 256);
      tiles.set(tilePath(String(level), tile, part.length), Buffer.concat(part));
      if (part.length === 256) above.push(treeRoot(part));
    }
    hashes = above;
  }
  return tiles;
}

/** Entries tiles; null is a withheld entry. */
export function entryTiles(entries: readonly (Buffer | null)[]): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  for (let tile = 0; tile * 256 < entries.length; tile++) {
    const part = entries.slice(tile * 256, tile * 256 + 256);
    const framed = part.flatMap((entry) => [Buffer.of((entry?.length ?? 0) >> 8, (entry?.length ?? 0) & 255), entry ?? Buffer.alloc(0)]);
    tiles.set(tilePath('entries', tile, part.length), Buffer.concat(framed));
  }
  return tiles;
}

function tilePath(level: string, index: number, width: number): string {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/.{3}/g)!;
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${path}${width < 256 ? `.p/${width}` : ''}`;
}
