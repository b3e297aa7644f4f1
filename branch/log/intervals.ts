/** When an entry was really made, by witnesses' clocks: the PC's own is a claim. */
import type { timeInterval } from '../../contract/audit.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { findCountersigned, listCountersigned } from '../../db/countersigned.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import { openCheckpoint } from '../../ledger/checkpoint.ts';
import { quorumTimes } from '../../ledger/witness-policy.ts';
import { type Epoch, epochOfSize, listEpochs } from './epochs.ts';
import { trustedWitnesses } from './witness-trust.ts';

export type TimeInterval = ReturnType<(typeof timeInterval)['parse']>;

/** Checkpoints looked at per question to the database. */
const PAGE = 16;

/**
 * Entry `seq` was made after a quorum saw the checkpoint that it names as its anchor, and before a quorum saw the first that covers it. RFC 3339;
 * null where nothing bounds that side. Bounds that contradict each other say that a witness's clock is wrong, and are given as they are.
 */
export function intervalOf(reader: Reader, seq: number): TimeInterval {
  const trusted = trustedWitnesses(reader);
  const bytes = getEntry(reader, seq)?.bytes;
  const entry = bytes === undefined ? undefined : (parseCanonical(bytes)?.value as LogEntry | undefined);
  if (trusted === null || entry === undefined) return { notBefore: null, notAfter: null };
  const epochs = listEpochs(reader);
  const timesOf = ({ size, note }: { size: number; note: string }) => quorumTimesOf(epochs, size, note, trusted.policy);
  const anchor = entry.anchor === null ? null : findCountersigned(reader, entry.anchor);
  const since = anchor === null ? null : (timesOf(anchor)?.since ?? null);
  return { notBefore: rfc3339(since), notAfter: rfc3339(firstCovering(reader, seq, (each) => timesOf(each)?.until ?? null)) };
}

function firstCovering(reader: Reader, seq: number, untilOf: (checkpoint: { size: number; note: string }) => number | null): number | null {
  for (let size = seq; ; ) {
    const page = listCountersigned(reader, size, PAGE);
    for (const checkpoint of page) {
      const until = untilOf(checkpoint);
      if (until !== null) return until;
    }
    if (page.length < PAGE) return null;
    size = page.at(-1)!.size;
  }
}

/** Times between which a quorum of the policy saw this checkpoint of the log; null where none did. */
export function quorumTimesOf(
  epochs: readonly Epoch[],
  size: number,
  note: string,
  { witnesses, quorum }: NonNullable<ReturnType<typeof trustedWitnesses>>['policy'],
): { since: number; until: number } | null {
  const epoch = epochOfSize(epochs, size);
  const opened = epoch === null ? null : openCheckpoint(note, epoch.key, witnesses);
  return opened === null || 'problem' in opened ? null : quorumTimes(opened.cosignatures, quorum);
}

function rfc3339(seconds: number | null): string | null {
  // A witness could sign a time that no calendar has.
  return seconds === null || seconds > 8.64e12 ? null : new Date(seconds * 1000).toISOString();
}
