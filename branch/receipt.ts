/** An applicant's receipt: the proof that this decision is in the log, to be taken away. Receipts are what exposes a log that was cut or rewritten. */
import { getEntry } from '../db/log-entries.ts';
import { leafHash } from '../ledger/merkle.ts';
import { checkpointFor } from './log/checkpoint-log.ts';
import { entryProof } from './log/prove.ts';
import type { Branch } from './open-branch.ts';
import { requireMaySee } from './see-decision.ts';
import { readDecision } from './show-decision.ts';

export interface Receipt {
  /** C2SP tlog-proof; its `extra` is the leaf hash, so that the proof can be checked without the entry. */
  text: string;
  /** Hexadecimal, as the decision shows it. */
  leafHash: string;
  /** Entries that its checkpoint covers. */
  size: number;
}

/**
 * The receipt of decision `seq`, under the newest countersigned checkpoint that covers it, else under one signed now.
 * Throws `Failed` not-allowed for somebody else's decision, entry-unknown for what is no decision, log-tampered, disk-full, disk-error.
 */
export function receiptOf(branch: Branch, seq: number): Receipt {
  requireMaySee(branch, seq);
  const { db } = branch.log;
  readDecision(db, seq);
  const leaf = leafHash(getEntry(db, seq)!.bytes);
  const checkpoint = checkpointFor(branch.log, seq);
  return { text: entryProof(db, seq, checkpoint, undefined, leaf), leafHash: leaf.toString('hex'), size: checkpoint.size };
}
