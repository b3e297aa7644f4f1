import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { setHold } from '../../../branch/erasure/holds.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { Line } from '../../../branch/people/line.ts';
import { Sessions } from '../../../branch/people/sessions.ts';
import { backup } from '../../../contract/keep-calls.ts';
import { makeRouter, type Shell } from '../../../electron/service/router.ts';
import { application } from '../../support/application.ts';
import { backedUp } from '../../support/backups.ts';
import { NO_SHELL } from '../../support/no-shell.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { comeIn, type People, withPeople } from '../../support/people.ts';

const DAY_MS = 86_400_000;
const offices = new Offices();
let mono = 0;
let branch: Branch;
let people: People;
let sessions: Sessions;
const decided: { application: string; seq: number }[] = [];

beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy(), { clock: { now: () => NOON + mono, mono: () => ++mono } });
  people = await withPeople(branch);
  for (let i = 0; i < 4; i++) {
    const one = application();
    decided.push({ application: one.applicationId, seq: (await decideApplication(people.officer, one)).seq });
    mono += DAY_MS;
  }
  sessions = new Sessions(branch);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

const callsOf = (line: Line, shell: Shell = NO_SHELL) => createRouterClient(makeRouter(shell), { context: { line } });
const failed = (kind: string) => ({ code: 'FAILED', data: { kind } });

describe('a supervisor’s screen', () => {
  it('has nothing due while everything must be kept, and then the oldest first, but for what is held', async () => {
    const calls = callsOf(await comeIn(sessions, 'supervisor'));
    expect(await calls.keep.due()).toEqual({ months: 25, records: [], total: 0 });
    // 25 months of the first two days: until 1 and 2 January 2029.
    mono = Date.parse('2029-01-03T08:00:00.000Z') - NOON;
    const calls2 = callsOf(await comeIn(sessions, 'supervisor'));
    const [first, second] = decided as [(typeof decided)[0], (typeof decided)[0]];
    const both = [
      { ...first, keptUntil: '2029-01-01' },
      { ...second, keptUntil: '2029-01-02' },
    ];
    expect(await calls2.keep.due()).toEqual({ months: 25, records: both, total: 2 });
    setHold(people.auditor, { application: first.application, hold: true, reason: 'complaint' });
    expect(await calls2.keep.due()).toEqual({ months: 25, records: [both[1]], total: 1 });
    setHold(people.auditor, { application: first.application, hold: false, reason: 'ended' });
    expect(await calls2.keep.due()).toMatchObject({ total: 2 });
  });

  it('previews and erases, is told what lies beyond, and has one less due', async () => {
    const calls = callsOf(await comeIn(sessions, 'supervisor'));
    const { application: subject } = decided[0]!;
    expect(await calls.keep.previewErasure({ application: subject })).toMatchObject({ alreadyErased: false, refusal: null });
    const erased = await calls.keep.erase({ application: subject, ground: 'retention-over' });
    expect(erased).toEqual({ seq: expect.any(Number), deleted: [], takenAway: [], backupsBefore: [], isClean: true });
    expect((await calls.keep.due()).records.map(({ application: one }) => one)).toEqual([decided[1]!.application]);
    await expect(calls.keep.erase({ application: subject, ground: 'retention-over' })).rejects.toMatchObject(failed('already-erased'));
    const { application: kept } = decided[3]!;
    await expect(calls.keep.erase({ application: kept, ground: 'subject-request' })).rejects.toMatchObject(failed('retention-holds'));
  });
});

describe('the screen of IT', () => {
  it('backs up once somebody has a recovery key', async () => {
    const calls = callsOf(await comeIn(sessions, 'it'));
    expect(await calls.keep.recoveryKey()).toEqual({ state: 'unseen' });
    await expect(calls.keep.backUp()).rejects.toMatchObject(failed('recovery-key-missing'));
    expect((await calls.keep.renewRecoveryKey()).recoveryKey).toMatch(/^(\w{5}-){6}\w{5}$/);
    expect(await calls.keep.recoveryKey()).toEqual({ state: 'given' });
    const made = backup.parse(await calls.keep.backUp());
    expect(existsSync(made.file)).toBe(true);
  });

  it('does not put a branch aside that has accounts', async () => {
    const { file, recoveryKey } = await backedUp(branch);
    await expect(callsOf(new Line(sessions)).keep.restore({ file, recoveryKey })).rejects.toMatchObject(failed('not-allowed'));
  });
});

describe('the screen of a first use', () => {
  it('restores: the branch makes way, its content is kept beside, and the restored one asks for a sign-in', async () => {
    const made = await backedUp(branch);
    const folder = offices.copy();
    const fresh = await openedBranch(folder);
    const own = fresh.log.branch;
    let madeWay = 0;
    const shell: Shell = {
      protection: { wrap: 'passphrase', passphrase: 'another horse' },
      updates: NO_SHELL.updates,
      sync: NO_SHELL.sync,
      enrolment: NO_SHELL.enrolment,
      makeWay: () => {
        madeWay += 1;
      },
    };
    const calls = callsOf(new Line(new Sessions(fresh)), shell);
    const wrong = made.recoveryKey.replace(/.$/, (letter) => (letter === '7' ? '8' : '7'));
    await expect(calls.keep.restore({ file: made.file, recoveryKey: wrong })).rejects.toMatchObject(failed('recovery-key-wrong'));
    await expect(calls.keep.restore({ file: join(folder, 'key.json'), recoveryKey: wrong })).rejects.toMatchObject(
      failed('backup-unreadable'),
    );
    expect(madeWay).toBe(0);
    expect(await calls.keep.restore({ file: made.file, recoveryKey: made.recoveryKey })).toEqual({ state: 'signed-out' });
    await expect(calls.keep.restore({ file: made.file, recoveryKey: made.recoveryKey })).rejects.toMatchObject(failed('usage'));
    expect(madeWay).toBe(1);
    expect(fresh.log.branch).toBe(own);
    await fresh.close();

    const restored = await openedBranch(folder, { openers: { passphrase: 'another horse', keyStore: null } });
    expect(restored.log.branch).toBe(branch.log.branch);
    expect(new Line(new Sessions(restored)).session).toEqual({ state: 'signed-out' });
    await restored.close();
    expect(readdirSync(folder).sort()).toEqual(
      ['before-restore-1', 'key.json', 'models', 'outpost.db', 'outpost.db-lock', 'policies', 'products'].sort(),
    );
    const aside = await openedBranch(join(folder, 'before-restore-1'));
    expect(aside.log.branch).toBe(own);
    await aside.close();
  });

  it('is not put aside when somebody made the first account meanwhile', async () => {
    const made = await backedUp(branch);
    const folder = offices.copy();
    const fresh = await openedBranch(folder);
    const line = new Line(new Sessions(fresh));
    const restoring = callsOf(line).keep.restore({ file: made.file, recoveryKey: made.recoveryKey });
    const refused = expect(restoring).rejects.toMatchObject(failed('not-allowed'));
    await withPeople(fresh);
    await refused;
    expect(readdirSync(folder).filter((name) => /restore/.test(name))).toEqual([]);
    await fresh.close();
  });
});
