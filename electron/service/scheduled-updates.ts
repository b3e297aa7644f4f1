/** Updates by themselves, when there is a line: each check is the program's own doing, and nobody at work waits for it. */
import { networkInterfaces } from 'node:os';
import type { UpdateAccess } from '../../branch/activation/update-state.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { UpdateSchedule } from '../../branch/updates/schedule.ts';
import { lastCheck, updatePlace } from '../../branch/updates/update-state.ts';
import { Failed } from '../../contract/failure.ts';

const LOOK_FOR_LINE_MS = 30_000;

/** @returns stops it, and gives up what is under way */
export function scheduleUpdates(branch: Branch, access: UpdateAccess): () => void {
  const program = branch.for({ account: 'system', role: 'system' });
  const schedule = new UpdateSchedule({
    check: (signal) => checkOnce(program, access, signal),
    hasLink,
    timers: {
      set: (work, ms) => setTimeout(work, ms).unref(),
      clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
    random: Math.random,
  });
  schedule.start();
  let had = hasLink();
  // A line that comes back is used at once, not when the last failure's wait is over.
  const watch = setInterval(() => {
    const has = hasLink();
    if (has && !had) schedule.nudge();
    had = has;
  }, LOOK_FOR_LINE_MS).unref();
  return () => {
    clearInterval(watch);
    schedule.stop();
  };
}

/** An address beyond this PC: whether anything is reached by it, the check finds out. */
function hasLink(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal) === true);
}

/** @returns whether the repository could be asked; without one there is nothing to ask */
async function checkOnce(branch: Branch, access: UpdateAccess, signal: AbortSignal): Promise<boolean> {
  if (updatePlace(branch.log.db).repository === null) return true;
  try {
    await access.check(branch, null, () => {}, signal);
  } catch (error) {
    // A disk that is full, or a program without a root of trust: told where it was met, and tried again later.
    if (error instanceof Failed) return false;
    throw error;
  }
  return lastCheck(branch.log.db)?.failure?.kind !== 'update-unreachable';
}
