/** A decision that is written before its place in the log is known: everything but the stamp, so that another thread can do the writing. */
import type { LogEntry } from '../../contract/log-entry.ts';
import type { PreparedEntry } from '../../db/append.ts';
import { decisionRowOf } from '../../db/decisions.ts';
import { type EncodedParts, encodeParts, preparePartsWriter, writeMember } from '../../ledger/canonical-parts.ts';
import type { NewEntry } from './branch-log.ts';

/** What the log adds to every entry, but for `seq`: the same in all that are appended together. */
export type Stamp = Pick<LogEntry, 'v' | 'anchor' | 'wall' | 'boot' | 'mono' | 'code'>;

/** In canonical order. */
const STAMPED = ['anchor', 'boot', 'code', 'mono', 'seq', 'v', 'wall'] as const satisfies readonly (keyof Stamp | 'seq')[];
const SEQ = STAMPED.indexOf('seq');
const writeParts = preparePartsWriter(STAMPED);

export interface WrittenDecision {
  /** The entry's canonical text, cut where the stamp's members will stand. */
  parts: EncodedParts;
  applicationId: string;
  /** The row that goes with it; `seq` and `wall` are the log's to fill in. */
  row: NonNullable<PreparedEntry['decision']>['row'];
  /** The key that its `pii` was sealed with; null when nobody was named. */
  identityKey: Buffer | null;
}

/** @throws NotCanonicalisable for a value that no entry can hold: a bug */
export function writeDecision({ entry, applicant, identityKey }: NewEntry): WrittenDecision {
  if (entry.type !== 'decision') throw new TypeError(`an entry of type ${entry.type} is no decision`);
  const unplaced = { ...entry, seq: -1, wall: '' } as Parameters<typeof decisionRowOf>[0];
  return {
    parts: encodeParts(writeParts(entry)),
    applicationId: entry.application,
    row: decisionRowOf(unplaced, applicant ?? null),
    identityKey: identityKey ?? null,
  };
}

/** @returns the stamp's members in UTF-8 as `joinParts` takes them, by the entry's number; the array is used again for the next one */
export function prepareStamping(stamp: Stamp): (seq: number) => readonly Uint8Array[] {
  let members: Uint8Array[] | undefined;
  return (seq) => {
    members ??= STAMPED.map((name) => Buffer.from(writeMember(name, name === 'seq' ? seq : stamp[name])));
    members[SEQ] = Buffer.from(`"seq":${seq}`);
    return members;
  };
}
