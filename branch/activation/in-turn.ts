/** What changes what is active is done one after the other: each finds what the one before left. */
import type { BranchLog } from '../log/branch-log.ts';

const last = new WeakMap<BranchLog, Promise<unknown>>();

export function inTurn<T>(log: BranchLog, work: () => Promise<T>): Promise<T> {
  const before = last.get(log) ?? Promise.resolve();
  const turn = before.then(work);
  last.set(
    log,
    turn.catch(() => undefined),
  );
  return turn;
}
