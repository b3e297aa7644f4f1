/** A log that was seen with two pasts, or that went back: what is kept of it, and who is told. */
import { randomUUID } from 'node:crypto';
import type { Submission } from '../../ledger/submission.ts';
import { recordAction } from '../actions.ts';
import { raiseAlarm } from '../alarms.ts';
import type { Sql } from '../store/store.ts';
import type { LogRow } from './log-rows.ts';
import { openSentCheckpoint, type SentCheckpoint } from './sent-checkpoint.ts';

/** Nothing more is taken of the log until people have looked. Both notes are kept whatever becomes of it: each is signed, and together they prove it. */
export async function freezeLog(sql: Sql, row: LogRow, sent: SentCheckpoint, device: string): Promise<void> {
  await sql.query('UPDATE logs SET frozen_at = now() WHERE log_no = $1', [row.log_no]);
  await keepEvidence(sql, row, 'fork', sent.note, device);
  await raiseAlarm(sql, {
    branch: row.branch,
    kind: 'fork',
    subject: row.origin,
    detail: `The log was sent with another past than head office holds: its checkpoint of ${sent.size} entries contradicts what was countersigned of ${row.size}. It is frozen.`,
  });
  await recordAction(sql, {
    who: 'receiver',
    what: 'freeze-log',
    detail: { branch: row.branch, origin: row.origin, size: row.size, sent: sent.size, device },
  });
}

/** A branch that has fewer entries than head office: a disk that was restored, most likely. It is told by the next entries for certain. */
export async function noteRollback(sql: Sql, row: LogRow, { head }: Submission, device: string): Promise<void> {
  const begins = await raiseAlarm(sql, {
    branch: row.branch,
    kind: 'rollback',
    subject: row.origin,
    detail: `The branch says that its log has ${head.report.logSize} entries, and head office holds ${row.size}.`,
  });
  const sent = begins ? openSentCheckpoint(head.checkpoint, row.vkey) : null;
  if (sent !== null) await keepEvidence(sql, row, 'rollback', sent.note, device);
}

async function keepEvidence(sql: Sql, row: LogRow, kind: 'fork' | 'rollback', sent: string, device: string): Promise<void> {
  await sql.query('INSERT INTO evidence (evidence, log_no, kind, known, sent, device) VALUES ($1, $2, $3, $4, $5, $6)', [
    randomUUID(),
    row.log_no,
    kind,
    row.note ?? '',
    sent,
    device,
  ]);
}
