/** Appending to the log: one transaction for any number of entries, with everything that must never differ from them. */
import { extendFrontier, type Frontier, rootOf } from '../ledger/merkle.ts';
import { applyPeopleChange, type PeopleChange } from './accounts.ts';
import { type Activation, insertActivation } from './activations.ts';
import { insertDecision, type StoredDecisionRow } from './decisions.ts';
import { dropDecidedDrafts } from './drafts.ts';
import { type EventRow, insertEvent } from './events.ts';
import { inTransaction, statement, type Writer } from './handle.ts';
import { insertModelState, type ModelState } from './model-states.ts';
import { insertOutcome, type StoredOutcome } from './outcomes.ts';

/** An entry ready to be stored, with the rows that go with it. */
export interface PreparedEntry {
  seq: number;
  type: string;
  /** Canonical JSON in UTF-8. */
  bytes: Buffer;
  leafHash: Buffer;
  /** `identityKey`: the key that the entry's identity was sealed with; null when nobody was named. */
  decision: { applicationId: string; row: StoredDecisionRow; identityKey: Buffer | null } | null;
  activation: Activation | null;
  /** Of an entry that retires, suspends or resumes a model. */
  modelState: ModelState | null;
  /** Of an entry that brings outcomes. */
  outcomes: readonly StoredOutcome[];
  /** Of every entry that is no decision. `noteKey`: the key that a review's remark was sealed with. */
  event: { row: EventRow; noteKey: Buffer | null } | null;
  /** What it does to accounts and sessions. */
  people: readonly PeopleChange[];
}

/**
 * Stores entries behind a log that stands at `from`; durable when it returns. Returns the new frontier. The last entry carries the new root.
 * Two appenders can never interleave: the entry numbers are the log's own, without a gap, and each is taken once (see migration 002).
 * Throws `Failed` (disk-full, disk-error, database-corrupt) with nothing stored; any other error is a bug, also with nothing stored.
 */
export function appendPrepared(writer: Writer, from: Frontier, entries: readonly PreparedEntry[]): Frontier {
  if (entries.some(({ seq }, i) => seq !== from.size + i)) throw new TypeError(`these entries do not follow on ${from.size}`);
  const { frontier, nodes } = extendFrontier(
    from,
    entries.map(({ leafHash }) => leafHash),
  );
  const root = rootOf(frontier);
  return inTransaction(writer, () => {
    const insertEntry = statement(writer, 'INSERT INTO entries (seq, type, leaf_hash, bytes, root) VALUES (?, ?, ?, ?, ?)');
    for (const { seq, type, leafHash, bytes, decision, activation, modelState, outcomes, event, people } of entries) {
      insertEntry.run(seq, type, leafHash, bytes, seq === frontier.size - 1 ? root : null);
      if (decision !== null) insertDecision(writer, decision.applicationId, decision.row, decision.identityKey);
      if (activation !== null) insertActivation(writer, activation);
      if (modelState !== null) insertModelState(writer, modelState);
      for (const outcome of outcomes) insertOutcome(writer, outcome);
      if (event !== null) insertEvent(writer, event.row, event.noteKey);
      for (const change of people) applyPeopleChange(writer, change);
    }
    dropDecidedDrafts(
      writer,
      entries.flatMap(({ decision }) => (decision === null ? [] : [decision.applicationId])),
    );
    const insertNode = statement(writer, 'INSERT INTO nodes (level, idx, hash) VALUES (?, ?, ?)');
    for (const { level, index, hash } of nodes) insertNode.run(level, index, hash);
    return frontier;
  });
}
