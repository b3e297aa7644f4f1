import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addOperator, disableOperator, listOperators, setPassphrase } from '../../../headoffice/operators/accounts.ts';
import { requirePermission } from '../../../headoffice/operators/permissions.ts';
import { findSession, formToken, isFormToken } from '../../../headoffice/operators/sessions.ts';
import { signIn, signOut, waitAfter } from '../../../headoffice/operators/sign-in.ts';
import { fitsVerifier, makeVerifier } from '../../../headoffice/operators/verifier.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';

const PASSPHRASE = 'correct horse battery';
const MINUTE = 60_000;
let store: Store;
let clock = Date.UTC(2026, 4, 20, 12);
const now = () => new Date(clock);

beforeAll(async () => {
  store = await openStore({ database: 'memory://', partitions: 1 });
  await addOperator(store, 'cli:root', { operator: 'agnes', name: 'Agnes Bell', role: 'operator', passphrase: PASSPHRASE });
  await cheapen('agnes');
});
afterAll(async () => await store.close());

/** At a cost that a test can pay: what an account keeps says itself what it costs. */
const cheapen = async (operator: string, passphrase = PASSPHRASE) =>
  await store.query('UPDATE operators SET verifier = $2 WHERE operator = $1', [
    operator,
    await makeVerifier(passphrase, { ln: 8, r: 8, p: 1 }),
  ]);
const enter = (passphrase: string, operator = 'agnes', before: string | null = null) =>
  signIn(store, now(), { operator, passphrase, before });
const refusedWith = async (tried: Promise<unknown>) => {
  const error = (await tried.then(
    () => null,
    (error: unknown) => error,
  )) as { failure?: { kind: string; happened: string } } | null;
  return error?.failure ?? null;
};

describe('the door', () => {
  it('lets somebody in with their passphrase, and keeps of the token only its hash', async () => {
    const token = await enter(PASSPHRASE);
    expect(await findSession(store, token, now())).toEqual({ operator: 'agnes', name: 'Agnes Bell', role: 'operator' });
    const [row] = await store.query<{ token_sha256: string }>('SELECT token_sha256 FROM operator_sessions');
    expect(row!.token_sha256).not.toContain(token);
    expect(await findSession(store, row!.token_sha256, now())).toBeNull();
    await signOut(store, 'agnes', token);
    expect(await findSession(store, token, now())).toBeNull();
  });

  it('ends a session after 30 minutes without a page, and after 12 hours however busy', async () => {
    const token = await enter(PASSPHRASE);
    const other = await enter(PASSPHRASE);
    clock += 29 * MINUTE;
    expect(await findSession(store, token, now())).not.toBeNull();
    clock += 2 * MINUTE;
    expect(await findSession(store, token, now())).not.toBeNull();
    expect(await findSession(store, other, now())).toBeNull();
    for (let passed = 31; passed < 12 * 60; passed += 20) {
      clock += 20 * MINUTE;
      await findSession(store, token, now());
    }
    clock += MINUTE;
    expect(await findSession(store, token, now())).toBeNull();
  });

  it('doubles the wait with each failure in a row, keeps it in the table, and says no in the same words to whom it does not know', async () => {
    expect([0, 1, 2, 3, 20].map(waitAfter)).toEqual([0, 1000, 2000, 4000, 3_600_000]);
    const wrong = await refusedWith(enter('not the passphrase'));
    expect(wrong?.kind).toBe('sign-in-refused');
    // Right, but too early: to the table, not to this process.
    const early = await refusedWith(enter(PASSPHRASE));
    const unknown = await refusedWith(enter('not the passphrase', 'nobody'));
    expect(early).toEqual(wrong);
    expect(unknown).toEqual(wrong);
    const [row] = await store.query<{ failures: number; wait_until: Date }>('SELECT failures, wait_until FROM operators');
    expect(row).toEqual({ failures: 1, wait_until: new Date(clock + 1000) });
    clock += 1001;
    await refusedWith(enter('not the passphrase'));
    clock += 1500;
    expect(await refusedWith(enter(PASSPHRASE))).not.toBeNull();
    clock += 600;
    expect(await refusedWith(enter(PASSPHRASE))).toBeNull();
    expect((await store.query('SELECT failures, wait_until FROM operators'))[0]).toEqual({ failures: 0, wait_until: null });
  });

  it('looks at one of many tries at once', async () => {
    const tried = await Promise.all(Array.from({ length: 6 }, () => refusedWith(enter('not the passphrase'))));
    expect(tried.every((failure) => failure?.kind === 'sign-in-refused')).toBe(true);
    const [row] = await store.query<{ failures: number }>('SELECT failures FROM operators');
    expect(row!.failures).toBe(1);
    clock += 1001;
  });

  it('lets nobody in who was disabled, and ends what is open', async () => {
    await addOperator(store, 'cli:root', { operator: 'victor', name: 'Victor', role: 'viewer', passphrase: PASSPHRASE });
    await cheapen('victor');
    const token = await enter(PASSPHRASE, 'victor');
    await disableOperator(store, 'cli:root', 'victor', now());
    expect(await findSession(store, token, now())).toBeNull();
    expect((await refusedWith(enter(PASSPHRASE, 'victor')))?.kind).toBe('sign-in-refused');
    expect(await listOperators(store)).toContainEqual({ operator: 'victor', name: 'Victor', role: 'viewer', disabled: true });
  });

  it('ends sessions and waits with a new passphrase', async () => {
    const token = await enter(PASSPHRASE);
    await refusedWith(enter('not the passphrase'));
    await setPassphrase(store, 'cli:root', 'agnes', 'another long one');
    await cheapen('agnes', 'another long one');
    expect(await findSession(store, token, now())).toBeNull();
    expect(await refusedWith(enter(PASSPHRASE))).not.toBeNull();
    clock += 1001;
    expect(await refusedWith(enter('another long one'))).toBeNull();
  });

  it('records who came, who failed and who is locked, and never what was typed as a name of nobody', async () => {
    for (let i = 0; i < 5; i++) {
      await refusedWith(enter('not the passphrase'));
      clock += 3_600_000;
    }
    await refusedWith(enter('x', 'my-secret-typed-here'));
    const actions = await store.query<{ who: string; what: string; detail: object }>('SELECT who, what, detail FROM actions');
    const said = JSON.stringify(actions);
    expect(said).not.toContain('my-secret-typed-here');
    expect(said).not.toContain('passphrase":"');
    expect(actions).toContainEqual({ who: 'nobody', what: 'sign-in-failed', detail: { operator: null, failures: 0, wait_seconds: 0 } });
    expect(actions).toContainEqual({ who: 'nobody', what: 'lock-operator', detail: { operator: 'agnes', wait_seconds: 16 } });
    for (const what of ['add-operator', 'sign-in', 'sign-out', 'disable-operator', 'set-passphrase'])
      expect(actions.map((action) => action.what)).toContain(what);
  });
});

it('refuses short passphrases, strange names and roles that are none', async () => {
  const add = (change: object) =>
    refusedWith(addOperator(store, 'cli:root', { operator: 'new', name: 'New', role: 'viewer', passphrase: PASSPHRASE, ...change }));
  expect((await add({ passphrase: 'short' }))?.kind).toBe('usage');
  expect((await add({ operator: 'New Name' }))?.kind).toBe('usage');
  expect((await add({ role: 'admin' }))?.kind).toBe('usage');
  expect((await add({ operator: 'agnes' }))?.kind).toBe('account-exists');
  expect((await refusedWith(setPassphrase(store, 'cli:root', 'nobody', PASSPHRASE)))?.kind).toBe('account-unknown');
});

it('takes a passphrase in whatever way the keyboard composes its letters', async () => {
  const verifier = await makeVerifier('Zoë likes long words'.normalize('NFD'));
  expect(await fitsVerifier('Zoë likes long words'.normalize('NFC'), verifier)).toBe(true);
  expect(verifier).toMatch(/^\$scrypt\$ln=16,r=8,p=2\$/);
});

it('ties a form to its session', () => {
  expect(isFormToken(formToken('one'), 'one')).toBe(true);
  expect(isFormToken(formToken('one'), 'two')).toBe(false);
  expect(isFormToken(undefined, 'one')).toBe(false);
});

it('gives auditors no buttons, and operators no decisions', () => {
  expect(() => requirePermission('auditor', 'manage-fleet')).toThrow(/only operators/);
  expect(() => requirePermission('operator', 'see-decisions')).toThrow(/only auditors/);
  expect(() => requirePermission('viewer', 'see-actions')).toThrow(/only auditors/);
  expect(() => requirePermission('auditor', 'see-decisions')).not.toThrow();
});
