/**
 * Epochs of a log: one tree, and one key after the other. A restored or copied folder must not go on under the key that its original may
 * still sign with, since two roots of one size would then bear the same signature.
 */
import { randomBytes } from 'node:crypto';
import type { EpochCause, LogEntry } from '../../contract/log-entry.ts';
import { lastCheckpoint } from '../../db/checkpoints.ts';
import { lastCountersigned } from '../../db/countersigned.ts';
import { inTransaction, type Reader } from '../../db/handle.ts';
import { getEntry, listEntriesOfType } from '../../db/log-entries.ts';
import { dropSetting, putSettings } from '../../db/settings.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { type NoteVerifier, noteSigner, parseVkey } from '../../ledger/note-keys.ts';
import { type AppendedEntry, appendEntries } from './append-entries.ts';
import { type BranchLog, keepingPlace } from './branch-log.ts';

export interface Epoch {
  origin: string;
  /** Of the log in this epoch. */
  key: NoteVerifier;
  vkey: string;
  /** Number of its genesis entry: checkpoints of a size beyond it are this epoch's, those up to it belong to the one before. */
  from: number;
}

/** The epochs of a log by its own genesis entries, in order; those that cannot be read are left out (verification names them). */
export function listEpochs(reader: Reader): Epoch[] {
  return listEntriesOfType(reader, 'genesis').flatMap((seq) => {
    const bytes = getEntry(reader, seq)?.bytes;
    const entry = bytes === undefined ? undefined : (parseCanonical(bytes)?.value as LogEntry | undefined);
    const epoch = entry === undefined ? null : epochOf(entry);
    return epoch === null ? [] : [epoch];
  });
}

/** The epoch that this entry begins; null when it begins none. */
export function epochOf(entry: LogEntry): Epoch | null {
  if (entry.type !== 'genesis' || typeof entry.vkey !== 'string') return null;
  const key = parseVkey(entry.vkey);
  return key === null || key.name !== entry.origin ? null : { origin: entry.origin, key, vkey: entry.vkey, from: entry.seq };
}

/** The epoch whose key signs checkpoints of this size. */
export function epochOfSize(epochs: readonly Epoch[], size: number): Epoch | null {
  return epochs.findLast(({ from }) => from < size) ?? null;
}

/**
 * Begins a new epoch: a new key and origin, and the genesis entry that ties them to the epoch before, in one transaction. From then on
 * `log` signs with the new key; the old one is gone from this folder.
 * Throws `Failed`, with the old epoch still in force: disk-full, disk-error, database-corrupt.
 */
export function beginEpoch(log: BranchLog, cause: EpochCause): AppendedEntry {
  const { db, origin: previous } = log;
  const number = Number(/\/epoch-(\d+)/.exec(previous)?.[1] ?? 1) + 1;
  // One backup can be restored twice: the number alone would name two logs alike.
  const name = `outpost.invalid/branch-${log.branch}/epoch-${number}-${randomBytes(4).toString('hex')}`;
  const signer = noteSigner(name, randomBytes(32));
  const checkpoint = (lastCountersigned(db) ?? lastCheckpoint(db))?.note ?? null;
  const appended = keepingPlace(log, () =>
    inTransaction(db, () => {
      putSettings(db, { 'log.skey': signer.skey });
      // A copy is not the PC that was enrolled; its original goes on by these keys.
      if (cause === 'copied') for (const keys of ['device', 'device.next'] as const) dropSetting(db, keys);
      const genesis = { type: 'genesis', actor: 'system', role: 'system', origin: name, vkey: signer.vkey } as const;
      return appendEntries(log, [{ entry: { ...genesis, previous: { origin: previous, checkpoint }, cause } }])[0]!;
    }),
  );
  log.origin = name;
  log.signer = signer;
  return appended;
}
