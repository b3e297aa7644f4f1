/** Applications that still name somebody. */
import { type Reader, statement, withDatabase } from './handle.ts';

export interface NamedDecision {
  application: string;
  seq: number;
  /** When it was decided, RFC 3339. */
  wall: string;
}

/** A name, the key to one, or to a remark; and nobody has said that it must stay. */
const NAMED = `FROM decisions WHERE wall < ? AND (applicant IS NOT NULL OR identity_key IS NOT NULL
    OR application_id IN (SELECT application_id FROM events WHERE type = 'review' AND note_key IS NOT NULL))
  AND application_id NOT IN (SELECT application_id FROM
    (SELECT application_id, max(seq), type FROM events WHERE application_id IS NOT NULL AND type IN ('hold-set', 'hold-lifted') GROUP BY application_id)
    WHERE type = 'hold-set')`;

/**
 * Those decided before `wall` (RFC 3339) that are still named and not on hold, oldest first.
 * @returns at most `limit` of them, and how many there are
 */
export function listNamed(reader: Reader, wall: string, limit: number): { rows: NamedDecision[]; total: number } {
  const ofRows = `SELECT application_id AS application, seq, wall ${NAMED} ORDER BY wall, seq LIMIT ?`;
  return withDatabase(reader, () => ({
    rows: statement<NamedDecision>(reader, ofRows).all(wall, limit),
    total: statement<{ n: number }>(reader, `SELECT count(*) AS n ${NAMED}`).get(wall)!.n,
  }));
}
