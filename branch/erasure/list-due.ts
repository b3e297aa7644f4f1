/** What is still named although nothing obliges to keep it: to be erased without being asked (GDPR Art. 5(1)(e)). */
import type { DueRecord } from '../../contract/keep-calls.ts';
import { listNamed } from '../../db/due.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { todayOf } from '../today.ts';
import { lastDayOfDuty, retentionMonths } from './retention.ts';

/** A page of the screen; what is beyond comes when these are erased. */
const MOST = 200;
const DAY_MS = 86_400_000;

/** Oldest first. @throws Failed `not-allowed` */
export function listDue({ log, role, clock }: Branch): { months: number; records: DueRecord[]; total: number } {
  requirePermission(role, 'erase-subject');
  const months = retentionMonths(log.db);
  const { rows, total } = listNamed(log.db, firstDayOfDuty(todayOf(clock), months), MOST);
  const records = rows.map(({ application, seq, wall }) => ({ application, seq, keptUntil: lastDayOfDuty(wall, months) }));
  return { months, records, total };
}

/** The earliest day of a decision that must still be kept on `today` (both YYYY-MM-DD). Later days are never free before earlier ones. */
function firstDayOfDuty(today: string, months: number): string {
  const [year = 0, month = 1, date = 1] = today.split('-').map(Number);
  // No month is more than three days shorter than another.
  let day = Date.UTC(year, month - 1 - months, date) - 4 * DAY_MS;
  const text = () => new Date(day).toISOString().slice(0, 10);
  while (lastDayOfDuty(text(), months) < today) day += DAY_MS;
  return text();
}
