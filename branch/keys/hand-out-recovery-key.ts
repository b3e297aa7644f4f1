/** Who gets to see a recovery key, and when: once, when it is made. That it was made later than the folder is an entry. */
import { getSetting, putSettings } from '../../db/settings.ts';
import { appendEntries } from '../log/append-entries.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';

/** `none`: nothing opens this folder but its own protection; `unseen`: one was made and shown to nobody, so it is of no use. */
export type RecoveryKeyState = 'none' | 'unseen' | 'given';

export function recoveryKeyState(branch: Branch): RecoveryKeyState {
  if (!branch.key.hasRecoveryKey) return 'none';
  return getSetting(branch.log.db, 'recovery.given') === null ? 'unseen' : 'given';
}

/** The recovery key of a folder that this run of the program has made, the first time it is asked for; then null. Show it. */
export function takeFirstRecoveryKey(branch: Branch): string | null {
  const recoveryKey = branch.key.takeRecoveryKey();
  if (recoveryKey !== null) noteGiven(branch);
  return recoveryKey;
}

/**
 * A new recovery key, which is kept nowhere; the one before opens nothing any more. Show it.
 * @throws Failed `not-allowed`, disk-full, disk-error
 */
export function renewRecoveryKey(branch: Branch): string {
  requirePermission(branch.role, 'back-up');
  branch.requireAtWork();
  const { log, actor, role } = branch;
  // Said before it is so: a key that nobody knows of would be worse than an entry about one that was not made.
  appendEntries(log, [{ entry: { type: 'recovery-key-made', actor, role } }]);
  const recoveryKey = branch.key.replaceRecoveryKey();
  noteGiven(branch);
  branch.tellChange();
  return recoveryKey;
}

function noteGiven({ log, clock }: Branch): void {
  putSettings(log.db, { 'recovery.given': new Date(clock.now()).toISOString() });
}
