/** What goes wrong in main with an update of the program, as failures of the closed union. */
import { Failed, type Failure } from '../../../contract/failure.ts';

const SAFE = 'The update is not installed. This version goes on, and so does deciding.';

/** @param cause as branch/updates/update-failures.ts has it */
export function refusedUpdate(cause: string, about: string, happened: string): Failure {
  const next = 'Tell head office. The next check fetches it anew.';
  return { kind: 'update-refused', happened, safe: SAFE, next, facts: { cause, about } };
}

/** electron-updater throws whatever it met: ours as they are, its own by `code`, the system's of the disk. */
export function failureOfUpdater(error: unknown, target: string): Failure {
  if (error instanceof Failed) return error.failure;
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  if (code === 'ERR_CHECKSUM_MISMATCH') return refusedUpdate('hash', target, `${target} is not what was signed.`);
  if (code === 'ERR_UPDATER_INVALID_SIGNATURE')
    return refusedUpdate('code-signature', target, `${target} is not signed as a program by its publisher.`);
  const facts = { code, about: target };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const next = 'Free space on this disk; the next check fetches it.';
    return { kind: 'disk-full', happened: `There is not enough room on the disk for ${target}.`, safe: SAFE, next, facts };
  }
  const isOfDisk = /^E[A-Z]+$/.test(code);
  return {
    kind: isOfDisk ? 'disk-error' : 'update-unreachable',
    happened: isOfDisk
      ? `${target} could not be written or read (${code}).`
      : `The updater of this program stopped at ${target} (${code}).`,
    safe: SAFE,
    next: 'The next check tries again. If it stays, tell IT: the program writes the reason on its error output.',
    facts,
  };
}

export function notReady(): Failure {
  const next = 'Check for updates.';
  return { kind: 'restart-refused', happened: 'No update of the program is ready.', safe: SAFE, next, facts: { cause: 'not-ready' } };
}
