import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { formatTlogProof, parseTlogProof, type TlogProof, verifyTlogProof } from '../../ledger/tlog-proof.ts';
import { naivePath, naiveRoot } from '../support/naive-tree.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';

const signer = noteSigner('outpost.invalid/branch-1/epoch-1', createHash('sha256').update('log').digest());
const log = parseVkey(signer.vkey)!;
const leaves = Array.from({ length: 11 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
const note = signCheckpoint(leaves.length, naiveRoot(leaves), signer);
const proofOf = (index: number): TlogProof => ({ extra: null, index, hashes: naivePath(index, leaves), checkpoint: note });

describe('the text of a proof', () => {
  it('is read back as what it was made from', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
    const extra = fc.option(fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(extra, fc.maxSafeNat(), fc.array(hash, { maxLength: 63 }), (extra, index, hashes) => {
        const proof = { extra, index, hashes, checkpoint: note };
        expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
      }),
    );
  });

  const text = formatTlogProof({ ...proofOf(3), extra: Buffer.from('extra') });
  it.each([
    ['another version', text.replace('@v1', '@v2')],
    ['no index', text.replace(/index .*\n/, '')],
    ['an index with a zero in front', text.replace('index 3', 'index 03')],
    ['an index beyond what a number holds', text.replace('index 3', 'index 9007199254740992')],
    ['two extra lines', text.replace('extra ', 'extra AAAA\nextra ')],
    ['extra data in another base64', text.replace('extra ZXh0cmE=', 'extra ZXh0cmF=')],
    ['a short hash', text.replace(/\n[^\n]{44}\n/, '\nAAAA\n')],
    ['carriage returns', text.replaceAll('\n', '\r\n')],
    ['no blank line', text.replace('\n\n', '\n')],
    ['no checkpoint', text.slice(0, text.indexOf('\n\n') + 2)],
    ['64 hashes', formatTlogProof({ ...proofOf(3), hashes: Array.from({ length: 64 }, () => leaves[0]!) })],
    ['nothing', ''],
  ])('is refused with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(parseTlogProof(changed)).toBeNull();
  });
});

describe('a proof', () => {
  it('holds for its own entry at its own place under a signed checkpoint, and tells who countersigned', () => {
    const witness = witnessNamed('head-office');
    const checkpoint = countersigned(note, [witness, 1_800_000_000]);
    leaves.forEach((leaf, index) => {
      const opened = verifyTlogProof({ ...proofOf(index), checkpoint }, leaf, log, [parseVkey(witness.vkey)!]);
      expect(opened).toMatchObject({ size: 11, cosignatures: [{ name: witness.name, time: 1_800_000_000 }] });
    });
  });

  it('holds for no other entry, place or tree', () => {
    for (let index = 0; index < leaves.length; index++) {
      const other = (index + 1) % leaves.length;
      expect(verifyTlogProof(proofOf(index), leaves[other]!, log)).toEqual({ problem: 'not-included' });
      expect(verifyTlogProof({ ...proofOf(index), index: other }, leaves[index]!, log)).toEqual({ problem: 'not-included' });
    }
    const smaller = signCheckpoint(10, naiveRoot(leaves.slice(0, 10)), signer);
    expect(verifyTlogProof({ ...proofOf(3), checkpoint: smaller }, leaves[3]!, log)).toEqual({ problem: 'not-included' });
  });

  it("does not hold under another log's key, nor with a signature that is wrong", () => {
    const other = parseVkey(noteSigner(signer.name, Buffer.alloc(32, 9)).vkey)!;
    expect(verifyTlogProof(proofOf(3), leaves[3]!, other)).toEqual({ problem: 'no-known-signature' });
    const wrong = note.replace('\n11\n', '\n12\n');
    expect(verifyTlogProof({ ...proofOf(3), checkpoint: wrong }, leaves[3]!, log)).toEqual({ problem: 'invalid-signature' });
  });
});
