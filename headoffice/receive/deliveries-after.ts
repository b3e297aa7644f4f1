/** Signed notes that wait for a branch. */
import type { deliveries } from '../../contract/sync.ts';
import { admitDevice } from './admit-device.ts';
import { findLog, noSuchLog } from './log-rows.ts';
import type { Receiving, Refusal } from './receiving.ts';

type Deliveries = (typeof deliveries)['_output'];

const MOST = 50;

/** @param after number of the last one that the branch has stored */
export async function deliveriesAfter(
  at: Receiving,
  device: string,
  log: string,
  after: number,
): Promise<{ deliveries: Deliveries } | Refusal> {
  return await at.store.transaction(async (sql) => {
    const row = await findLog(sql, log);
    if (row === null) return noSuchLog();
    const refused = await admitDevice(sql, device, row.branch);
    if (refused !== null) return refused;
    const notes = await sql.query<{ note: string }>(
      `SELECT note FROM deliveries WHERE log_no = $1 AND delivery > $2 ORDER BY delivery LIMIT ${MOST}`,
      [row.log_no, after],
    );
    return { deliveries: { v: 1 as const, notes: notes.map(({ note }) => note) } };
  });
}
