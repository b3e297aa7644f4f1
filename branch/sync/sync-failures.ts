/** The one place where what goes wrong with sync becomes a failure of the program's closed union: what happened, what is safe, what to do next. */
import type { Failure, FailureKind } from '../../contract/failure.ts';

/** Finer than a failure's kind; in its facts as `cause`. */
export type SyncCause =
  /** No connection, or it broke. */
  | 'unreachable'
  /** Nothing came in time. */
  | 'stalled'
  /** A page for people in the place of an answer (captive portal). */
  | 'portal'
  /** An answer that is none of head office's, or half of one. */
  | 'malformed'
  /** 429 or 503. */
  | 'busy'
  /** Another error of the server, mostly 5xx. */
  | 'server'
  /** An answer whose countersignature does not hold under what was sent. */
  | 'unproven'
  | 'unsigned'
  | 'device'
  | 'token'
  | 'log'
  | 'checkpoint'
  | 'large'
  | 'fork'
  | 'refused'
  | 'not-enrolled'
  | 'no-address'
  | 'set-back';

type Told = readonly [kind: FailureKind, happened: string, next: string];

const AGAIN = 'Nothing needs to be done: the program goes on trying, and begins where head office stands.';
const TELL = 'Tell head office’s IT. Deciding goes on meanwhile.';

const TOLD: Record<SyncCause, Told> = {
  unreachable: ['sync-unreachable', 'Head office cannot be reached.', AGAIN],
  stalled: ['sync-unreachable', 'The line to head office stalled.', AGAIN],
  portal: [
    'sync-unreachable',
    'A web page answered in the place of head office: this network wants somebody to sign in first.',
    'Open a browser and sign in to the network, or use the branch’s own line.',
  ],
  malformed: ['sync-unreachable', 'What answered is not head office, or its answer broke off.', AGAIN],
  busy: ['sync-unreachable', 'Head office is busy and asked to come back later.', AGAIN],
  server: ['sync-unreachable', 'Head office’s server answered with an error.', AGAIN],
  unproven: ['sync-unreachable', 'An answer came without head office’s valid countersignature, so it does not count.', AGAIN],
  unsigned: ['sync-refused', 'Head office did not accept this PC’s signature.', TELL],
  device: [
    'sync-refused',
    'Head office does not know this PC, or has revoked it.',
    'Tell head office. If this PC was lost and found, or replaced, it needs a new branch file.',
  ],
  token: [
    'branch-file-refused',
    'Head office refused the branch file: it was used, has expired, or was taken back.',
    'Ask head office for a new branch file.',
  ],
  log: ['sync-refused', 'Head office does not know this branch’s log.', TELL],
  checkpoint: [
    'sync-refused',
    'Head office found that the entries do not add up to the checkpoint that was sent.',
    'Verify the log (outpost log verify), keep the data folder as it is, and tell head office.',
  ],
  large: ['sync-refused', 'One entry alone is larger than head office takes.', TELL],
  fork: [
    'sync-fork',
    'Head office holds another past of this log.',
    'Keep this folder as it is and tell your auditor: the log was set back to an older state, or a copy of it is in use. Both checkpoints are kept as evidence.',
  ],
  'set-back': [
    'sync-fork',
    'Head office holds more of this log than this PC does.',
    'Keep this folder as it is and tell your auditor: the log was set back to an older state, or a copy of it is in use.',
  ],
  refused: ['sync-refused', 'Head office refused what this PC sent.', TELL],
  'not-enrolled': [
    'not-enrolled',
    'This PC is not enrolled with a head office.',
    'Open the branch file that head office issued (outpost branch enrol, or the first-start screen).',
  ],
  'no-address': [
    'not-enrolled',
    'Head office has no address on the network: it is reached by USB stick alone.',
    'Export to a stick (outpost sync --to FOLDER).',
  ],
};

const SAFE = 'Nothing is lost: every entry stays in this PC’s log until head office has countersigned it, and afterwards too.';

export function syncFailure(cause: SyncCause, facts: Failure['facts'] = {}): Failure {
  const [kind, happened, next] = TOLD[cause];
  return { kind, happened, safe: SAFE, next, facts: { cause, ...facts } };
}

/** Trying again does not help: sync stops by itself until a person has done something, or says "now". */
const STOPS: ReadonlySet<FailureKind> = new Set([
  'sync-refused',
  'sync-fork',
  'branch-file-refused',
  'not-enrolled',
  'log-tampered',
  'checkpoint-refused',
]);

export function isStop({ kind }: Pick<Failure, 'kind'>): boolean {
  return STOPS.has(kind);
}
