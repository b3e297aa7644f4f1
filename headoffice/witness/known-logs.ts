/** The logs that an independent witness knows, and where each of them stands. */
import { createHash } from 'node:crypto';
import { Failed } from '../../contract/failure.ts';
import { LOG_KEY, parseVkey } from '../../ledger/note-keys.ts';
import type { Sql, Store } from '../store/store.ts';

export interface WitnessedLog {
  origin: string;
  /** Names it in an address: SHA-256 of the origin. */
  log: string;
  vkey: string;
  /** Of the last checkpoint that was countersigned; 0: none yet. */
  size: number;
  /** That checkpoint, with our line under it. */
  note: string | null;
  frozenAt: Date | null;
  /** What its key signed besides, for the same size as one that was countersigned. */
  conflicting: string | null;
  /** What its key signed and nobody has proven to be the same past, though it was asked to be countersigned. */
  suspect: string | null;
  suspectAt: Date | null;
}

const COLUMNS = `origin, log, vkey, size, note, frozen_at AS "frozenAt", conflicting, suspect, suspect_at AS "suspectAt"`;

/**
 * Makes a log known. The same once more changes nothing.
 * @throws Failed usage for a key that is none or another log's, and for another key of a log that is known: whoever could replace it could begin a second past
 */
export async function addKnownLog(store: Store, { origin, vkey }: { origin: string; vkey: string }): Promise<'added' | 'known'> {
  const key = parseVkey(vkey);
  if (key === null || key.type !== LOG_KEY || key.name !== origin)
    throw refused(`This is not the verifier key of the log ${origin}.`, "Give the log's vkey (type 01), whose name is its origin.");
  return await store.transaction(async (sql) => {
    const added = await sql.query(
      'INSERT INTO witnessed (origin, log, vkey) VALUES ($1, $2, $3) ON CONFLICT (origin) DO NOTHING RETURNING origin',
      [origin, createHash('sha256').update(origin).digest('hex'), vkey],
    );
    if (added.length > 0) return 'added';
    if ((await findWitnessed(sql, origin))?.vkey === vkey) return 'known';
    throw refused(
      `The log ${origin} is known under another key.`,
      'A log never changes its key: a branch that begins anew has a new origin. Find out who gave you this one.',
    );
  });
}

export async function findWitnessed(sql: Sql, origin: string): Promise<WitnessedLog | null> {
  return (await sql.query<WitnessedLog>(`SELECT ${COLUMNS} FROM witnessed WHERE origin = $1`, [origin]))[0] ?? null;
}

export async function listWitnessed(sql: Sql): Promise<WitnessedLog[]> {
  return await sql.query<WitnessedLog>(`SELECT ${COLUMNS} FROM witnessed ORDER BY origin`);
}

/** The last checkpoint that was countersigned, with our line under it. @param log SHA-256 of the origin, hexadecimal */
export async function findLastNote(sql: Sql, log: string): Promise<string | null> {
  return (await sql.query<{ note: string | null }>('SELECT note FROM witnessed WHERE log = $1', [log]))[0]?.note ?? null;
}

/** Two checkpoints of one size that one key signed. */
export interface WitnessEvidence {
  origin: string;
  vkey: string;
  frozenAt: Date;
  /** The one that was countersigned, with our line under it. */
  known: string;
  conflicting: string;
}

/** @param log SHA-256 of the origin, hexadecimal */
export async function findEvidence(sql: Sql, log: string): Promise<WitnessEvidence | null> {
  const found = await sql.query<WitnessEvidence>(
    `SELECT w.origin, w.vkey, w.frozen_at AS "frozenAt", c.note AS known, w.conflicting
       FROM witnessed w JOIN witnessed_checkpoints c ON c.origin = w.origin AND c.size = w.conflicting_size
      WHERE w.log = $1 AND w.frozen_at IS NOT NULL`,
    [log],
  );
  return found[0] ?? null;
}

function refused(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}
