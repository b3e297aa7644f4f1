/** Whether a device may work with a log. */

import { recordAction } from '../actions.ts';
import { raiseAlarm } from '../alarms.ts';
import type { Sql } from '../store/store.ts';
import { type Refusal, refuse } from './receiving.ts';

export interface DeviceRow {
  device: string;
  branch: string;
  public_key: Buffer;
  revoked_at: Date | null;
}

export async function findDevice(sql: Sql, device: string): Promise<DeviceRow | null> {
  const [row] = await sql.query<DeviceRow>('SELECT device, branch, public_key, revoked_at FROM devices WHERE device = $1', [device]);
  return row ?? null;
}

/**
 * To be called in a transaction that is kept, whatever the answer: a refusal is an alarm.
 * @param branch the log's; null: any
 * @returns null when it may
 */
export async function admitDevice(sql: Sql, device: string, branch: string | null): Promise<Refusal | null> {
  const row = await findDevice(sql, device);
  if (row !== null && row.revoked_at === null && (branch === null || row.branch === branch)) return null;
  const detail =
    row === null
      ? 'A device that was never enrolled asked for the log of this branch.'
      : row.revoked_at === null
        ? `A device of the branch ${row.branch} asked for the log of this branch.`
        : 'A device that was revoked asked for the log of its branch.';
  const concerned = branch ?? row?.branch;
  if (concerned !== undefined) {
    const begins = await raiseAlarm(sql, { branch: concerned, kind: 'device', subject: device, detail });
    if (begins) await recordAction(sql, { who: 'receiver', what: 'refuse-device', detail: { branch: concerned, device } });
  }
  return refuse('device', 403, 'This device was never enrolled for this branch, or is no longer. Enrol it with a new branch file.');
}
