/** RFC 6962 and RFC 9162 over SHA-256: hashes, roots, proofs, and C2SP tlog-tiles. */
import { hash } from 'node:crypto';

export const TILE = 256;

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** H(00 ‖ entry): the prefix keeps an entry from being taken for a node. */
export const leafHash = (entry: Uint8Array): Buffer => sha256(Buffer.concat([Buffer.of(0), entry]));

/** H(01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([Buffer.of(1), left, right]));

export const emptyRoot = (): Buffer => sha256(Buffer.alloc(0));

/** Root over these hashes, split at the largest power of two below their number (RFC 6962 2.1). */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return emptyRoot();
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/**
 * Root of a tree given as its unfinished tiles: `levels[L]` are the hashes of the last complete subtrees of 256^L leaves, fewer than 256
 * of them. Every split is at a power of two, so complete subtrees are joined from the right.
 */
export function rootOfLevels(levels: readonly (readonly Buffer[])[]): Buffer {
  const peaks: Buffer[] = [];
  for (const hashes of levels.toReversed()) {
    let start = 0;
    for (let width = TILE / 2; width >= 1; width /= 2) {
      if (hashes.length - start < width) continue;
      peaks.push(rootOf(hashes.slice(start, start + width)));
      start += width;
    }
  }
  return peaks.length === 0 ? emptyRoot() : peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** RFC 9162 2.1.3.2: accepts only the one proof of this leaf hash at this index under this root. */
export function verifyInclusion(leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean {
  if (!areIndexes(index, size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let computed = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      computed = nodeHash(sibling, computed);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      computed = nodeHash(computed, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && computed.equals(root);
}

/** RFC 9162 2.1.4.2: the tree of `size` leaves only adds to the one of `from`. A proof from size 0 is refused: it would prove nothing. */
export function verifyConsistency(from: number, size: number, proof: readonly Buffer[], fromRoot: Buffer, root: Buffer): boolean {
  if (!areIndexes(from, size) || from < 1 || from > size) return false;
  if (from === size) return proof.length === 0 && fromRoot.equals(root);
  if (proof.length === 0 || !areHashes([fromRoot, root, ...proof])) return false;
  const steps = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  let fn = from - 1;
  let sn = size - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [oldRoot, newRoot] = [steps[0]!, steps[0]!];
  for (const step of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldRoot = nodeHash(step, oldRoot);
      newRoot = nodeHash(step, newRoot);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      newRoot = nodeHash(newRoot, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && oldRoot.equals(fromRoot) && newRoot.equals(root);
}

/**
 * Where tlog-tiles keeps tile `index` of a level (`entries`: the leaves themselves) in a tree of `size` leaves, and how many it holds.
 * The index stands in groups of three digits, all but the last after an `x`; a tile that is not full says its width.
 */
export function tileAt(level: number | 'entries', index: number, size: number): { path: string; width: number } {
  const hashes = Math.floor(size / TILE ** (level === 'entries' ? 0 : level));
  const width = Math.min(TILE, hashes - index * TILE);
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return { path: `tile/${level}/${groups.join('/')}${width < TILE ? `.p/${width}` : ''}`, width };
}

// Sizes go beyond 32 bits, so no shifts.
const half = (n: number): number => Math.floor(n / 2);
const areIndexes = (...numbers: number[]): boolean => numbers.every((n) => Number.isSafeInteger(n) && n >= 0);
const areHashes = (hashes: readonly Buffer[]): boolean => hashes.every(({ length }) => length === 32);
