/** Taking in what witnesses countersigned: only a checkpoint of this very log, and what contradicts it is kept as evidence. */
import { createHash } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import { getCheckpoint } from '../../db/checkpoints.ts';
import { type CountersignedCheckpoint, getCountersigned, insertCountersigned, lastCountersigned } from '../../db/countersigned.ts';
import { rootAt } from '../../db/log-entries.ts';
import { type OpenedCheckpoint, openCheckpoint, parseCheckpointBody } from '../../ledger/checkpoint.ts';
import { quorumTimes } from '../../ledger/witness-policy.ts';
import { appendEntries } from './append-entries.ts';
import type { BranchLog } from './branch-log.ts';
import { checkpointLog } from './checkpoint-log.ts';
import { type Epoch, epochOfSize, listEpochs } from './epochs.ts';
import { trustedWitnesses } from './witness-trust.ts';

/** Room for dozens of cosignatures, and for two such notes in one entry. */
const MAX_NOTE_BYTES = 20_000;

/**
 * Takes in a countersigned checkpoint: of this log, signed by it, countersigned by a quorum of the witnesses it believes, and over the
 * entries that are stored here. Later entries name it as their anchor. The same size once more changes nothing.
 * Throws `Failed` checkpoint-refused. Where the log's own key signed something else than is stored here, the refusal is an entry of the log
 * with both notes: the log was set back, or its key is used elsewhere.
 */
export function acceptCountersigned(log: BranchLog, note: string): CountersignedCheckpoint {
  const { db } = log;
  const { epoch, opened } = openOwn(log, note);
  const { size, root } = opened;
  const own = size <= log.frontier.size ? rootAt(db, size) : null;
  // A size that the next epoch has taken over was signed in a past that this folder does not have.
  if (own === null || !own.equals(root) || epochOfSize(listEpochs(db), size)?.origin !== epoch.origin) throw keepConflict(log, note, size);
  const known = getCountersigned(db, size);
  if (known !== null) return known;
  const taken = { size, root, note, sha256: createHash('sha256').update(note).digest('hex') };
  insertCountersigned(db, taken);
  log.anchor = lastCountersigned(db)?.sha256 ?? null;
  return taken;
}

/** What can be refused without a look at the tree: a stranger's note, or one that too few witnesses stand for. */
function openOwn(log: BranchLog, note: string): { epoch: Epoch; opened: OpenedCheckpoint } {
  const trusted = trustedWitnesses(log.db);
  if (trusted === null)
    throw new Failed(refusal('No witness is believed here yet.', 'Say whose countersignatures count: outpost log trust.'));
  const body = Buffer.byteLength(note) <= MAX_NOTE_BYTES ? parseCheckpointBody(note.slice(0, note.lastIndexOf('\n\n') + 1)) : null;
  if (body === null || body.size === 0) throw new Failed(refusal('This is not a signed checkpoint of a log with entries.'));
  const epoch = listEpochs(log.db).find(({ origin }) => origin === body.origin);
  if (epoch === undefined) throw new Failed(refusal(`This is a checkpoint of another log (${body.origin}).`));
  const opened = openCheckpoint(note, epoch.key, trusted.policy.witnesses);
  if ('problem' in opened) throw new Failed(refusal(`Its signatures do not hold (${opened.problem}).`));
  if (quorumTimes(opened.cosignatures, trusted.quorum) === null)
    throw new Failed(
      refusal(`${opened.cosignatures.length} of the witnesses believed here countersigned it, and it takes ${trusted.quorum}.`),
    );
  return { epoch, opened };
}

function keepConflict(log: BranchLog, note: string, size: number): Failed {
  const kind = 'checkpoint-refused';
  const own = getCheckpoint(log.db, size)?.note ?? checkpointLog(log).note;
  const happened = `The log's key signed a checkpoint of ${size} entries that are not the entries of this log.`;
  appendEntries(log, [{ entry: { type: 'failure', actor: 'system', role: 'system', kind, happened, notes: [note, own] } }]);
  return new Failed({
    kind,
    happened,
    safe: 'Nothing was changed here but an entry with both checkpoints.',
    next: 'Keep this folder as it is and tell your auditor: the log was set back to an older state, or a copy of it is in use.',
    facts: { size },
  });
}

function refusal(happened: string, next = 'Ask for the countersigned checkpoint of this branch again.'): Failed['failure'] {
  return { kind: 'checkpoint-refused', happened, safe: 'Nothing was changed.', next, facts: {} };
}
