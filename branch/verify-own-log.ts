/** The branch's own log, verified beside its writer. */
import { closeDatabase } from '../db/handle.ts';
import { type VerifyStep, verifyLog } from './log/verify-log.ts';
import type { Branch } from './open-branch.ts';

/** Progress, and at last the report. The handle is its own, so that deciding goes on meanwhile. */
export async function* verifyOwnLog(branch: Branch): AsyncGenerator<VerifyStep, void, void> {
  const reader = branch.openReader();
  try {
    yield* verifyLog(reader);
  } finally {
    closeDatabase(reader);
  }
}
