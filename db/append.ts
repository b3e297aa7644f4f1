/** Appending to the log: one transaction for any number of entries, with everything that must never differ from them. */
import type { DecisionRow } from '../contract/ipc.ts';
import { encodePeaks, extendFrontier, type Frontier, rootOf } from '../ledger/merkle.ts';
import { type Activation, insertActivation } from './activations.ts';
import { insertDecision } from './decisions.ts';
import { dropDecidedDrafts } from './drafts.ts';
import { inTransaction, statement, type Writer } from './handle.ts';
import type { StoredEntry } from './log-entries.ts';
import { insertSubjectKey, type SubjectKey } from './subject-keys.ts';

/** An entry ready to be stored, with the rows that go with it. */
export interface PreparedEntry extends StoredEntry {
  decision: { applicationId: string; row: DecisionRow } | null;
  activation: Activation | null;
  /** Key that the entry's identity was sealed with. */
  subjectKey: SubjectKey | null;
}

/**
 * Stores entries behind a log that stands at `from`; durable when it returns. Returns the new frontier.
 * Throws `Failed` (disk-full, disk-error, database-corrupt) with nothing stored; any other error is a bug, also with nothing stored.
 */
export function appendPrepared(writer: Writer, from: Frontier, entries: readonly PreparedEntry[]): Frontier {
  return inTransaction(writer, () => {
    const insertEntry = statement(writer, 'INSERT INTO entries (seq, type, leaf_hash, bytes) VALUES (?, ?, ?, ?)');
    for (const entry of entries) {
      insertEntry.run(entry.seq, entry.type, entry.leafHash, entry.bytes);
      if (entry.decision !== null) insertDecision(writer, entry.decision.applicationId, entry.decision.row);
      if (entry.activation !== null) insertActivation(writer, entry.activation);
      if (entry.subjectKey !== null) insertSubjectKey(writer, entry.subjectKey);
    }
    dropDecidedDrafts(
      writer,
      entries.flatMap(({ decision }) => (decision === null ? [] : [decision.applicationId])),
    );
    const { frontier, nodes } = extendFrontier(
      from,
      entries.map(({ leafHash }) => leafHash),
    );
    const insertNode = statement(writer, 'INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)');
    for (const { level, index, hash } of nodes) insertNode.run(level, index, hash);
    // The size that was built upon must still be the stored one: two appenders can never interleave.
    const update = statement(writer, 'UPDATE log_state SET size = ?, root = ?, peaks = ? WHERE size = ?');
    const { changes } = update.run(frontier.size, rootOf(frontier), encodePeaks(frontier), from.size);
    if (changes !== 1) throw new Error(`the stored log does not stand at ${from.size}`);
    return frontier;
  });
}
