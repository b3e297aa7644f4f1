import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePeaks,
  EMPTY_FRONTIER,
  emptyRoot,
  encodePeaks,
  extendFrontier,
  frontierAt,
  leafHash,
  nodeHash,
  rootOf,
} from '../../ledger/merkle.ts';
import { naiveLeaf, naiveNode, naiveRoot } from '../support/naive-tree.ts';

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));

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

  it('yields each completed node once, with the hash of exactly the leaves below it', () => {
    const leaves = leavesOf(137);
    const { frontier, nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
    expect(nodes).toHaveLength(leaves.length - frontier.peaks.length);
    expect(new Set(nodes.map(({ level, index }) => `${level}/${index}`)).size).toBe(nodes.length);
    for (const { level, index, hash } of nodes) {
      expect(hash).toEqual(naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
    }
  });

  it('finds an earlier frontier again from stored nodes, and reads peaks back from bytes', () => {
    const leaves = leavesOf(65);
    const { nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
    const stored = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
    for (let size = 0; size <= leaves.length; size++) {
      const frontier = frontierAt(size, (level, index) => (level === 0 ? leaves[index]! : stored.get(`${level}/${index}`)!));
      expect(rootOf(frontier)).toEqual(naiveRoot(leaves.slice(0, size)));
      expect(decodePeaks(size, encodePeaks(frontier))).toEqual(frontier);
      expect(decodePeaks(size, Buffer.concat([encodePeaks(frontier), Buffer.alloc(1)]))).toBeNull();
      expect(decodePeaks(size + 1, Buffer.alloc(32 * 9))).toBeNull();
    }
  });

  it('leaves the frontier it started from as it was', () => {
    const { frontier } = extendFrontier(EMPTY_FRONTIER, leavesOf(7));
    const before = encodePeaks(frontier);
    extendFrontier(frontier, leavesOf(9));
    expect(encodePeaks(frontier)).toEqual(before);
    expect(EMPTY_FRONTIER.peaks).toEqual([]);
  });
});
