/** A branch's decision log while it is open: its key, its place and its time. */
import type { codeVersions } from '../../contract/entry-base.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import type { PeopleChange } from '../../db/accounts.ts';
import type { Writer } from '../../db/handle.ts';
import type { Frontier } from '../../ledger/merkle.ts';
import type { NoteSigner } from '../../ledger/note-keys.ts';

export type CodeVersions = ReturnType<(typeof codeVersions)['parse']>;

/** Both in milliseconds: the wall clock since 1970 (a claim), and one that only goes forward within this run of the program. */
export interface Clock {
  now(): number;
  mono(): number;
}

/** An open log. It is made by `openLog`; `appendEntries` is what moves it. */
export interface BranchLog {
  readonly db: Writer;
  /** Data folder, whose disk must have room. */
  readonly directory: string;
  readonly branch: string;
  /** Name of the log in its checkpoints; ends in the epoch, and changes with it, as `signer` does (`beginEpoch`). */
  origin: string;
  signer: NoteSigner;
  readonly clock: Clock;
  readonly code: CodeVersions;
  readonly boot: string;
  frontier: Frontier;
  /** SHA-256 (hexadecimal) of the last countersigned checkpoint's note, which every entry names; null before the first. */
  anchor: string | null;
  /** Size that the log had when this run of the program opened it. */
  readonly opened: number;
  /** The last entry's clock, to see jumps; `mono` null when that entry is of an earlier run. */
  last: { wall: number; mono: number | null } | null;
}

/** An entry to append, with what is stored beside it. */
export interface NewEntry {
  entry: UnstampedEntry;
  /** A decision's applicant by name, for the list; null when nobody was named. */
  applicant?: string | null;
  /** The key that a decision's `pii` was sealed with. */
  identityKey?: Buffer | null;
  /** The key that a review's `note` was sealed with. */
  noteKey?: Buffer | null;
  /** What it does to accounts and sessions: in the same transaction, so that neither is ever without the other. */
  people?: readonly PeopleChange[];
}

/** Appending inside a larger transaction: when that fails, the log stands where it stood before. */
export function keepingPlace<T>(log: BranchLog, work: () => T): T {
  const { frontier, last } = log;
  try {
    return work();
  } catch (error) {
    log.frontier = frontier;
    log.last = last;
    throw error;
  }
}
