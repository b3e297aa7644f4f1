/**
 * The one place where what goes wrong with updates becomes a failure of the program's closed union. tuf-js tells much of it as text only and exports
 * none of its classes from its main entry; both packages are pinned, and tests hold every line of this.
 */
import { LengthOrHashMismatchError, UnsignedMetadataError } from '@tufjs/models/dist/error.js';
import { BadVersionError, ExpiredMetadataError, PersistError, RepositoryError } from 'tuf-js/dist/error.js';
import type { Failure, FailureKind } from '../../contract/failure.ts';
import { databaseFailure, failureOfError } from '../../db/database-failures.ts';
import { ChainIncomplete } from './chain.ts';
import { LinkError, type LinkTrouble } from './link-error.ts';

/** Finer than a failure's kind; in its facts as `cause`. */
export type UpdateCause =
  | LinkTrouble
  | 'signatures'
  | 'hash'
  | 'version'
  | 'rollback'
  | 'expired'
  | 'malformed'
  | 'incomplete'
  /** No role that may sign this name has it. */
  | 'not-found'
  | 'downgrade'
  | 'too-large';

type Told = readonly [kind: FailureKind, happened: string, next: string];

const AGAIN = 'Nothing needs to be done: the next check goes on where this one stopped.';
const TELL = 'Tell head office. If updates came on a stick, try another copy of the repository.';
const COPY = 'Copy the whole repository to the stick again, eject it properly, and try once more.';
const RENEW = 'Head office must sign anew. Until then what is active stays in use.';

/** `%` stands for the file or role. */
const TOLD: Record<UpdateCause, Told> = {
  unreachable: ['update-unreachable', 'The repository of updates cannot be reached (%).', AGAIN],
  'http-error': ['update-unreachable', 'The server of updates answered with an error for %.', AGAIN],
  missing: ['update-unreachable', 'There is no % in the repository of updates, or its copy is not complete.', `Check its address. ${COPY}`],
  stalled: ['update-unreachable', 'The line to the repository of updates stalled at %.', AGAIN],
  slow: ['update-unreachable', 'The line to the repository of updates was too slow at %.', AGAIN],
  interrupted: ['update-unreachable', 'The line to the repository of updates broke off at %.', AGAIN],
  portal: [
    'update-unreachable',
    'A web page answered in the place of the repository of updates: this network wants somebody to sign in first.',
    "Open a browser and sign in to the network, or use the branch's own line.",
  ],
  'too-long': ['update-refused', '% is longer than what is signed.', TELL],
  'too-short': ['update-refused', '% is shorter than what is signed: it is half a copy.', COPY],
  'not-a-file': ['update-refused', '% is no plain file with a name of ours.', `Do not use this stick again. ${TELL}`],
  signatures: ['update-refused', '% is not signed by enough of the keys that this branch trusts.', TELL],
  hash: ['update-refused', '% is not what was signed.', TELL],
  version: ['update-refused', '% has another version than the one that was signed with the rest.', TELL],
  rollback: ['update-refused', '% is older than what this branch has seen already.', `Use a newer copy of the repository. ${TELL}`],
  expired: [
    'update-expired',
    'The signature of % has expired, so nothing new is accepted.',
    `${RENEW} Check that the clock of this PC is right.`,
  ],
  malformed: ['update-malformed', '% cannot be read: it is not what it should be.', TELL],
  incomplete: [
    'update-unreachable',
    'No repository of updates has been verified here yet.',
    'Check for updates, by network or from a stick.',
  ],
  'not-found': ['update-refused', '% is not signed by the role that is responsible for it.', TELL],
  downgrade: ['update-refused', '% is a lower version than the active one, and head office has not permitted to go back.', TELL],
  'too-large': ['update-refused', '% is larger than anything that this program takes.', TELL],
};

const SAFE = 'Nothing new was accepted. What is active stays active, and deciding goes on.';

/** @param about the file, target or role */
export function updateFailure(cause: UpdateCause, about: string, facts: Failure['facts'] = {}): Failure {
  const [kind, happened, next] = TOLD[cause];
  return { kind, happened: happened.replace('%', about), safe: SAFE, next, facts: { cause, about, ...facts } };
}

/**
 * @param error what was thrown while something that is not trusted was read
 * @param about the file, target or role that it was
 * @throws the error itself where it is a bug
 */
export function failureOfUpdate(error: unknown, about: string): Failure {
  if (error instanceof LinkError) {
    const { trouble, file, message: detail } = error;
    return updateFailure(trouble, trouble === 'unreachable' ? detail : nameIn(file), { file, detail });
  }
  if (!(error instanceof Error)) throw error;
  if (error instanceof PersistError) return databaseFailure(/ENOSPC|EDQUOT/.test(error.message) ? 'disk-full' : 'disk-error', about);
  const onDisk = failureOfError(error, about);
  if (onDisk !== null) return onDisk;
  const cause = causeOf(error);
  if (cause === null) throw error;
  // Which role it is that has expired, tuf-js says only in its text: the one that is checked may be another.
  const role = cause === 'expired' ? /(\w+)\.json is expired/.exec(error.message)?.[1] : undefined;
  return updateFailure(cause, role ?? about, { detail: error.message.slice(0, 200) });
}

/** As head office names it: without the digest that a target's file has before its name. */
function nameIn(file: string): string {
  return file.replace(/^targets\//, '').replace(/[0-9a-f]{64}\./, '');
}

function causeOf(error: Error): UpdateCause | null {
  if (error instanceof UnsignedMetadataError) return 'signatures';
  if (error instanceof LengthOrHashMismatchError) return 'hash';
  if (error instanceof ExpiredMetadataError) return 'expired';
  if (error instanceof ChainIncomplete) return 'incomplete';
  // TUF 5.4.3, 5.5.5: an older one than was seen; else another one than was named (5.3.5, 5.5.4, 5.6.4).
  if (error instanceof BadVersionError) return error.message.includes('less than current') ? 'rollback' : 'version';
  // TUF 5.5.5: a role that was in the snapshot before must not vanish from it.
  if (error instanceof RepositoryError) return error.message.includes('in new snapshot') ? 'rollback' : 'malformed';
  // What parsers throw on bytes that are not theirs: JSON.parse, the models' own checks, the stack of something nested too deeply.
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return 'malformed';
  // Both packages' `ValueError`s (and errors that only they know) are plain errors without a code.
  return 'code' in error ? null : 'malformed';
}
