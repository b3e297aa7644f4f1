/** What sync needs of the world and of the rest of the branch. A simulator brings its own of each. */
import type { BranchReport, Enrolled, Enrolment } from '../../contract/sync.ts';
import type { NoteVerifier } from '../../ledger/note-keys.ts';
import type { Branch } from '../branch.ts';
import type { Line } from './call-head-office.ts';
import type { Encode } from './encode.ts';
import type { SigningDevice } from './signed-request.ts';

/** Where this branch's head office is, and who this PC is to it: what enrolment left. */
export interface EnrolledPlace {
  /** Head office's, for people. */
  name: string;
  /** null: reached by USB stick alone. */
  url: string | null;
  /** Whose line under a checkpoint is the acknowledgement. */
  witness: NoteVerifier;
  /** Witnesses that are asked by themselves. */
  further: readonly { vkey: string; verifier: NoteVerifier; url: string }[];
  /** age recipient of files for head office. */
  recipient: string;
  /** age identity of this device: opens head office's replies. */
  identity: string;
  device: SigningDevice;
  /** Not heard by head office yet: is posted before anything else. */
  pending: Enrolment | null;
}

/** Takes in what head office sends back (branch/outcomes): in order, each once. */
export interface Deliveries {
  /** Appends it as one entry. @throws Failed where it is not head office's, not this log's, or not the next */
  take(branch: Branch, note: string): unknown;
}

export interface SyncDeps extends Line {
  /** null: not enrolled. @throws Failed */
  place(branch: Branch): EnrolledPlace | null;
  /** Head office has taken the enrolment. */
  settleEnrolment(branch: Branch, answer: Enrolled): void;
  /** null: this program takes none. */
  deliveries: Deliveries | null;
  /** What this PC says of itself. */
  report(branch: Branch): Promise<BranchReport>;
  encode: Encode;
  /** 0 to below 1. */
  random(): number;
  /** Lets others have their turn. */
  pause(): Promise<void>;
  onStep?(step: SyncStep): void;
}

export type SyncStep =
  | { step: 'preparing' }
  /** Bytes of one batch. */
  | { step: 'sending'; from: number; to: number; done: number; total: number }
  | { step: 'countersigned'; size: number }
  | { step: 'witnesses' };
