/** When an answer counts: never by its status, only by head office's line, which must verify under the checkpoint that this PC sent. */

import { Failed } from '../../contract/failure.ts';
import type { LogState, Receipt } from '../../contract/sync.ts';
import { getCheckpoint } from '../../db/checkpoints.ts';
import { inTransaction } from '../../db/handle.ts';
import { rootAt } from '../../db/log-entries.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { openNote } from '../../ledger/note.ts';
import { type NoteVerifier, parseVkey } from '../../ledger/note-keys.ts';
import { quorumTimes } from '../../ledger/witness-policy.ts';
import { appendEntries } from '../log/append-entries.ts';
import { type BranchLog, keepingPlace } from '../log/branch-log.ts';
import { acceptCountersigned } from '../log/countersigning.ts';
import { trustedWitnesses } from '../log/witness-trust.ts';
import { SyncError } from './call-head-office.ts';
import { logIdOf } from './log-id.ts';
import type { Batch } from './make-batch.ts';
import { syncFailure } from './sync-failures.ts';
import { changeSyncState, type SyncState, syncState } from './sync-state.ts';

/**
 * Takes a receipt for what it is: the acknowledgement of exactly this batch.
 * @throws SyncError `unproven`, with nothing changed
 */
export function acknowledge(log: BranchLog, witness: NoteVerifier, batch: Pick<Batch, 'to' | 'note'>, answer: Receipt): SyncState {
  const note = `${batch.note}${answer.cosignatures.join('')}`;
  if (answer.log !== logIdOf(log.origin) || answer.size !== batch.to || !isCountersigned(log, witness, note, batch.to))
    throw new SyncError('unproven', `no valid line of ${witness.name} under the checkpoint of ${batch.to} entries`);
  return advance(log, batch.to, note, answer.deliveries);
}

/**
 * Where head office says that it stands, after a look at whether that is this log's past. Further than what is acknowledged counts as acknowledged only with
 * its line under a checkpoint of this log.
 * @throws Failed sync-fork, where this log's own key signed something else than is stored here; SyncError for what is not proven
 */
export function takeState(log: BranchLog, witness: NoteVerifier, state: LogState): SyncState {
  const { size, note, deliveries } = state;
  if (state.log !== logIdOf(log.origin) || state.origin !== log.origin) throw new SyncError('malformed', 'the answer is about another log');
  const own = size <= log.frontier.size ? rootAt(log.db, size) : null;
  const isOurs = own?.toString('base64') === state.root;
  const isSigned = note !== null && signedSize(log, witness, note) === size;
  if (!isOurs) {
    if (isSigned) throw keepFork(log, note, size);
    throw new SyncError('unproven', `head office claims ${size} entries that are not those of this log, and has no signature for it`);
  }
  if (state.frozen) throw keepFork(log, null, size);
  const before = syncState(log.db);
  if (isSigned && size > (before.acked?.size ?? 0)) return advance(log, size, note, deliveries);
  // The log goes back with the transaction: a disk may fill after the entry and before the commit.
  return keepingPlace(log, () =>
    inTransaction(log.db, () => {
      const isBehind = isHeadOfficeBehind(log, state);
      if (isBehind && !before.wasBehind) noteBehind(log, size, before.acked!.size);
      return changeSyncState(log.db, { held: size, deliveries, wasBehind: before.wasBehind || isBehind });
    }),
  );
}

/** Less than it countersigned of this very log; of a new epoch it has the entries before its genesis at most. */
export function isHeadOfficeBehind(log: BranchLog, { size }: Pick<LogState, 'size'>): boolean {
  const { acked } = syncState(log.db);
  return acked?.note.startsWith(`${log.origin}\n`) === true && size < acked.size;
}

/** Only forward. Where head office alone is a quorum of the witnesses believed here, later entries name this checkpoint as their anchor. */
function advance(log: BranchLog, size: number, note: string, deliveries: number): SyncState {
  const state = inTransaction(log.db, () => {
    const { acked, wasBehind } = syncState(log.db);
    const isFurther = size >= (acked?.size ?? 0);
    return changeSyncState(log.db, {
      held: size,
      deliveries,
      ...(isFurther ? { acked: { size, note }, wasBehind: false } : { wasBehind }),
    });
  });
  acceptWhereQuorum(log, note);
  return state;
}

/** @returns whether enough witnesses stand under it */
export function acceptWhereQuorum(log: BranchLog, note: string): boolean {
  const trusted = trustedWitnesses(log.db);
  const key = parseVkey(log.signer.vkey);
  if (trusted === null || key === null) return false;
  const opened = openCheckpoint(note, key, trusted.policy.witnesses);
  if ('problem' in opened || quorumTimes(opened.cosignatures, trusted.quorum) === null) return false;
  acceptCountersigned(log, note);
  return true;
}

function isCountersigned(log: BranchLog, witness: NoteVerifier, note: string, size: number): boolean {
  const own = rootAt(log.db, size);
  return own !== null && signedSize(log, witness, note, own) === size;
}

/** The size that this log's key and head office both signed; null where either did not, or (given `root`) something else. */
function signedSize(log: BranchLog, witness: NoteVerifier, note: string, root: Buffer | null = null): number | null {
  const key = parseVkey(log.signer.vkey);
  const opened = key === null ? ({ problem: 'malformed' } as const) : openCheckpoint(note, key, [witness]);
  if ('problem' in opened || !opened.cosignatures.some(({ name, id }) => name === witness.name && id === witness.id)) return null;
  return root === null || opened.root.equals(root) ? opened.size : null;
}

/** Head office was restored from a backup: it is told and logged once, and what it lost is sent again. */
function noteBehind(log: BranchLog, size: number, acked: number): void {
  const happened = `Head office holds ${size} entries of this log and had countersigned ${acked}: it was set back. They are sent again.`;
  keepingPlace(log, () =>
    appendEntries(log, [{ entry: { type: 'failure', actor: 'system', role: 'system', kind: 'head-office-behind', happened } }]),
  );
}

/**
 * Two pasts of one log: both checkpoints are kept in an entry, once.
 * @param known what head office has, with its line; null: it names none, or it is only frozen there
 */
export function keepFork(log: BranchLog, known: string | null, size: number): Failed {
  const failure = syncFailure(size > log.frontier.size ? 'set-back' : 'fork', { size });
  const { stopped } = syncState(log.db);
  if (stopped?.kind === 'sync-fork') return new Failed(failure);
  const own = getCheckpoint(log.db, size)?.note ?? syncState(log.db).acked?.note ?? null;
  const notes = [known, own].filter((note): note is string => note !== null && isNote(note));
  const happened = `Head office holds another past of this log, at ${size} entries.`;
  keepingPlace(log, () =>
    inTransaction(log.db, () => {
      changeSyncState(log.db, { stopped: failure });
      keepingPlace(log, () =>
        appendEntries(log, [
          {
            entry: {
              type: 'failure',
              actor: 'system',
              role: 'system',
              kind: 'sync-fork',
              happened,
              ...(notes.length === 0 ? {} : { notes }),
            },
          },
        ]),
      );
    }),
  );
  return new Failed(failure);
}

/** Whatever an answer calls a note goes into an entry: only if it is one, and of a bounded length. */
function isNote(note: string): boolean {
  if (note.length > 10_000) return false;
  const opened = openNote(note, []);
  return !('problem' in opened) || opened.problem === 'no-known-signature';
}
