/** Signed and countersigned checkpoints, held against the tree as it was computed. */
import { createHash } from 'node:crypto';
import { listCheckpoints, type StoredCheckpoint } from '../../db/checkpoints.ts';
import { type CountersignedCheckpoint, listCountersigned } from '../../db/countersigned.ts';
import { rootAt } from '../../db/log-entries.ts';
import { getSetting } from '../../db/settings.ts';
import { type Checkpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { rootOf } from '../../ledger/merkle.ts';
import { parseSkey } from '../../ledger/note-keys.ts';
import { quorumTimes, type WitnessPolicy } from '../../ledger/witness-policy.ts';
import { epochOfSize } from './epochs.ts';
import type { Walk } from './walk.ts';

/** What a new epoch says of the one before, against the entries that are stored: they were walked through, so the stored tree is theirs. */
export function checkPrevious({ reader }: Walk, { size, root }: Checkpoint): boolean {
  return rootAt(reader, size)?.equals(root) ?? false;
}

/** Against the tree of exactly that size. */
export function checkCheckpoint(walk: Walk, { size, root, note }: StoredCheckpoint): void {
  const { findings, frontier } = walk;
  const epoch = epochOfSize(walk.epochs, size);
  if (epoch === null) {
    findings.addMalformed(size - 1, `The checkpoint of ${size} entries cannot be checked: the log's key is not known.`);
    return;
  }
  const opened = openCheckpoint(note, epoch.key);
  if ('problem' in opened || opened.size !== size || !opened.root.equals(root)) {
    findings.addTampered(size - 1, `The checkpoint of ${size} entries is not what the log's key signed.`);
  } else if (!root.equals(rootOf(frontier))) {
    findings.addTampered(size - 1, `The first ${size} entries are not those that the checkpoint of that size was signed over.`);
  }
}

/** The same with the witnesses' signatures; where a quorum of `policy` (null: nobody is believed) stands for it, all up to it is proven. */
export function checkCountersigned(walk: Walk, { size, root, note, sha256 }: CountersignedCheckpoint, policy: WitnessPolicy | null): void {
  const { findings, frontier } = walk;
  const key = epochOfSize(walk.epochs, size)?.key;
  const opened = key === undefined ? null : openCheckpoint(note, key, policy?.witnesses ?? []);
  const isItself = createHash('sha256').update(note).digest('hex') === sha256;
  if (opened === null || 'problem' in opened || opened.size !== size || !opened.root.equals(root) || !isItself) {
    findings.addTampered(size - 1, `The countersigned checkpoint of ${size} entries is not what was signed.`);
  } else if (!root.equals(rootOf(frontier))) {
    findings.addTampered(size - 1, `The first ${size} entries are not those that were countersigned.`);
  } else if (policy !== null && quorumTimes(opened.cosignatures, policy.quorum) !== null) {
    walk.countersigned = size;
  }
}

/** What can be said of keys, witnesses and checkpoints only when all entries have been read. */
export function checkSigning({ reader, findings, frontier, epochs, trust }: Walk): void {
  const beyond = [listCheckpoints(reader, frontier.size, 1)[0], listCountersigned(reader, frontier.size, 1)[0]];
  for (const [i, checkpoint] of beyond.entries())
    if (checkpoint !== undefined)
      findings.addTampered(
        null,
        `A checkpoint was ${i === 0 ? 'signed' : 'countersigned'} over ${checkpoint.size} entries, but only ${frontier.size} are there.`,
      );
  const skey = getSetting(reader, 'log.skey');
  const epoch = epochs.at(-1);
  if (epoch !== undefined && (skey === null ? null : parseSkey(skey))?.vkey !== epoch.vkey)
    findings.addTampered(epoch.from, `The key that signs is not the one that entry ${epoch.from} names.`);
  if (getSetting(reader, 'witness.policy') !== trust)
    findings.addTampered(null, 'The witnesses that are believed are not those that the log names.');
}
