/** Proofs from the stored tree, for people who do not have it. */
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { getLogState, nodeReader } from '../../db/log-entries.ts';
import type { NodeReader } from '../../ledger/merkle.ts';
import { consistencyProof, inclusionProof } from '../../ledger/proofs.ts';
import { formatTlogProof } from '../../ledger/tlog-proof.ts';

/**
 * The C2SP tlog-proof of entry `seq` under a checkpoint of this log.
 * `node` may remember nodes from one proof to the next, where many are asked for; `leaf` is the entry's leaf hash, to be carried as extra data.
 * Throws `Failed` entry-unknown where the checkpoint does not cover it, log-tampered where the stored tree has a hole.
 */
export function entryProof(
  reader: Reader,
  seq: number,
  checkpoint: { size: number; note: string },
  node: NodeReader = nodeReader(reader),
  leaf: Buffer | null = null,
): string {
  if (!Number.isSafeInteger(seq) || seq < 0 || seq >= checkpoint.size) throw new Failed(unknownEntry(seq, checkpoint.size));
  const hashes = fromTree(() => inclusionProof(seq, checkpoint.size, node));
  return formatTlogProof({ extra: leaf, index: seq, hashes, checkpoint: checkpoint.note });
}

/**
 * The hashes that show the tree of `to` entries to add to the one of `from` (RFC 9162, 2.1.4).
 * Throws `Failed` entry-unknown for sizes that the log does not have, log-tampered where the stored tree has a hole.
 */
export function consistencyBetween(reader: Reader, from: number, to: number): Buffer[] {
  const { size } = getLogState(reader);
  if (![from, to].every(Number.isSafeInteger) || from < 1 || from > to || to > size) throw new Failed(unknownSizes(from, to, size));
  return fromTree(() => consistencyProof(from, to, nodeReader(reader)));
}

function fromTree(prove: () => Buffer[]): Buffer[] {
  try {
    return prove();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failed(
      {
        kind: 'log-tampered',
        happened: 'Part of the stored tree is missing.',
        safe: 'Nothing was changed.',
        next: 'Keep the data folder as it is and verify the log.',
        facts: {},
      },
      { cause: error },
    );
  }
}

function unknownEntry(seq: number, size: number): Failed['failure'] {
  return {
    kind: 'entry-unknown',
    happened: `There is no entry ${seq} among the first ${size} of the log.`,
    safe: 'Nothing was changed.',
    next: `Give a number from 0 to ${size - 1}.`,
    facts: { seq, size },
  };
}

function unknownSizes(from: number, to: number, size: number): Failed['failure'] {
  return {
    kind: 'entry-unknown',
    happened: `There is no way from a log of ${from} entries to one of ${to}: it has ${size}.`,
    safe: 'Nothing was changed.',
    next: `Give two sizes from 1 to ${size}, the smaller one first.`,
    facts: { from, to, size },
  };
}

/** Nodes remembered at a time: a few levels of the paths of neighbouring entries, which share nearly all of theirs. */
const REMEMBERED = 8192;

/** A reader of nodes for the proofs of many neighbouring entries: each node is asked of the database once. */
export function rememberingReader(reader: Reader): NodeReader {
  const read = nodeReader(reader);
  const known = new Map<string, Buffer>();
  return (level, index) => {
    const name = `${level}/${index}`;
    let hash = known.get(name);
    if (hash === undefined) {
      hash = read(level, index);
      if (known.size >= REMEMBERED) known.clear();
      known.set(name, hash);
    }
    return hash;
  };
}
