import { isContractProcedure } from '@orpc/contract';
import { type AnyProcedure, call, isProcedure } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Branch } from '../../../branch/open-branch.ts';
import { createAccount, setDisabled } from '../../../branch/people/accounts.ts';
import { Line } from '../../../branch/people/line.ts';
import { Sessions } from '../../../branch/people/sessions.ts';
import type { CallMeta } from '../../../contract/call.ts';
import { serviceContract } from '../../../contract/ipc.ts';
import type { PersonRole } from '../../../contract/people.ts';
import { PERMISSIONS } from '../../../contract/permissions.ts';
import { makeRouter } from '../../../electron/service/router.ts';
import { NO_SHELL } from '../../support/no-shell.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { comeIn, PEOPLE, type People, withPeople } from '../../support/people.ts';

/** Who may make which call, told a second time. A new call is to be entered here by whoever makes it. */
const officer = 'officer';
const supervisor = 'supervisor';
const auditor = 'auditor';
const all: readonly PersonRole[] = [officer, supervisor, auditor, 'it'];
const MAY_CALL: Record<string, readonly PersonRole[] | 'nobody'> = {
  'door.watch': 'nobody',
  'door.begin': 'nobody',
  'door.signIn': 'nobody',
  'door.resume': 'nobody',
  'door.lock': 'nobody',
  'door.signOut': 'nobody',
  'door.changePassphrase': 'nobody',
  'enrolment.state': ['it'],
  'enrolment.read': ['it'],
  'enrolment.enrol': ['it'],
  'enrolment.readFirst': 'nobody',
  'enrolment.enrolFirst': 'nobody',
  'people.list': ['it'],
  'people.create': ['it'],
  'people.setRole': ['it'],
  'people.setDisabled': ['it'],
  'people.setPassphrase': ['it'],
  'office.status': all,
  'office.watch': all,
  'products.list': all,
  'products.modelCard': all,
  'drafts.get': [officer, supervisor],
  'drafts.save': [officer, supervisor],
  'drafts.discard': [officer, supervisor],
  'applications.decide': [officer, supervisor],
  'decisions.list': [officer, supervisor, auditor],
  'decisions.get': [officer, supervisor, auditor],
  'reviews.list': [officer, supervisor, auditor],
  'reviews.waiting': [supervisor],
  'reviews.record': [supervisor],
  'receipts.get': [officer, supervisor, auditor],
  'log.verify': all,
  'audit.rows': [auditor],
  'audit.facets': [auditor],
  'audit.timeline': [auditor],
  'audit.entry': [auditor],
  'audit.replay': [auditor],
  'audit.activity': [auditor],
  'audit.exportEvidence': [auditor],
  'audit.setHold': [auditor],
  'audit.holds': [supervisor, auditor],
  'keep.previewErasure': [supervisor],
  'keep.erase': [supervisor],
  'keep.due': [supervisor],
  'keep.backUp': ['it'],
  'keep.recoveryKey': ['it'],
  'keep.renewRecoveryKey': ['it'],
  'keep.restore': 'nobody',
  'updates.state': [supervisor, auditor, 'it'],
  'updates.check': ['it'],
  'updates.checkFolder': ['it'],
  'updates.history': [supervisor, auditor, 'it'],
  'updates.shadow': [supervisor, auditor, 'it'],
  'updates.switchTo': ['it'],
  'updates.rollBack': ['it'],
  'updates.suspend': [supervisor, 'it'],
  'updates.resume': ['it'],
  'updates.confirm': [supervisor, 'it'],
  'updates.dismiss': [supervisor, 'it'],
  'sync.state': all,
  'sync.now': all,
  'sync.set': ['it'],
  'sync.exportStick': ['it'],
  'sync.importStick': ['it'],
};

interface Procedure {
  name: string;
  needs: CallMeta['needs'];
}

function proceduresOf(node: unknown, path: readonly string[] = []): Procedure[] {
  if (isContractProcedure(node)) return [{ name: path.join('.'), needs: (node['~orpc'].meta as CallMeta).needs }];
  return Object.entries(node as object).flatMap(([key, child]) => proceduresOf(child, [...path, key]));
}

const procedures = proceduresOf(serviceContract);
const router = makeRouter(NO_SHELL);
const offices = new Offices();
let branch: Branch;
let sessions: Sessions;
let people: People;
const lines = new Map<string, Line>();

beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  people = await withPeople(branch);
  sessions = new Sessions(branch);
  for (const role of all) lines.set(role, await comeIn(sessions, role));
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

function procedureAt(name: string): AnyProcedure {
  const procedure = name.split('.').reduce((node, key) => (node as Record<string, unknown>)[key], router as unknown);
  if (!isProcedure(procedure)) throw new Error(`${name} is not implemented`);
  return procedure;
}

/**
 * Makes the call with nothing in it, and tells how the door kept it out; null: it let the call through, whose schema then refuses it (or
 * which, needing nothing, was answered).
 */
async function keptOut(line: Line, name: string): Promise<string | null> {
  const procedure = procedureAt(name);
  const gone = new AbortController();
  try {
    const answer: unknown = await call(procedure, undefined, { context: { line }, signal: gone.signal });
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer)
      await (answer as AsyncGenerator<unknown>).return(undefined);
    return null;
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { kind?: string } };
    if (code === 'BAD_REQUEST') return null;
    if (code === 'FAILED' && data?.kind !== undefined) return data.kind;
    throw error;
  } finally {
    gone.abort();
  }
}

/** Calls that do something at once need nothing typed: they are only made where they must be refused. */
const ACTS_AT_ONCE = ['door.lock', 'door.signOut', 'keep.backUp', 'keep.renewRecoveryKey', 'updates.check', 'sync.now'];

describe('every call of the contract', () => {
  it('stands in the table, with the roles that its declaration means', () => {
    const declared = procedures.map(({ name, needs }) => {
      const may =
        needs === 'nobody' ? needs : all.filter((role) => needs.length === 0 || needs.some((one) => PERMISSIONS[role].includes(one)));
      return [name, may] as const;
    });
    const expected = Object.fromEntries(procedures.map(({ name }) => [name, MAY_CALL[name]]));
    expect(Object.fromEntries(declared)).toEqual(expected);
    expect(procedures.length).toBeGreaterThan(20);
  });

  it.each(procedures)('$name is answered for those who may, and refused to everybody else before it runs', async ({ name }) => {
    const may = MAY_CALL[name] ?? [];
    for (const role of all) {
      const isAllowed = may === 'nobody' || may.includes(role);
      if (isAllowed && ACTS_AT_ONCE.includes(name)) continue;
      const { size } = branch.log.frontier;
      expect(await keptOut(lines.get(role)!, name), `${name} for ${role}`).toBe(isAllowed ? null : 'not-allowed');
      expect(branch.log.frontier.size).toBe(size);
    }
  });

  it('is refused to who is signed out, locked or yet to choose a passphrase, but for the door', async () => {
    await createAccount(people.it, { account: 'noor', name: 'Noor', role: 'supervisor', passphrase: 'first of many' });
    const mustChange = new Line(sessions);
    await mustChange.signIn('noor', 'first of many');
    const locked = await comeIn(sessions, 'supervisor');
    locked.lock();
    const ended = await comeIn(sessions, 'supervisor');
    setDisabled(people.it, PEOPLE.supervisor.account, true);
    const behind: [Line, string][] = [
      [new Line(sessions), 'session-over'],
      [mustChange, 'not-allowed'],
      [ended, 'session-over'],
    ];
    setDisabled(people.it, PEOPLE.supervisor.account, false);
    const lockedAgain = await comeIn(sessions, 'supervisor');
    lockedAgain.lock();
    behind.push([lockedAgain, 'session-locked'], [locked, 'session-over']);
    for (const { name, needs } of procedures)
      for (const [line, kind] of behind)
        if (needs !== 'nobody') expect(await keptOut(line, name), `${name} for ${line.session.state}`).toBe(kind);
  });
});

describe('a long answer', () => {
  it('ends when the person is no longer at work', async () => {
    const line = await comeIn(sessions, 'officer');
    const watching = (await call(procedureAt('office.watch'), undefined, { context: { line } })) as AsyncGenerator<unknown>;
    expect((await watching.next()).done).toBe(false);
    const waiting = watching.next();
    line.lock();
    await expect(waiting).rejects.toMatchObject({ code: 'FAILED', data: { kind: 'session-locked' } });
  });
});
