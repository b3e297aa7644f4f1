import { describe, expect, it } from 'vitest';
import { DigestTree, leafDigest } from '../../ledger/digest-tree.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../ledger/merkle.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the tree of digests', () => {
  it('hashes an entry that stands behind its prefix as the tree of the log does', () => {
    for (const entry of ['', 'ä€😀', 'a'.repeat(5000)]) expect(bytes(leafDigest(`\0${entry}`))).toEqual(leafHash(Buffer.from(entry)));
  });

  it.each([0, 1, 2, 3, 7, 8, 255, 256, 300])('goes on from %d entries to the same roots, nodes and peaks, entry by entry', (size) => {
    const leaves = Array.from({ length: size + 300 }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
    const before = extendFrontier(EMPTY_FRONTIER, leaves.slice(0, size)).frontier;
    const tree = new DigestTree(before);
    for (let i = size; i < leaves.length; i++) {
      tree.add(leaves[i]!.toString('latin1'));
      const { frontier, nodes } = extendFrontier(before, leaves.slice(size, i + 1));
      // Twice: asking for the root must not change the tree.
      expect([bytes(tree.root()), bytes(tree.root())]).toEqual([rootOf(frontier), rootOf(frontier)]);
      if (i % 50 === 0 || i === leaves.length - 1) expect([tree.frontier(), tree.nodes]).toEqual([frontier, nodes]);
    }
  });
});
