/** Proofs from the stored tree, for people who do not have it. */
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { getLogState, nodeReader } from '../../db/log-entries.ts';
import { consistencyProof, inclusionProof } from '../../ledger/proofs.ts';
import { formatTlogProof } from '../../ledger/tlog-proof.ts';

/**
 * The C2SP tlog-proof of entry `seq` under a checkpoint of this log.
 * Throws `Failed` entry-unknown where the checkpoint does not cover it, log-tampered where the stored tree has a hole.
 */
export function entryProof(reader: Reader, seq: number, checkpoint: { size: number; note: string }): string {
  if (!Number.isSafeInteger(seq) || seq < 0 || seq >= checkpoint.size) throw new Failed(unknownEntry(seq, checkpoint.size));
  const hashes = fromTree(() => inclusionProof(seq, checkpoint.size, nodeReader(reader)));
  return formatTlogProof({ extra: null, index: seq, hashes, checkpoint: checkpoint.note });
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
