/** The door of head office. */
import { Failed } from '../../contract/failure.ts';
import { recordAction } from '../actions.ts';
import type { Sql, Store } from '../store/store.ts';
import { beginSession, endSession } from './sessions.ts';
import { fitsVerifier } from './verifier.ts';

const FIRST_WAIT_MS = 1000;
/** So long that guessing is hopeless, so short that a prank does not cost a working day; a new passphrase ends it. */
const LONGEST_WAIT_MS = 3_600_000;
/** Failures in a row from which on it is told as a lock: somebody is at the door who should not be. */
const LOCKED_FROM = 5;

/** 1 s after the first failure in a row, doubling with each, up to an hour. */
export function waitAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30));
}

interface Door {
  verifier: string;
  failures: number;
  wait_until: Date | null;
  disabled_at: Date | null;
}

/**
 * The token of a new session. What is said no to is always said no to in the same words and after the same work: a stranger learns no names.
 * @param before token of the session that the browser had: it ends
 * @throws Failed sign-in-refused
 */
export async function signIn(
  store: Store,
  now: Date,
  { operator, passphrase, before }: { operator: string; passphrase: string; before: string | null },
): Promise<string> {
  const door = await store.transaction(async (sql) => await countTry(sql, operator, now));
  const fits = await fitsVerifier(passphrase, door?.verifier ?? null);
  if (fits === null) throw busy();
  const token = await store.transaction(async (sql) => {
    if (!fits || door === null) return await refuse(sql, operator, door);
    await sql.query('UPDATE operators SET failures = 0, wait_until = NULL WHERE operator = $1', [operator]);
    if (before !== null) await endSession(sql, before);
    await recordAction(sql, { who: operator, what: 'sign-in', detail: {} });
    return await beginSession(sql, operator, now);
  });
  if (token === null) throw refused();
  return token;
}

export async function signOut(store: Store, operator: string, token: string): Promise<void> {
  await store.transaction(async (sql) => {
    await endSession(sql, token);
    await recordAction(sql, { who: operator, what: 'sign-out', detail: {} });
  });
}

/**
 * A try is counted as failed before the passphrase is looked at, and the count is taken back when it fits: of a hundred tries at once one is looked at.
 * @returns null: no such account, disabled, or it has to wait
 */
async function countTry(sql: Sql, operator: string, now: Date): Promise<Door | null> {
  const [door] = await sql.query<Door>('SELECT verifier, failures, wait_until, disabled_at FROM operators WHERE operator = $1 FOR UPDATE', [
    operator,
  ]);
  if (door === undefined || door.disabled_at !== null || (door.wait_until !== null && door.wait_until > now)) return null;
  const failures = door.failures + 1;
  await sql.query('UPDATE operators SET failures = $2, wait_until = $3 WHERE operator = $1', [
    operator,
    failures,
    new Date(now.getTime() + waitAfter(failures)),
  ]);
  return { ...door, failures };
}

/** What was typed as a name is kept only where there is such an account: people type passphrases into the wrong field. */
async function refuse(sql: Sql, operator: string, door: Door | null): Promise<null> {
  const [known] = await sql.query<{ operator: string }>('SELECT operator FROM operators WHERE operator = $1', [operator]);
  const failures = door?.failures ?? 0;
  await recordAction(sql, {
    who: 'nobody',
    what: 'sign-in-failed',
    detail: { operator: known?.operator ?? null, failures, wait_seconds: waitAfter(failures) / 1000 },
  });
  if (failures >= LOCKED_FROM)
    await recordAction(sql, { who: 'nobody', what: 'lock-operator', detail: { operator, wait_seconds: waitAfter(failures) / 1000 } });
  return null;
}

function refused(): Failed {
  return new Failed({
    kind: 'sign-in-refused',
    happened: 'Account and passphrase do not fit, or the account has to wait after failed tries.',
    safe: 'Nobody was signed in. The try was recorded.',
    next: 'Wait a little and try again. If you lost your passphrase, ask whoever manages accounts of head office.',
    facts: {},
  });
}

function busy(): Failed {
  return new Failed({
    kind: 'sign-in-refused',
    happened: 'Too many people, or a program, try to sign in at this moment.',
    safe: 'Nobody was signed in.',
    next: 'Try again in a minute.',
    facts: {},
  });
}
