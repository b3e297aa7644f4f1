/** Inclusion and consistency proofs (RFC 9162 2.1.3 and 2.1.4): made from stored nodes, checked by anybody. */
import { HASH_BYTES, type NodeReader, nodeHash } from './merkle.ts';

/** Largest power of two below `n` (n ≥ 2). */
function splitPoint(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

/** Hash of the leaves [start, end): one stored node where the range is complete, else joined from two. */
function rangeHash(start: number, end: number, node: NodeReader): Buffer {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level) && start % width === 0) return node(level, start / width);
  const middle = start + splitPoint(width);
  return nodeHash(rangeHash(start, middle, node), rangeHash(middle, end, node));
}

/** Proof that leaf `index` is in the tree of `size` leaves. Throws RangeError when it is not. */
export function inclusionProof(index: number, size: number, node: NodeReader): Buffer[] {
  if (!isIndex(index) || !isIndex(size) || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const proof: Buffer[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      proof.push(rangeHash(middle, end, node));
      end = middle;
    } else {
      proof.push(rangeHash(start, middle, node));
      start = middle;
    }
  }
  return proof.reverse();
}

/** Proof that the tree of `size` leaves only adds to the one of `from` leaves (0 < from ≤ size). Throws RangeError otherwise. */
export function consistencyProof(from: number, size: number, node: NodeReader): Buffer[] {
  if (!isIndex(from) || !isIndex(size) || from < 1 || from > size) throw new RangeError(`no way from a tree of ${from} to one of ${size}`);
  const proof: Buffer[] = [];
  let start = 0;
  let end = size;
  while (end !== from) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      proof.push(rangeHash(middle, end, node));
      end = middle;
    } else {
      proof.push(rangeHash(start, middle, node));
      start = middle;
    }
  }
  // The old tree's last complete part is known to the checker only when it is the whole old tree.
  if (start > 0) proof.push(rangeHash(start, end, node));
  return proof.reverse();
}

/** Decision log, "Inclusion": accepts only the one proof of this leaf hash at this index under this root. */
export function verifyInclusion(leaf: Uint8Array, index: number, size: number, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let computed = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      computed = nodeHash(sibling, computed);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      computed = nodeHash(computed, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameHash(computed, root);
}

/** Decision log, "Consistency": a proof from size 0 is refused, since it would prove nothing. */
export function verifyConsistency(
  from: number,
  size: number,
  proof: readonly Uint8Array[],
  fromRoot: Uint8Array,
  root: Uint8Array,
): boolean {
  if (!isIndex(from) || !isIndex(size) || from < 1 || from > size) return false;
  if (from === size) return proof.length === 0 && sameHash(fromRoot, root);
  if (proof.length === 0 || !areHashes([fromRoot, root, ...proof])) return false;
  const steps = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  let fn = from - 1;
  let sn = size - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let oldRoot = steps[0]!;
  let newRoot = steps[0]!;
  for (const step of steps.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldRoot = nodeHash(step, oldRoot);
      newRoot = nodeHash(step, newRoot);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      newRoot = nodeHash(newRoot, step);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && sameHash(oldRoot, fromRoot) && sameHash(newRoot, root);
}

/** Sizes go beyond 32 bits, so no shifts. */
const half = (n: number): number => Math.floor(n / 2);
const isIndex = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);
const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
