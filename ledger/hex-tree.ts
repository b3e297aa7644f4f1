/** The same tree as merkle.ts, in hexadecimal text: for verifying many entries in a row, where a buffer for each hash costs more than hashing. */
import { hash } from 'node:crypto';
import { HASH_BYTES, TILE_HEIGHT, type TreeNode } from './merkle.ts';

/** H(00 ‖ entry) of an entry that is UTF-8 text. */
export function leafHashHex(text: string): string {
  return hash('sha256', `\0${text}`, 'hex');
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

function nodeHashHex(left: string, right: string): string {
  pair.write(left, 1, 'hex');
  pair.write(right, 1 + HASH_BYTES, 'hex');
  return hash('sha256', pair, 'hex');
}

/** A frontier that moves: each leaf is added where the last one stood. */
export class HexTree {
  size: number;
  /** One hash per set bit of `size`, the largest subtree first. */
  readonly peaks: string[];
  /** Those to be stored that became complete, children before parents. */
  readonly nodes: TreeNode[] = [];

  constructor(size: number, peaks: readonly Buffer[]) {
    this.size = size;
    this.peaks = peaks.map((peak) => peak.toString('hex'));
  }

  add(leaf: string): void {
    let joined = leaf;
    let level = 0;
    for (let index = this.size; index % 2 === 1; ) {
      joined = nodeHashHex(this.peaks.pop()!, joined);
      index = (index - 1) / 2;
      level++;
      if (level % TILE_HEIGHT === 0) this.nodes.push({ level, index, hash: Buffer.from(joined, 'hex') });
    }
    this.peaks.push(joined);
    this.size++;
  }

  /** Of a tree with leaves. */
  root(): string {
    let root = this.peaks.at(-1)!;
    for (let i = this.peaks.length - 2; i >= 0; i--) root = nodeHashHex(this.peaks[i]!, root);
    return root;
  }
}
