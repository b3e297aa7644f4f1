/** Signing a checkpoint: only over bytes that were read back and hashed again, and never two roots for one size. */
import { Failed, type Failure } from '../../contract/failure.ts';
import { insertCheckpoint, lastCheckpoint } from '../../db/checkpoints.ts';
import { lastCountersigned } from '../../db/countersigned.ts';
import { getLogState, listEntries, readFrontier } from '../../db/log-entries.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, type Frontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import type { BranchLog } from './branch-log.ts';

/** Entries read back at a time: bounds memory at 64 KB each. */
const CHUNK = 512;

/**
 * The signed note of the log as it stands; made anew where the log has grown since the last.
 * What was not covered before is read back from the database and hashed again first, since one flipped bit between hashing and
 * storing makes a log that can never be verified (the CT log Yeti 2022). Size and root are durable before the signature is released.
 * Throws `Failed`: log-tampered when stored bytes, tree and root disagree; disk-full, disk-error, database-corrupt.
 */
export function checkpointLog(log: BranchLog): { size: number; root: Buffer; note: string } {
  const { db, signer } = log;
  const { size, root } = getLogState(db);
  const last = lastCheckpoint(db);
  if (root === null || !rootOf(log.frontier).equals(root)) throw new Failed(refusal(size, null));
  if (last !== null && last.size > size) throw new Failed(refusal(size, null));
  if (last?.size === size) {
    if (!last.root.equals(root)) throw new Failed(refusal(size, null));
    return last;
  }
  // A new epoch's key vouches for what it has seen itself: its first checkpoint is over all bytes, hashed again.
  const from = last === null || !isOf(log.origin, last.note) ? EMPTY_FRONTIER : readFrontier(db, last.size, last.root);
  if (from === null) throw new Failed(refusal(size, null));
  if (!rootOf(hashAgain(log, from, size)).equals(root)) throw new Failed(refusal(size, null));
  const note = signCheckpoint(size, root, signer);
  insertCheckpoint(db, { size, root, note });
  return { size, root, note };
}

/** A checkpoint that covers entry `seq`: the newest that witnesses countersigned, else one signed now. Throws as `checkpointLog`. */
export function checkpointFor(log: BranchLog, seq: number): { size: number; note: string } {
  const countersigned = lastCountersigned(log.db);
  return countersigned !== null && countersigned.size > seq ? countersigned : checkpointLog(log);
}

function isOf(origin: string, note: string): boolean {
  return note.startsWith(`${origin}\n`);
}

function hashAgain(log: BranchLog, from: Frontier, size: number): Frontier {
  let frontier = from;
  while (frontier.size < size) {
    const entries = listEntries(log.db, frontier.size, Math.min(CHUNK, size - frontier.size));
    if (entries.length === 0) throw new Failed(refusal(size, frontier.size));
    for (const entry of entries) {
      const { seq, bytes } = entry;
      if (seq !== frontier.size || !leafHash(bytes).equals(entry.leafHash)) throw new Failed(refusal(size, Math.min(seq, frontier.size)));
      frontier = extendFrontier(frontier, [entry.leafHash]).frontier;
    }
  }
  return frontier;
}

function refusal(size: number, seq: number | null): Failure {
  return {
    kind: 'log-tampered',
    happened: seq === null ? 'The stored entries do not add up to the log.' : `Entry ${seq} is not what was stored.`,
    safe: 'No checkpoint was signed.',
    next: 'Keep the data folder as it is and verify the log.',
    facts: seq === null ? { size } : { size, seq },
  };
}
