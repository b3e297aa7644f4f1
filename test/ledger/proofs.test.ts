import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joiningReader, leafHash } from '../../ledger/merkle.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../../ledger/proofs.ts';
import { naivePath, naiveRoot, naiveSubproof } from '../support/naive-tree.ts';

const SIZE = 70;
const leaves = Array.from({ length: SIZE }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
// As long as no tile is full, every node is joined from the leaf hashes.
const node = joiningReader((_, from, to) => leaves.slice(from, to));
const rootAt = Array.from({ length: SIZE + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)));

const flipped = (hash: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};

describe('proofs', () => {
  it('are those of RFC 9162 for every leaf and every pair of sizes, and verify', () => {
    for (let size = 1; size <= SIZE; size++) {
      for (let at = 0; at < size; at++) {
        const proof = inclusionProof(at, size, node);
        expect(proof).toEqual(naivePath(at, leaves.slice(0, size)));
        expect(verifyInclusion(leaves[at]!, at, size, proof, rootAt[size]!)).toBe(true);
        const consistency = consistencyProof(at + 1, size, node);
        expect(consistency).toEqual(naiveSubproof(at + 1, leaves.slice(0, size)));
        expect(verifyConsistency(at + 1, size, consistency, rootAt[at + 1]!, rootAt[size]!)).toBe(true);
      }
    }
  });

  it('of inclusion hold for no other leaf, index, size, root or path', () => {
    const place = fc.integer({ min: 2, max: SIZE }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));
    fc.assert(
      fc.property(place, fc.nat(255), fc.nat(), ([size, at], bit, pick) => {
        const proof = inclusionProof(at, size, node);
        const i = pick % proof.length;
        const verify = (path: Buffer[], index = at, leaf = leaves[at]!, root = rootAt[size]!, n = size) =>
          verifyInclusion(leaf, index, n, path, root);
        expect(verify(proof.with(i, flipped(proof[i]!, bit)))).toBe(false);
        expect(verify(proof.toSpliced(i, 1))).toBe(false);
        expect(verify([...proof, proof[i]!])).toBe(false);
        expect(verify(proof.with(i, proof[i]!.subarray(1)))).toBe(false);
        expect(verify(proof, at === 0 ? 1 : at - 1)).toBe(false);
        expect(verify(proof, size)).toBe(false);
        expect(verify(proof, at, flipped(leaves[at]!, bit))).toBe(false);
        expect(verify(proof, at, leaves[at]!, flipped(rootAt[size]!, bit))).toBe(false);
        expect(verify(proof, at, leaves[at]!, rootAt[size]!, 2 * SIZE + size)).toBe(false);
      }),
    );
  });

  it('of consistency hold for no other sizes, roots or path', () => {
    const sizes = fc.integer({ min: 2, max: SIZE }).chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size - 1 })));
    fc.assert(
      fc.property(sizes, fc.nat(255), fc.nat(), ([size, from], bit, pick) => {
        const proof = consistencyProof(from, size, node);
        const i = pick % proof.length;
        const verify = (path: Buffer[], old = rootAt[from]!, root = rootAt[size]!) => verifyConsistency(from, size, path, old, root);
        expect(verify(proof.with(i, flipped(proof[i]!, bit)))).toBe(false);
        expect(verify(proof.toSpliced(i, 1))).toBe(false);
        expect(verify([...proof, proof[i]!])).toBe(false);
        expect(verify(proof, flipped(rootAt[from]!, bit))).toBe(false);
        expect(verify(proof, rootAt[from]!, flipped(rootAt[size]!, bit))).toBe(false);
        expect(verifyConsistency(size, from, proof, rootAt[size]!, rootAt[from]!)).toBe(false);
      }),
    );
  });

  it('prove nothing from an empty tree, and sameness only without a path', () => {
    expect(verifyConsistency(0, 5, [], rootAt[0]!, rootAt[5]!)).toBe(false);
    expect(verifyConsistency(5, 5, [], rootAt[5]!, rootAt[5]!)).toBe(true);
    expect(verifyConsistency(5, 5, [rootAt[5]!], rootAt[5]!, rootAt[5]!)).toBe(false);
    expect(verifyConsistency(5, 5, [], rootAt[5]!, rootAt[6]!)).toBe(false);
  });

  it('are refused for numbers that are no place in a tree', () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 60]) {
      expect(verifyInclusion(leaves[0]!, bad, SIZE, [], rootAt[SIZE]!)).toBe(false);
      expect(verifyConsistency(bad, SIZE, [], rootAt[1]!, rootAt[SIZE]!)).toBe(false);
      expect(() => inclusionProof(bad, SIZE, node)).toThrow(RangeError);
      expect(() => consistencyProof(bad, SIZE, node)).toThrow(RangeError);
    }
    expect(() => inclusionProof(SIZE, SIZE, node)).toThrow(RangeError);
    expect(() => consistencyProof(0, SIZE, node)).toThrow(RangeError);
  });
});
