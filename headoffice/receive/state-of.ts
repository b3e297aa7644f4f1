/** What a branch asks: where head office stands with its log, and what waits for it. */
import type { LogState } from '../../contract/sync.ts';
import { admitDevice } from './admit-device.ts';
import { findLog, noSuchLog, stateOfRow } from './log-rows.ts';
import type { Receiving, Refusal } from './receiving.ts';
import { listOpenAlarms, watchAcknowledged } from './watch-branch.ts';

/** @param acked entries that the branch holds countersigned by head office, where it said so */
export async function stateOf(at: Receiving, device: string, log: string, acked?: number): Promise<{ state: LogState } | Refusal> {
  return await at.store.transaction(async (sql) => {
    const row = await findLog(sql, log);
    if (row === null) return noSuchLog();
    const refused = await admitDevice(sql, device, row.branch);
    if (refused !== null) return refused;
    await sql.query('UPDATE logs SET contact_at = $2 WHERE log_no = $1', [row.log_no, new Date(at.now())]);
    const open = await listOpenAlarms(sql, row.branch);
    await watchAcknowledged(sql, open, row, row.size, acked);
    return { state: await stateOfRow(sql, row) };
  });
}
