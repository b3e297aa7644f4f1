import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countStoredNodes,
  EMPTY_FRONTIER,
  emptyRoot,
  extendFrontier,
  frontierAt,
  joiningReader,
  leafHash,
  nodeHash,
  rootOf,
  type StoredHashReader,
  type TreeNode,
} from '../../ledger/merkle.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../../ledger/proofs.ts';
import { naiveLeaf, naiveNode, naivePath, naiveRoot, naiveSubproof } from '../support/naive-tree.ts';

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

/** What a database would have: leaf hashes and stored nodes, and nothing else. */
function storedReader(leaves: readonly Buffer[], nodes: readonly TreeNode[]): StoredHashReader {
  const stored = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  return (level, from, to) =>
    Array.from({ length: to - from }, (_, i) => {
      const hash = level === 0 ? leaves[from + i] : stored.get(`${level}/${from + i}`);
      if (hash === undefined) throw new RangeError(`${level}/${from + i}`);
      return hash;
    });
}

describe('the Merkle tree', () => {
  it('hashes leaves, nodes and nothing as RFC 6962 says', () => {
    expect(emptyRoot().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (entry) => {
        expect(leafHash(entry)).toEqual(naiveLeaf(entry));
        expect(nodeHash(leafHash(entry), emptyRoot())).toEqual(naiveNode(naiveLeaf(entry), emptyRoot()));
      }),
    );
  });

  it('has the root of the naive tree at every size, however it was appended', () => {
    const leaves = leavesOf(200);
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 10 }), (steps) => {
        let frontier = EMPTY_FRONTIER;
        for (const step of steps) {
          frontier = extendFrontier(frontier, leaves.slice(frontier.size, frontier.size + step)).frontier;
          expect(rootOf(frontier)).toEqual(naiveRoot(leaves.slice(0, frontier.size)));
        }
      }),
    );
  });

  it('leaves the frontier it started from as it was', () => {
    const { frontier } = extendFrontier(EMPTY_FRONTIER, leavesOf(7));
    const before = Buffer.concat(frontier.peaks);
    extendFrontier(frontier, leavesOf(9));
    expect(Buffer.concat(frontier.peaks)).toEqual(before);
    expect(EMPTY_FRONTIER.peaks).toEqual([]);
  });
});

describe('the stored part of the tree', () => {
  /** Beyond the first node of level 16, and every complete level by itself, joined naively. */
  const leaves = leavesOf(2 ** 16 + 600);
  const levels: Buffer[][] = [leaves];
  while (levels.at(-1)!.length > 1) {
    const below = levels.at(-1)!;
    levels.push(Array.from({ length: Math.floor(below.length / 2) }, (_, i) => naiveNode(below[2 * i]!, below[2 * i + 1]!)));
  }
  const { frontier: whole, nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
  const read = joiningReader(storedReader(leaves, nodes));
  const boundaries = [0, 1, 255, 256, 257, 511, 512, 513, 2 ** 16 - 1, 2 ** 16, 2 ** 16 + 1, leaves.length];
  const anySize = fc.oneof(fc.constantFrom(...boundaries), fc.nat(leaves.length));

  it('is every eighth level, each node once, with the hash of exactly the leaves below it', () => {
    const expected = [8, 16].flatMap((level) => levels[level]!.map((hash, index) => ({ level, index, hash })));
    const sorted = [...nodes].sort((a, b) => a.level - b.level || a.index - b.index);
    expect(sorted).toEqual(expected);
    expect(nodes.findIndex(({ level }) => level === 16)).toBe(256);
    let count = 0;
    const ends = new Map<number, number>();
    for (const { level, index } of nodes) ends.set((index + 1) * 2 ** level, (ends.get((index + 1) * 2 ** level) ?? 0) + 1);
    for (let size = 0; size <= leaves.length; size++) {
      count += size === 0 ? 0 : (ends.get(size) ?? 0);
      if (countStoredNodes(size) !== count) expect({ size, nodes: countStoredNodes(size) }).toEqual({ size, nodes: count });
    }
  });

  it('gives every node between, as the naive tree has it', () => {
    const place = fc.nat(levels.length - 1).chain((level) => fc.tuple(fc.constant(level), fc.nat(levels[level]!.length - 1)));
    fc.assert(fc.property(place, ([level, index]) => read(level, index).equals(levels[level]![index]!)));
    expect(() => read(8, levels[8]!.length)).toThrow(RangeError);
    expect(() => read(3, levels[3]!.length)).toThrow(RangeError);
  });

  it.each(boundaries)('gives the frontier and root of the naive tree at %i leaves', (size) => {
    const frontier = frontierAt(size, read);
    expect(rootOf(frontier)).toEqual(naiveRoot(leaves.slice(0, size)));
    expect(frontier).toEqual(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, size)).frontier);
  });

  it('gives a frontier from which the log goes on as if it had never been closed', () => {
    fc.assert(
      fc.property(anySize, anySize, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const resumed = extendFrontier(frontierAt(from, read), leaves.slice(from, to));
        expect(resumed.frontier).toEqual(frontierAt(to, read));
        expect(resumed.nodes).toHaveLength(countStoredNodes(to) - countStoredNodes(from));
      }),
      { numRuns: 12 },
    );
    expect(frontierAt(leaves.length, read)).toEqual(whole);
  });

  it('gives proofs that verify at any size, and are those of the naive tree', () => {
    fc.assert(
      fc.property(anySize, fc.nat(), fc.nat(), (size, a, b) => {
        fc.pre(size > 0);
        const root = rootOf(frontierAt(size, read));
        const index = a % size;
        expect(verifyInclusion(leaves[index]!, index, size, inclusionProof(index, size, read), root)).toBe(true);
        const from = 1 + (b % size);
        expect(verifyConsistency(from, size, consistencyProof(from, size, read), rootOf(frontierAt(from, read)), root)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), (size, n) => {
        const some = leaves.slice(0, size);
        expect(inclusionProof(n % size, size, read)).toEqual(naivePath(n % size, some));
        expect(consistencyProof(1 + (n % size), size, read)).toEqual(naiveSubproof(1 + (n % size), some));
      }),
      { numRuns: 30 },
    );
  });
});
