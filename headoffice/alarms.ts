/** Alarms about branches: one that goes on is one row, however often it is noticed. */
import { randomUUID } from 'node:crypto';
import type { AlarmKind } from '../contract/fleet.ts';
import type { Sql } from './store/store.ts';

export interface Alarm {
  branch: string;
  kind: AlarmKind;
  /** What of the branch it is about: a log's origin, a product, a device; '' for the branch itself. */
  subject: string;
  /** One English sentence for a person; never an applicant's data. */
  detail: string;
}

/**
 * Notices an alarm: a new row, or the open one's last time. To be called in the transaction of what it is about.
 * @returns whether it begins
 */
export async function raiseAlarm(sql: Sql, { branch, kind, subject, detail }: Alarm): Promise<boolean> {
  const open = await sql.query<{ alarm: string }>(
    'UPDATE alarms SET last_at = now(), detail = $4 WHERE branch = $1 AND kind = $2 AND subject = $3 AND ended_at IS NULL RETURNING alarm',
    [branch, kind, subject, detail],
  );
  if (open.length > 0) return false;
  await sql.query('INSERT INTO alarms (alarm, branch, kind, subject, detail) VALUES ($1, $2, $3, $4, $5)', [
    randomUUID(),
    branch,
    kind,
    subject,
    detail,
  ]);
  return true;
}

/** It is over: of this subject, or of the branch's every subject. */
export async function endAlarms(sql: Sql, branch: string, kind: AlarmKind, subject: string | null): Promise<void> {
  await sql.query(
    'UPDATE alarms SET ended_at = now() WHERE branch = $1 AND kind = $2 AND ($3::text IS NULL OR subject = $3) AND ended_at IS NULL',
    [branch, kind, subject],
  );
}
