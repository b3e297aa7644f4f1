/** The enrolment as head office is asked for it, and what its answer settles. */
import type { Enrolled, Enrolment } from '../../contract/sync.ts';
import { inTransaction } from '../../db/handle.ts';
import { putSettings } from '../../db/settings.ts';
import type { Branch } from '../branch.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { epochOf } from '../sync/head-office.ts';
import { changeSyncState, syncState } from '../sync/sync-state.ts';
import { codeVersions } from '../versions.ts';
import { type DeviceKey, enrolledAt } from './device.ts';

/** For the epoch that the log is in now. */
export function enrolmentOf(log: BranchLog, branch: string, token: string, { id, publicKey, recipient }: DeviceKey): Enrolment {
  const { platform } = codeVersions;
  return { ...epochOf(log), branch, token, device: { id, publicKey: publicKey.toString('base64'), recipient, platform } };
}

/** Head office has taken the enrolment: the token is not needed any more. An answer about another device changes nothing. */
export function settleEnrolment({ log }: Pick<Branch, 'log'>, { device, branch, state }: Enrolled): void {
  const { db } = log;
  inTransaction(db, () => {
    const enrolled = enrolledAt(db);
    if (enrolled?.device !== device || enrolled.branch !== branch) return;
    const registered = [...new Set([...enrolled.registered, state.origin])];
    putSettings(db, { enrolment: JSON.stringify({ ...enrolled, pending: null, registered }) });
    // Deliveries are numbered for each log.
    if (syncState(db).registered !== state.origin) changeSyncState(db, { registered: state.origin, delivered: 0 });
  });
}
