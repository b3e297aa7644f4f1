/** What people decide about a log that was seen with two pasts. What was stored stays, both notes too, however it is settled. */
import { Failed } from '../../contract/failure.ts';
import { recordAction } from '../actions.ts';
import { endAlarms } from '../alarms.ts';
import type { Store } from '../store/store.ts';
import { getEvidence } from './list-evidence.ts';

/**
 * `keep-known`: what head office holds is the log's past, and its branch may go on from there (it was found out how the other note came about). `close-log`: nothing
 * more of this log is ever taken; the branch begins a new epoch.
 */
export const HOW_SETTLED = ['keep-known', 'close-log'] as const;
export type HowSettled = (typeof HOW_SETTLED)[number];

export interface Settlement {
  evidence: string;
  /** Who decides: an operator's account, or `cli:<user>`. */
  by: string;
  how: HowSettled;
  /** For whoever asks later; never an applicant's data. */
  reason: string;
}

export interface Settled {
  branch: string;
  origin: string;
  /** Whether the log stays frozen: closed for good, or because of other evidence that nobody has settled. */
  frozen: boolean;
}

/** @throws Failed usage (none of that name, or no reason), change-refused (settled already) */
export async function settleEvidence(store: Store, { evidence, by, how, reason }: Settlement): Promise<Settled> {
  if (reason.trim() === '') throw refusal('usage', 'No reason was given.', 'Say what was found out: the next person will ask.');
  return await store.transaction(async (sql) => {
    const { branch, origin, kind } = await getEvidence(sql, evidence);
    // Two that are settled at once, or one that is found meanwhile, must see each other.
    await sql.query('SELECT log_no FROM logs WHERE origin = $1 FOR UPDATE', [origin]);
    const settled = await sql.query(
      `UPDATE evidence SET settled_at = now(), settled_by = $2, settled_how = $3, settled_why = $4
        WHERE evidence = $1 AND settled_at IS NULL RETURNING evidence`,
      [evidence, by, how, reason.trim()],
    );
    if (settled.length === 0) throw refusal('change-refused', `Evidence ${evidence} was settled before.`, 'Look at it with evidence show.');
    const [left] = await sql.query<{ open: number; closed: number }>(
      `SELECT count(*) FILTER (WHERE e.settled_at IS NULL) AS open, count(*) FILTER (WHERE e.settled_how = 'close-log') AS closed
        FROM evidence e JOIN logs l ON l.log_no = e.log_no WHERE l.origin = $1`,
      [origin],
    );
    const frozen = left!.open > 0 || left!.closed > 0;
    await sql.query('UPDATE logs SET frozen_at = CASE WHEN $2::boolean THEN coalesce(frozen_at, now()) ELSE NULL END WHERE origin = $1', [
      origin,
      frozen,
    ]);
    if (left!.open === 0) await endAlarms(sql, branch, kind, origin);
    await recordAction(sql, { who: by, what: 'settle-evidence', detail: { evidence, branch, origin, how, reason: reason.trim() } });
    return { branch, origin, frozen };
  });
}

function refusal(kind: 'usage' | 'change-refused', happened: string, next: string): Failed {
  return new Failed({ kind, happened, safe: 'Nothing was changed.', next, facts: {} });
}
