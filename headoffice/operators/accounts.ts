/** Accounts of head office's people, made and ended at the command line. */
import { Failed } from '../../contract/failure.ts';
import { type Operator, type OperatorRole, operatorRole, operator as operatorSchema } from '../../contract/operators.ts';
import { LEAST_PASSPHRASE_CHARACTERS, newPassphrase } from '../../contract/people.ts';
import { recordAction } from '../actions.ts';
import type { Sql, Store } from '../store/store.ts';
import { makeVerifier } from './verifier.ts';

export interface NewOperator {
  operator: string;
  name: string;
  role: string;
  passphrase: string;
}

interface OperatorRow {
  operator: string;
  name: string;
  role: OperatorRole;
  disabled_at: Date | null;
}

/**
 * @param who as of `actions`
 * @throws Failed usage, account-exists
 */
export async function addOperator(store: Store, who: string, given: NewOperator): Promise<Operator> {
  const role = operatorRole.safeParse(given.role);
  if (!role.success) throw usage(`There is no role ${JSON.stringify(given.role)}.`, 'Give viewer, auditor or operator.');
  const made = operatorSchema.safeParse({ operator: given.operator, name: given.name, role: role.data, disabled: false });
  if (!made.success)
    throw usage(
      'An account is 2 to 32 lower-case letters, digits, dots, hyphens or underscores, and begins with a letter; a name has 1 to 80 characters.',
      'Correct the account or the name.',
    );
  const verifier = await makeVerifier(checked(given.passphrase));
  const { operator, name } = made.data;
  return await store.transaction(async (sql) => {
    const added = await sql.query(
      'INSERT INTO operators (operator, name, role, verifier) VALUES ($1, $2, $3, $4) ON CONFLICT (operator) DO NOTHING RETURNING operator',
      [operator, name, role.data, verifier],
    );
    if (added.length === 0) throw exists(operator);
    await recordAction(sql, { who, what: 'add-operator', detail: { operator, role: role.data } });
    return made.data;
  });
}

export async function listOperators(sql: Sql): Promise<Operator[]> {
  const rows = await sql.query<OperatorRow>('SELECT operator, name, role, disabled_at FROM operators ORDER BY operator');
  return rows.map(({ operator, name, role, disabled_at }) => ({ operator, name, role, disabled: disabled_at !== null }));
}

/** Lets nobody in any more under this name, and ends what is open; the account keeps its name. @throws Failed account-unknown */
export async function disableOperator(store: Store, who: string, operator: string, now: Date): Promise<void> {
  await store.transaction(async (sql) => {
    const found = await sql.query('UPDATE operators SET disabled_at = $2 WHERE operator = $1 RETURNING operator', [operator, now]);
    if (found.length === 0) throw unknown(operator);
    await sql.query('DELETE FROM operator_sessions WHERE operator = $1', [operator]);
    await recordAction(sql, { who, what: 'disable-operator', detail: { operator } });
  });
}

/** A new passphrase ends every session that began under the old one, and every wait. @throws Failed usage, account-unknown */
export async function setPassphrase(store: Store, who: string, operator: string, passphrase: string): Promise<void> {
  const verifier = await makeVerifier(checked(passphrase));
  await store.transaction(async (sql) => {
    const found = await sql.query(
      'UPDATE operators SET verifier = $2, failures = 0, wait_until = NULL WHERE operator = $1 RETURNING operator',
      [operator, verifier],
    );
    if (found.length === 0) throw unknown(operator);
    await sql.query('DELETE FROM operator_sessions WHERE operator = $1', [operator]);
    await recordAction(sql, { who, what: 'set-passphrase', detail: { operator } });
  });
}

function checked(passphrase: string): string {
  if (newPassphrase.safeParse(passphrase).success) return passphrase;
  throw usage(`A passphrase has ${LEAST_PASSPHRASE_CHARACTERS} to 1000 characters.`, 'Choose a longer one, for example four words.');
}

function usage(happened: string, next: string): Failed {
  return new Failed({ kind: 'usage', happened, safe: 'Nothing was changed.', next, facts: {} });
}

function exists(operator: string): Failed {
  return new Failed({
    kind: 'account-exists',
    happened: `There is an account ${operator} already.`,
    safe: 'It was not changed.',
    next: 'Choose another name, or give it a new passphrase with outpost headoffice user passphrase.',
    facts: { operator },
  });
}

function unknown(operator: string): Failed {
  return new Failed({
    kind: 'account-unknown',
    happened: `There is no account ${operator}.`,
    safe: 'Nothing was changed.',
    next: 'See which there are with outpost headoffice user list.',
    facts: { operator },
  });
}
