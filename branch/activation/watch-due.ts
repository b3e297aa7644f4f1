/** Looks whether something waits for a day that has come; what takes part in activating is loaded only then. */
import { Failed } from '../../contract/failure.ts';
import { isClosed } from '../../db/handle.ts';
import { listWaiting } from '../../db/waiting-releases.ts';
import type { Branch } from '../branch.ts';

const LOOK_EVERY_MS = 60_000;

/** The same as `activateDue`, where anything is due. A disk that takes nothing lets it wait on: whatever else is done here tells of the disk. */
export async function activateWhenDue(branch: Branch): Promise<void> {
  try {
    const now = branch.clock.now();
    const isDue = listWaiting(branch.log.db).some(
      ({ state, activateFrom }) => state === 'scheduled' && activateFrom !== null && Date.parse(activateFrom) <= now,
    );
    if (!isDue) return;
    const { activateDue } = await import('./activate-due.ts');
    await activateDue(branch.for({ account: 'system', role: 'system' }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    process.stderr.write(`outpost: a release whose day has come cannot be stored (${error.failure.kind})\n`);
  }
}

/** While the branch is open. @returns stops it */
export function watchDue(branch: Branch): () => void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    if (isClosed(branch.log.db)) {
      clearInterval(timer);
      return;
    }
    isLooking = true;
    void activateWhenDue(branch).finally(() => {
      isLooking = false;
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
