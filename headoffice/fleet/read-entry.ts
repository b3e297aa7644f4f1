/** A stored entry, read leniently: an entry of another time's form is shown with what can be read of it. */

import { logNoOf } from '../receive/log-rows.ts';
import type { Sql, Store } from '../store/store.ts';
import { unknownThing } from './read-branch.ts';

export interface EntryRow {
  log_no: number;
  log: string;
  origin: string;
  branch: string;
  branch_name: string | null;
  seq: number;
  bytes: Buffer;
  leaf_hash: Buffer;
  type: string | null;
  wall: Date | null;
  application: string | null;
  trouble: string | null;
}

const sha256 = /^[0-9a-f]{64}$/;

const COLUMNS = `e.log_no, e.seq, e.bytes, e.leaf_hash, e.type, e.wall, e.application, e.trouble`;

/** @throws Failed entry-unknown: there is no such decision, or what an address says is no number */
export async function readDecision(store: Store, log: string, seq: string): Promise<EntryRow> {
  const named = sha256.test(log) && /^\d{1,15}$/.test(seq);
  const rows = !named
    ? []
    : await store.query<EntryRow>(
        `SELECT ${COLUMNS}, l.log, l.origin, l.branch, b.name AS branch_name
     FROM logs l JOIN entries e ON e.log_no = l.log_no LEFT JOIN branches b ON b.branch = l.branch WHERE l.log_no = $1 AND l.log = $2 AND e.seq = $3`,
        [logNoOf(log), log, Number(seq)],
      );
  const [row] = rows;
  if (row?.type !== 'decision') throw unknownThing('There is no such decision.', '/fleet/branches');
  return row;
}

export interface Review {
  seq: number;
  wall: Date | null;
  fields: EntryFields;
}

/** People's reviews of it, of every epoch of its branch. */
export async function readReviews(sql: Sql, { branch, application, seq }: EntryRow): Promise<Review[]> {
  if (application === null) return [];
  const rows = await sql.query<{ seq: number; bytes: Buffer; wall: Date | null }>(
    `SELECT seq, bytes, wall FROM entries
     WHERE log_no IN (SELECT log_no FROM logs WHERE branch = $1) AND application = $2 AND type = 'review' ORDER BY seq`,
    [branch, application],
  );
  return rows.map(({ seq, wall, bytes }) => ({ seq, wall, fields: readFields(bytes) })).filter(({ fields }) => fields.of === seq);
}

export type EntryFields = Record<string, unknown>;

/** {} where it is no JSON object. */
export function readFields(bytes: Buffer): EntryFields {
  try {
    return asFields(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

export function asFields(value: unknown): EntryFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as EntryFields) : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a person reads it. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
