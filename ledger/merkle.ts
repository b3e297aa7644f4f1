/** RFC 6962 / RFC 9162 Merkle trees over SHA-256, kept as a frontier: appending needs the roots of the complete subtrees only. */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/**
 * Of the levels above the leaves every eighth is stored, as in C2SP's tlog-tiles: a node for each 256 complete children. What lies between
 * is joined from those below when it is asked for, so that an append seldom has more to store than its entry.
 */
export const TILE_HEIGHT = 8;

/** A stored node, of level 8, 16, …: its subtree is complete, it will never change. Level 0 is the leaf hashes themselves. */
export interface TreeNode {
  level: number;
  index: number;
  hash: Buffer;
}

/** What is needed to go on appending: one hash per set bit of `size`, the largest subtree first. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Buffer[];
}

/** Reads the hash of a complete subtree: `level` 0 is a leaf hash. Throws when it is not there. */
export type NodeReader = (level: number, index: number) => Buffer;

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** A buffer asked of Node's hash has memory of its own, which costs more than the hash; one made from text comes from the pool. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}

/** H(""), RFC 6962 2.1. */
export function emptyRoot(): Buffer {
  return sha256(Buffer.alloc(0));
}

/** H(00 ‖ entry): the prefix keeps a leaf from being taken for a node. */
export function leafHash(entry: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(entry.length + 1);
  prefixed[0] = 0;
  prefixed.set(entry, 1);
  return sha256(prefixed);
}

/** The same of an entry that stands behind its prefix, a zero byte, already. */
export function prefixedLeafHash(prefixed: Uint8Array): Buffer {
  if (prefixed[0] !== 0) throw new TypeError('no leaf stands here');
  return sha256(prefixed);
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** H(01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) return sha256(Buffer.concat([pair.subarray(0, 1), left, right]));
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

/** Appends leaves; `nodes` are those to be stored that became complete, children before parents. */
export function extendFrontier(from: Frontier, leaves: readonly Buffer[]): { frontier: Frontier; nodes: TreeNode[] } {
  const peaks = [...from.peaks];
  const nodes: TreeNode[] = [];
  let size = from.size;
  for (const leaf of leaves) {
    let hash = leaf;
    let level = 0;
    for (let index = size; index % 2 === 1; ) {
      hash = nodeHash(peaks.pop()!, hash);
      index = (index - 1) / 2;
      level++;
      if (level % TILE_HEIGHT === 0) nodes.push({ level, index, hash });
    }
    peaks.push(hash);
    size++;
  }
  return { frontier: { size, peaks }, nodes };
}

/** How many nodes are stored of a tree of `size` leaves. */
export function countStoredNodes(size: number): number {
  const width = 2 ** TILE_HEIGHT;
  let nodes = 0;
  for (let complete = Math.floor(size / width); complete > 0; complete = Math.floor(complete / width)) nodes += complete;
  return nodes;
}

/** Reads hashes that are stored, of level 0, 8, 16, …: those from `from` to before `to`, in order. Throws when one is not there. */
export type StoredHashReader = (level: number, from: number, to: number) => Buffer[];

/** Reads any complete subtree's hash, joined from the stored level below it where it is not stored itself. */
export function joiningReader(stored: StoredHashReader): NodeReader {
  return (level, index) => {
    const above = level % TILE_HEIGHT;
    const width = 2 ** above;
    let hashes = stored(level - above, index * width, (index + 1) * width);
    while (hashes.length > 1) hashes = joinPairs(hashes);
    return hashes[0]!;
  };
}

function joinPairs(hashes: readonly Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  for (let i = 0; i + 1 < hashes.length; i += 2) joined.push(nodeHash(hashes[i]!, hashes[i + 1]!));
  return joined;
}

/** Root of the tree: the peaks are joined from the right, since every split is at the largest power of two below the size. */
export function rootOf(frontier: Frontier): Buffer {
  const { peaks } = frontier;
  let root = peaks.at(-1);
  if (root === undefined) return emptyRoot();
  for (let i = peaks.length - 2; i >= 0; i--) root = nodeHash(peaks[i]!, root);
  return root;
}

/** The frontier that the tree had at `size`. */
export function frontierAt(size: number, node: NodeReader): Frontier {
  const peaks: Buffer[] = [];
  let start = 0;
  for (let level = Math.floor(Math.log2(Math.max(size, 1))); level >= 0; level--) {
    const width = 2 ** level;
    if (size - start < width) continue;
    peaks.push(node(level, start / width));
    start += width;
  }
  return { size, peaks };
}
