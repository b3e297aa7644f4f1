/**
 * The same tree as merkle.ts for verifying many entries in a row. A digest is a text of 32 characters, one for each byte: Node hands such a text over
 * for half of what a buffer of its own costs. Each is written once, to where it will be hashed from.
 */
import { hash } from 'node:crypto';
import { type Frontier, HASH_BYTES, TILE_HEIGHT, type TreeNode } from './merkle.ts';

/** Where the two halves stand behind the prefix of a node. */
const LEFT = 1;
const RIGHT = 1 + HASH_BYTES;

/** H(00 ‖ entry) of an entry that is UTF-8 text, given with its prefix. */
export function leafDigest(prefixed: string): string {
  return hash('sha256', prefixed, 'binary');
}

/** A frontier that moves: each leaf is added where the last one stood. */
export class DigestTree {
  /** Those to be stored that became complete, children before parents. */
  readonly nodes: TreeNode[] = [];
  #size: number;
  /** By level: 01 ‖ left ‖ right. The left half is a peak where `size` has the level's bit; the right one is free between two calls. */
  readonly #pairs: Buffer[] = [];

  constructor({ size, peaks }: Frontier) {
    this.#size = size;
    let next = peaks.length - 1;
    for (let level = 0, rest = size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) this.#pair(level).set(peaks[next--]!, LEFT);
    }
  }

  add(leaf: string): void {
    let digest = leaf;
    let index = this.#size++;
    for (let level = 1; ; level++) {
      const pair = this.#pair(level - 1);
      if (index % 2 === 0) {
        pair.write(digest, LEFT, HASH_BYTES, 'latin1');
        return;
      }
      pair.write(digest, RIGHT, HASH_BYTES, 'latin1');
      digest = hash('sha256', pair, 'binary');
      index = (index - 1) / 2;
      if (level % TILE_HEIGHT === 0) this.nodes.push({ level, index, hash: Buffer.from(digest, 'latin1') });
    }
  }

  /** Of a tree with leaves. */
  root(): string {
    let root = '';
    for (let level = 0, rest = this.#size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const pair = this.#pair(level);
      if (root === '') {
        root = pair.toString('latin1', LEFT, RIGHT);
        continue;
      }
      pair.write(root, RIGHT, HASH_BYTES, 'latin1');
      root = hash('sha256', pair, 'binary');
    }
    return root;
  }

  /** Where the tree stands now. */
  frontier(): Frontier {
    const peaks: Buffer[] = [];
    for (let level = 0, rest = this.#size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) peaks.unshift(Buffer.from(this.#pair(level).subarray(LEFT, RIGHT)));
    }
    return { size: this.#size, peaks };
  }

  #pair(level: number): Buffer {
    let pair = this.#pairs[level];
    if (pair === undefined) {
      pair = Buffer.alloc(RIGHT + HASH_BYTES, 1);
      this.#pairs[level] = pair;
    }
    return pair;
  }
}
