/** RFC 6962 / RFC 9162 Merkle trees over SHA-256, kept as a frontier: appending needs the roots of the complete subtrees only. */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** A node of level ≥ 1 whose subtree is complete: it will never change. Level 0 is the leaf hashes themselves. */
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

/** H(""), RFC 6962 2.1. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer');
}

/** H(00 ‖ entry): the prefix keeps a leaf from being taken for a node. */
export function leafHash(entry: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(entry.length + 1);
  prefixed[0] = 0;
  prefixed.set(entry, 1);
  return hash('sha256', prefixed, 'buffer');
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** H(01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return hash('sha256', Buffer.concat([pair.subarray(0, 1), left, right]), 'buffer');
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/** Appends leaves; `nodes` are the inner nodes that became complete, children before parents. */
export function extendFrontier(from: Frontier, leaves: readonly Buffer[]): { frontier: Frontier; nodes: TreeNode[] } {
  const peaks = [...from.peaks];
  const nodes: TreeNode[] = [];
  let size = from.size;
  for (const leaf of leaves) {
    let node: TreeNode = { level: 0, index: size, hash: leaf };
    while (node.index % 2 === 1) {
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(peaks.pop()!, node.hash) };
      nodes.push(node);
    }
    peaks.push(node.hash);
    size++;
  }
  return { frontier: { size, peaks }, nodes };
}

/** Root of the tree: the peaks are joined from the right, since every split is at the largest power of two below the size. */
export function rootOf(frontier: Frontier): Buffer {
  const { peaks } = frontier;
  let root = peaks.at(-1);
  if (root === undefined) return emptyRoot();
  for (let i = peaks.length - 2; i >= 0; i--) root = nodeHash(peaks[i]!, root);
  return root;
}

/** The frontier that the tree had at `size`, from its stored nodes. */
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

/** Peaks as one byte string, to be stored beside the size. */
export function encodePeaks(frontier: Frontier): Buffer {
  return Buffer.concat(frontier.peaks);
}

/** Reverse of `encodePeaks`; null when the bytes do not fit the size. */
export function decodePeaks(size: number, bytes: Uint8Array): Frontier | null {
  const peaks: Buffer[] = [];
  for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES) peaks.push(Buffer.from(bytes.subarray(at, at + HASH_BYTES)));
  return peaks.length === setBits(size) && bytes.length === peaks.length * HASH_BYTES ? { size, peaks } : null;
}

function setBits(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}
