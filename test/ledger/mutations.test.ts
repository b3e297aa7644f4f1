/**
 * Proofs, checkpoints and notes with one to three changes of the kinds that files and forgers make: bytes flipped, pieces cut out, doubled,
 * moved, exchanged with another true document's. Each is refused, or says exactly what the true one says. None crashes the reader.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, joiningReader, leafHash, rootOf } from '../../ledger/merkle.ts';
import { noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { consistencyProof, inclusionProof, verifyConsistency } from '../../ledger/proofs.ts';
import { formatTlogProof, parseHashLines, parseTlogProof, verifyTlogProof } from '../../ledger/tlog-proof.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';

const SIZE = 300;
const AT = 137;
const OLD = 118;
const RUNS = 2000;
const leaves = Array.from({ length: SIZE }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
const { nodes } = extendFrontier(EMPTY_FRONTIER, leaves);
const stored = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
const node = joiningReader((level, from, to) =>
  level === 0 ? leaves.slice(from, to) : Array.from({ length: to - from }, (_, i) => stored.get(`${level}/${from + i}`)!),
);
const rootAt = (size: number): Buffer => rootOf(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, size)).frontier);

const signer = noteSigner('outpost.invalid/branch-1/epoch-1', Buffer.alloc(32, 1));
const key = parseVkey(signer.vkey)!;
const [one, two] = [witnessNamed('one'), witnessNamed('two')];
const witnesses = [parseVkey(one.vkey)!, parseVkey(two.vkey)!];
const timesOf = (size: number): [typeof one, number][] => [
  [one, 1_790_000_000 + size],
  [two, 1_790_000_100 + size],
];
const checkpointOf = (size: number): string => countersigned(signCheckpoint(size, rootAt(size), signer), ...timesOf(size));
const [checkpoint, older] = [checkpointOf(SIZE), checkpointOf(OLD)];
const proofOf = (index: number, size: number): string =>
  formatTlogProof({ extra: Buffer.from('x'), index, hashes: inclusionProof(index, size, node), checkpoint: checkpointOf(size) });

/** Something that is done to a text; `donor` is another true document of the same kind. */
type Change = (text: Buffer, donor: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const spot = (text: Buffer, at: number): number => Math.floor(at * text.length);
const linesOf = (text: Buffer): string[] => text.toString('latin1').split('\n');
const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'), 'latin1');

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(
    ([at, bit]): Change =>
      (text) => {
        const changed = Buffer.from(text);
        if (changed.length > 0) changed[spot(text, at)]! ^= 1 << bit;
        return changed;
      },
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (text) =>
        Buffer.concat([text.subarray(0, spot(text, from)), text.subarray(spot(text, to))]),
  ),
  fc.tuple(place, fc.constantFrom('\n', '\n\n', ' ', '=', 'A', '\0', '\r', '\u2014 ', '0', '9'), place).map(
    ([at, piece]): Change =>
      (text) =>
        Buffer.concat([text.subarray(0, spot(text, at)), Buffer.from(piece), text.subarray(spot(text, at))]),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (text) => {
        const lines = linesOf(text);
        const [moved = ''] = lines.splice(Math.floor(from * lines.length), 1);
        return joined(lines.toSpliced(Math.floor(to * lines.length), 0, moved));
      },
  ),
  fc.tuple(place, fc.boolean()).map(
    ([at, doubles]): Change =>
      (text) => {
        const lines = linesOf(text);
        const i = Math.floor(at * lines.length);
        return joined(doubles ? lines.toSpliced(i, 0, lines[i]!) : lines.toSpliced(i, 1));
      },
  ),
  fc.tuple(place, place).map(
    ([at, from]): Change =>
      (text, donor) => {
        const [lines, others] = [linesOf(text), linesOf(donor)];
        return joined(lines.with(Math.floor(at * lines.length), others[Math.floor(from * others.length)]!));
      },
  ),
  fc.tuple(place, place).map(
    ([at, from]): Change =>
      (text, donor) =>
        Buffer.concat([text.subarray(0, spot(text, at)), donor.subarray(spot(donor, from))]),
  ),
);

const changes = fc.array(change, { minLength: 1, maxLength: 3 });

function apply(all: readonly Change[], truth: string, donor: string): string {
  let text: Buffer = Buffer.from(truth);
  for (const each of all) text = each(text, Buffer.from(donor));
  return text.toString('utf8');
}

/** How many changed texts were refused (`read` gives null); each of the others must say what one of the two true ones says. */
function countRefused(truth: string, donor: string, read: (text: string) => unknown): number {
  let refused = 0;
  const said = [read(truth), read(donor)].filter((each) => each !== null);
  expect(said.length).toBeGreaterThan(0);
  fc.assert(
    fc.property(changes, (all) => {
      const now = read(apply(all, truth, donor));
      if (now === null) refused += 1;
      else expect(said).toContainEqual(now);
    }),
    { numRuns: RUNS },
  );
  return refused;
}

describe('a changed', () => {
  it('checkpoint is refused, or is of the same tree', () => {
    const refused = countRefused(checkpoint, older, (text) => {
      const opened = openCheckpoint(text, key, witnesses);
      return 'problem' in opened ? null : { size: opened.size, root: opened.root, origin: opened.origin, extensions: opened.extensions };
    });
    expect(refused).toBeGreaterThan(RUNS / 2);
  });

  it('checkpoint never has a countersignature that no witness gave, nor one at another time', () => {
    const given = [SIZE, OLD].flatMap((size) => timesOf(size).map(([{ name }, time]) => `${size} ${name} ${time}`));
    fc.assert(
      fc.property(changes, (all) => {
        const opened = openCheckpoint(apply(all, checkpoint, older), key, witnesses);
        if ('problem' in opened) return;
        for (const { name, time } of opened.cosignatures) expect(given).toContain(`${opened.size} ${name} ${time}`);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['another entry of the same tree', proofOf(AT + 1, SIZE)],
    ['the same entry in an older tree', proofOf(AT, AT + 40)],
  ])('proof of an entry is refused, or proves the same (pieces of a proof of %s)', (_, donor) => {
    const refused = countRefused(proofOf(AT, SIZE), donor, (text) => {
      const proof = parseTlogProof(text);
      const opened = proof === null ? null : verifyTlogProof(proof, leaves[AT]!, key);
      return proof === null || opened === null || 'problem' in opened ? null : [proof.index, opened.size, opened.root.toString('hex')];
    });
    expect(refused).toBeGreaterThan(RUNS / 2);
  });

  it('proof never holds for another leaf than the one at its index', () => {
    const [proof, next] = [proofOf(AT, SIZE), proofOf(AT + 1, SIZE)];
    fc.assert(
      fc.property(changes, fc.integer({ min: AT - 2, max: AT + 3 }), (all, other) => {
        const read = parseTlogProof(apply(all, proof, next));
        const opened = read === null ? null : verifyTlogProof(read, leaves[other]!, key);
        if (opened !== null && !('problem' in opened)) expect(read!.index).toBe(other);
      }),
      { numRuns: RUNS },
    );
  });

  it('way from one tree to another is refused, or is the same', () => {
    const lines = (size: number): string =>
      consistencyProof(OLD, size, node)
        .map((hash) => hash.toString('base64'))
        .join('\n');
    const [old, now] = [rootAt(OLD), rootAt(SIZE)];
    const refused = countRefused(lines(SIZE), lines(SIZE - 1), (text) => {
      const hashes = parseHashLines(text.split('\n'));
      return hashes !== null && verifyConsistency(OLD, SIZE, hashes, old, now) ? hashes : null;
    });
    expect(refused).toBeGreaterThan(RUNS / 2);
  });
});
