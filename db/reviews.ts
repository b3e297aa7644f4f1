/** Reviews of decisions, as rows of `events`, and the referred decisions that wait for one. */
import type { Outcome } from '../contract/policy.ts';
import { type Reader, statement, withDatabase } from './handle.ts';

/** Entry numbers of the reviews of a decision, oldest first. */
export function listReviewSeqs(reader: Reader, of: number): number[] {
  const sql = `SELECT seq FROM events WHERE about = ? AND type = 'review' ORDER BY seq`;
  return withDatabase(reader, () => statement<{ seq: number }>(reader, sql).all(of)).map(({ seq }) => seq);
}

/** What the last review says that holds; null: nobody has reviewed it. */
export function reviewedOutcome(reader: Reader, of: number): Outcome | null {
  const sql = `SELECT outcome FROM events WHERE about = ? AND type = 'review' ORDER BY seq DESC LIMIT 1`;
  return withDatabase(reader, () => statement<{ outcome: Outcome }>(reader, sql).get(of))?.outcome ?? null;
}

/** The key (32 bytes) that a review's remark was sealed with; null: no remark, or erased. */
export function getNoteKey(reader: Reader, seq: number): Buffer | null {
  const sql = 'SELECT note_key AS key FROM events WHERE seq = ?';
  return withDatabase(reader, () => statement<{ key: Buffer | null }>(reader, sql).get(seq))?.key ?? null;
}

const UNREVIEWED = `outcome = 'refer' AND NOT EXISTS (SELECT 1 FROM events WHERE about = decisions.seq AND type = 'review')`;

/** Referred decisions without a review: the first `limit`, who waits longest first, and how many they are in all. */
export function listUnreviewed(reader: Reader, limit: number): { seqs: number[]; total: number } {
  return withDatabase(reader, () => {
    const seqs = statement<{ seq: number }>(reader, `SELECT seq FROM decisions WHERE ${UNREVIEWED} ORDER BY seq LIMIT ?`).all(limit);
    const count = statement<{ n: number }>(reader, `SELECT count(*) AS n FROM decisions WHERE ${UNREVIEWED}`).get();
    return { seqs: seqs.map(({ seq }) => seq), total: count?.n ?? 0 };
  });
}
