/** Signing a checkpoint: only over bytes that were read back and hashed again, and never two roots for one size. */
import { Failed, type Failure } from '../../contract/failure.ts';
import { checkpointUpTo, getCheckpoint, insertCheckpoint, lastCheckpoint, type StoredCheckpoint } from '../../db/checkpoints.ts';
import { lastCountersigned } from '../../db/countersigned.ts';
import { getLogState, listEntries, readFrontier, rootAt } from '../../db/log-entries.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, type Frontier, leafHash, rootOf } from '../../ledger/merkle.ts';
import type { BranchLog } from './branch-log.ts';
import { epochOfSize, listEpochs } from './epochs.ts';

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

/**
 * The signed note of the log as it was at `size`, for sending a long log piece by piece: by the same rules as `checkpointLog`, but a slice at a time, so that
 * deciding goes on meanwhile. A size that the epoch before had reached is not signed by this epoch's key.
 * @param pause lets others have their turn
 * Throws `Failed` log-tampered and as `checkpointLog`; RangeError for a size that this epoch has not reached.
 */
export async function checkpointAt(log: BranchLog, size: number, slice: number, pause: () => Promise<void>): Promise<StoredCheckpoint> {
  const { db, origin, signer } = log;
  if (size > log.frontier.size || epochOfSize(listEpochs(db), size)?.origin !== origin)
    throw new RangeError(`no checkpoint of ${size} entries is this epoch's to sign`);
  const stored = rootAt(db, size);
  if (stored === null) throw new Failed(refusal(size, null));
  const known = sameSize(getCheckpoint(db, size), stored);
  if (known !== null) return known;
  const last = checkpointUpTo(db, size);
  let frontier = last === null || !isOf(origin, last.note) ? EMPTY_FRONTIER : readFrontier(db, last.size, last.root);
  if (frontier === null) throw new Failed(refusal(size, null));
  while (frontier.size < size) {
    frontier = hashAgain(log, frontier, Math.min(size, frontier.size + slice));
    await pause();
  }
  const root = rootOf(frontier);
  if (!root.equals(stored)) throw new Failed(refusal(size, null));
  // Somebody else may have had this very size signed, or begun another epoch, while others had their turn.
  if (log.origin !== origin) return await checkpointAt(log, size, slice, pause);
  const meanwhile = sameSize(getCheckpoint(db, size), root);
  if (meanwhile !== null) return meanwhile;
  const note = signCheckpoint(size, root, signer);
  insertCheckpoint(db, { size, root, note });
  return { size, root, note };
}

/** Never two roots for one size. */
function sameSize(known: StoredCheckpoint | null, root: Buffer): StoredCheckpoint | null {
  if (known !== null && !known.root.equals(root)) throw new Failed(refusal(known.size, null));
  return known;
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
