/** Who is signed in. The table keeps only the SHA-256 of a session's token: who reads the database can be nobody. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OperatorRole } from '../../contract/operators.ts';
import type { Sql } from '../store/store.ts';

/** Of no page asked for. */
const IDLE_MS = 30 * 60_000;
/** However busy. NIST SP 800-63B 4.2.3: 12 hours. */
const LONGEST_MS = 12 * 3_600_000;
/** Not each page is a write. */
const NOTED_EVERY_MS = 60_000;

export interface SignedIn {
  operator: string;
  name: string;
  role: OperatorRole;
}

interface SessionRow extends SignedIn {
  began_at: Date;
  last_at: Date;
  disabled_at: Date | null;
}

/** @returns the token, which only the browser has */
export async function beginSession(sql: Sql, operator: string, now: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  // Sessions that nobody ended: the table stays as long as people work at once.
  await sql.query('DELETE FROM operator_sessions WHERE began_at < $1', [new Date(now.getTime() - LONGEST_MS)]);
  await sql.query('INSERT INTO operator_sessions (token_sha256, operator, began_at, last_at) VALUES ($1, $2, $3, $3)', [
    sha256(token),
    operator,
    now,
  ]);
  return token;
}

/** @returns null: it never was, is over, or its account was disabled */
export async function findSession(sql: Sql, token: string, now: Date): Promise<SignedIn | null> {
  const [row] = await sql.query<SessionRow>(
    `SELECT o.operator, o.name, o.role, o.disabled_at, s.began_at, s.last_at
     FROM operator_sessions s JOIN operators o ON o.operator = s.operator WHERE s.token_sha256 = $1`,
    [sha256(token)],
  );
  if (row === undefined || row.disabled_at !== null) return null;
  const idle = now.getTime() - row.last_at.getTime();
  if (idle > IDLE_MS || now.getTime() - row.began_at.getTime() > LONGEST_MS) return null;
  if (idle > NOTED_EVERY_MS) await sql.query('UPDATE operator_sessions SET last_at = $2 WHERE token_sha256 = $1', [sha256(token), now]);
  return { operator: row.operator, name: row.name, role: row.role };
}

export async function endSession(sql: Sql, token: string): Promise<void> {
  await sql.query('DELETE FROM operator_sessions WHERE token_sha256 = $1', [sha256(token)]);
}

/** What each form of a session carries: nobody can make it who does not have the cookie, and no page of another origin reads it. */
export function formToken(session: string): string {
  return createHmac('sha256', session).update('outpost/form/v1').digest('base64url');
}

export function isFormToken(given: unknown, session: string): boolean {
  const expected = Buffer.from(formToken(session));
  const bytes = Buffer.from(typeof given === 'string' ? given : '');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
