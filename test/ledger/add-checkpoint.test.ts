import { describe, expect, it } from 'vitest';
import {
  formatAddCheckpoint,
  judgeCheckpoint,
  openAddCheckpoint,
  parseAddCheckpoint,
  type WitnessedState,
} from '../../ledger/add-checkpoint.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { naiveRoot, naiveSubproof } from '../support/naive-tree.ts';

const signer = noteSigner('outpost.invalid/branch-1/epoch-1', Buffer.alloc(32, 1));
const leaves = Array.from({ length: 9 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
const state = (size: number): WitnessedState => ({ size, root: naiveRoot(leaves.slice(0, size)) });
const proof = (from: number, size: number): Buffer[] => naiveSubproof(from, leaves.slice(0, size));
const keyOf = (origin: string) => (origin === signer.name ? parseVkey(signer.vkey) : null);

describe('a witness', () => {
  it('takes the first checkpoint, each that adds to the last, and the same once more', () => {
    expect(judgeCheckpoint(null, 0, [], state(3))).toEqual(state(3));
    expect(judgeCheckpoint(state(3), 3, proof(3, 9), state(9))).toEqual(state(9));
    expect(judgeCheckpoint(state(9), 9, [], state(9))).toEqual(state(9));
  });

  it('tells the size that it has to somebody who begins elsewhere', () => {
    expect(judgeCheckpoint(state(5), 3, proof(3, 9), state(9))).toEqual({ status: 409, size: 5 });
    expect(judgeCheckpoint(state(5), 0, [], state(9))).toEqual({ status: 409, size: 5 });
    expect(judgeCheckpoint(null, 3, proof(3, 9), state(9))).toEqual({ status: 409, size: 0 });
  });

  it('never takes a smaller tree, another history or a second root for one size', () => {
    expect(judgeCheckpoint(state(5), 5, [], state(3))).toEqual({ status: 400 });
    expect(judgeCheckpoint(state(3), 3, proof(3, 9).toReversed(), state(9))).toEqual({ status: 422 });
    expect(judgeCheckpoint(state(3), 3, [], state(9))).toEqual({ status: 422 });
    expect(judgeCheckpoint(state(3), 3, [], { size: 3, root: leaves[0]! })).toEqual({ status: 409, size: 3 });
    expect(judgeCheckpoint(null, 0, proof(3, 9), state(9))).toEqual({ status: 422 });
  });

  it('never rolls back: of two requests from one state the later to be stored is judged again', () => {
    const [a, b] = [state(5), state(9)];
    expect(judgeCheckpoint(state(3), 3, proof(3, 5), a)).toEqual(a);
    expect(judgeCheckpoint(b, 3, proof(3, 5), a)).toEqual({ status: 409, size: 9 });
  });
});

describe('a request to a witness', () => {
  const checkpoint = signCheckpoint(9, state(9).root, signer);
  const text = formatAddCheckpoint({ oldSize: 3, proof: proof(3, 9), checkpoint });

  it('is read back as what it was made from', () => {
    expect(parseAddCheckpoint(text)).toEqual({ oldSize: 3, proof: proof(3, 9), checkpoint });
    expect(openAddCheckpoint(text, keyOf)).toMatchObject({ request: { oldSize: 3 }, checkpoint: { size: 9 } });
  });

  it.each([
    ['no old size', text.replace('old 3\n', ''), 400],
    ['an old size with a zero in front', text.replace('old 3', 'old 03'), 400],
    ['a hash of another length', text.replace('old 3\n', 'old 3\nAAAA\n'), 400],
    ['64 hashes', text.replace('old 3\n', `old 3\n${`${leaves[0]!.toString('base64')}\n`.repeat(64)}`), 400],
    ['no checkpoint', 'old 3\n\n', 400],
    ['a log that nobody knows', text.replaceAll('branch-1', 'branch-2'), 404],
    ['a changed size', text.replace('\n9\n', '\n10\n'), 403],
  ])('with %s is refused', (_, changed, status) => {
    expect(changed).not.toBe(text);
    expect(openAddCheckpoint(changed, keyOf)).toEqual({ status });
  });
});
