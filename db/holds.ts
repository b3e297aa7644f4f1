/** Legal holds, as the events have them: the last word on an application is what holds. */
import { type Reader, statement, withDatabase } from './handle.ts';

export interface Hold {
  application: string;
  /** Entry that set it. */
  seq: number;
  /** Wall clock of that entry, RFC 3339. */
  since: string;
  reason: string;
}

/** Holds in force, oldest first. @param application of one application alone; null: of all */
export function listHolds(reader: Reader, application: string | null): Hold[] {
  // SQLite gives the other columns of the row that has the maximum.
  const sql = `SELECT application_id AS application, seq, wall AS since, detail AS reason FROM
    (SELECT application_id, max(seq) AS seq, wall, detail, type FROM events
      WHERE application_id IS NOT NULL AND type IN ('hold-set', 'hold-lifted') AND (? IS NULL OR application_id = ?) GROUP BY application_id)
    WHERE type = 'hold-set' ORDER BY seq`;
  return withDatabase(reader, () => statement<Hold>(reader, sql).all(application, application));
}
