/** Putting outcomes that wait into signed notes for the log that their branch writes now. */
import { type OutcomeDelivery, type OutcomeRow, SYNC_LIMITS } from '../../contract/sync.ts';
import { signJson } from '../../ledger/signed-json.ts';
import type { OfficeKeys } from '../office-keys.ts';
import type { Sql, Store } from '../store/store.ts';
import { type CurrentLog, currentLog, lineageOf } from './current-log.ts';

/** Makes deliveries for every branch that outcomes wait for; returns how many. */
export async function deliverWaiting(store: Store, keys: Pick<OfficeKeys, 'office'>, now: number): Promise<number> {
  const branches = await store.query<{ branch: string }>(
    'SELECT DISTINCT l.branch FROM outcomes o JOIN logs l ON l.log_no = o.log_no WHERE o.delivery IS NULL ORDER BY l.branch',
  );
  let made = 0;
  for (const { branch } of branches) made += await store.transaction((sql) => deliverTo(sql, keys, branch, now));
  return made;
}

/**
 * The same for one branch, in a transaction: also what went to an epoch that the branch has left before it had stored it there. To be called when a branch
 * begins an epoch, too.
 */
export async function deliverTo(sql: Sql, { office }: Pick<OfficeKeys, 'office'>, branch: string, now: number): Promise<number> {
  const current = await currentLog(sql, branch);
  if (current === null) return 0;
  // Numbers have no gaps and are given once: whoever else delivers to this log waits.
  await sql.query('SELECT log_no FROM logs WHERE log_no = $1 FOR UPDATE', [current.logNo]);
  await takeBackLost(sql, branch, current);
  const waiting = await sql.query<OutcomeRow & { logNo: number }>(
    `SELECT log_no AS "logNo", application, performance, months_on_book AS "monthsOnBook", as_of AS "asOf" FROM outcomes
      WHERE delivery IS NULL AND log_no IN (SELECT log_no FROM logs WHERE branch = $1) ORDER BY log_no, seq`,
    [branch],
  );
  const [last] = await sql.query<{ last: number | null }>('SELECT max(delivery) AS last FROM deliveries WHERE log_no = $1', [
    current.logNo,
  ]);
  let delivery = last?.last ?? 0;
  for (let at = 0; at < waiting.length; at += SYNC_LIMITS.outcomes) {
    delivery += 1;
    const rows = waiting.slice(at, at + SYNC_LIMITS.outcomes);
    const text: OutcomeDelivery = {
      v: 1,
      kind: 'outpost-outcomes',
      log: current.log,
      delivery,
      issued: new Date(now).toISOString(),
      outcomes: rows.map(({ application, performance, monthsOnBook, asOf }) => ({ application, performance, monthsOnBook, asOf })),
    };
    await sql.query('INSERT INTO deliveries (log_no, delivery, note) VALUES ($1, $2, $3)', [
      current.logNo,
      delivery,
      signJson(text, office),
    ]);
    for (const [logNo, of] of Map.groupBy(rows, (row) => row.logNo))
      await sql.query(
        `UPDATE outcomes SET delivered_log_no = $3, delivery = $4
          WHERE log_no = $1 AND application IN (SELECT jsonb_array_elements_text($2::jsonb))`,
        [logNo, JSON.stringify(of.map(({ application }) => application)), current.logNo, delivery],
      );
  }
  return Math.ceil(waiting.length / SYNC_LIMITS.outcomes);
}

/**
 * What went to another log and is not among the entries that the current one goes on from: its folder was set back. Only what is about decisions that the
 * branch still has: of those that are gone with a PC it was told once.
 */
async function takeBackLost(sql: Sql, branch: string, current: CurrentLog): Promise<void> {
  const elsewhere = await sql.query<{ logNo: number; delivery: number; storedSeq: number | null }>(
    `SELECT DISTINCT o.delivered_log_no AS "logNo", o.delivery, d.stored_seq AS "storedSeq"
       FROM outcomes o JOIN deliveries d ON d.log_no = o.delivered_log_no AND d.delivery = o.delivery
      WHERE o.log_no IN (SELECT log_no FROM logs WHERE branch = $1) AND o.delivered_log_no <> $2`,
    [branch, current.logNo],
  );
  if (elsewhere.length === 0) return;
  const spans = await lineageOf(sql, current);
  for (const { logNo, delivery, storedSeq } of elsewhere) {
    const span = spans.find((each) => each.logNo === logNo);
    if (span !== undefined && storedSeq !== null && storedSeq < span.to) continue;
    for (const { logNo: decidedIn, from, to } of spans)
      await sql.query(
        `UPDATE outcomes SET delivered_log_no = NULL, delivery = NULL
          WHERE delivered_log_no = $1 AND delivery = $2 AND log_no = $3 AND seq >= $4 AND seq < $5`,
        [logNo, delivery, decidedIn, from, to],
      );
  }
}
