import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { deliveriesAfter } from '../../../headoffice/receive/deliveries-after.ts';
import { enrolDevice } from '../../../headoffice/receive/enrol-device.ts';
import { logNoOf } from '../../../headoffice/receive/log-rows.ts';
import { receiveSubmission } from '../../../headoffice/receive/receive-submission.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { registerEpoch } from '../../../headoffice/receive/register-epoch.ts';
import { stateOf } from '../../../headoffice/receive/state-of.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { cosignatureLine } from '../../../ledger/note.ts';
import { parseVkey, witnessSigner } from '../../../ledger/note-keys.ts';
import type { Submission } from '../../../ledger/submission.ts';
import {
  enrolTestBranch,
  heldEntries,
  issueTestToken,
  NOW,
  openTestHeadOffice,
  TestBranchLog,
  type TestDevice,
  testBranchLog,
  testDevice,
  testEnrolment,
} from '../../support/head-office.ts';
import { startPostgres } from '../../support/postgres.ts';

const postgres = await startPostgres(['fsync=off']);
const opened: Receiving[] = [];
afterAll(async () => {
  for (const { store } of opened) await store.close();
  await postgres?.stop();
});

const engines: [name: string, database: string][] = [['PGlite', 'memory://']];
if (postgres) engines.push(['PostgreSQL', postgres.url]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

let branches = 0;

describe.each(engines)('on %s', (_name, database) => {
  let opening: Promise<Receiving> | undefined;
  const headOffice = async (): Promise<Receiving> => {
    opening ??= openTestHeadOffice(database);
    const at = await opening;
    if (!opened.includes(at)) opened.push(at);
    return at;
  };

  interface Enrolled {
    at: Receiving;
    branch: string;
    log: TestBranchLog;
    device: TestDevice;
    send(submission: Submission, acked?: number): ReturnType<typeof receiveSubmission>;
    alarms(): Promise<{ kind: string; subject: string; ended: boolean }[]>;
  }

  async function enrolled(decisions: number): Promise<Enrolled> {
    const at = await headOffice();
    const branch = `branch-${++branches}`;
    const log = testBranchLog(branch).decide(decisions);
    const device = await enrolTestBranch(at, log, branch);
    return {
      at,
      branch,
      log,
      device,
      send: (submission, acked) => receiveSubmission(at, device.id, submission, 1000, acked),
      alarms: () =>
        at.store.query('SELECT kind, subject, ended_at IS NOT NULL AS ended FROM alarms WHERE branch = $1 ORDER BY kind, subject', [
          branch,
        ]),
    };
  }

  it('countersigns growth, and gives a lost answer again, the same line, at any size that it holds', async () => {
    const { at, log, send } = await enrolled(40);
    const first = await send(log.submission(0, 8));
    const second = await send(log.submission(8));
    if (!('receipt' in first) || !('receipt' in second)) throw new Error('refused');
    const note = `${log.checkpoint()}${second.receipt.cosignatures[0]}`;
    const opened = openCheckpoint(note, parseVkey(log.signer.vkey)!, [parseVkey(at.keys.witness.vkey)!]);
    expect(opened).toMatchObject({ size: 41, cosignatures: [{ name: 'sync.bank.example/witness', time: NOW / 1000 }] });
    // The same again, one that overlaps, one without entries, one of a size that was never sent alone.
    expect(await send(log.submission(8))).toEqual(second);
    expect(await send(log.submission(0, 8))).toEqual(first);
    expect(await send(log.submission(41))).toEqual(second);
    expect(await send(log.submission(5, 20))).toMatchObject({ receipt: { size: 20 } });
    log.decide(5);
    expect(await send(log.submission(30))).toMatchObject({ receipt: { size: 46 } });
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
    const [counted] = await at.store.query<{ n: number }>('SELECT sum(decisions) AS n FROM daily_decisions WHERE log_no = $1', [
      logNoOf(log.log),
    ]);
    expect(counted?.n).toBe(45);
  });

  it('keeps of a note what the log signed, and lets nobody else’s line stand for its own', async () => {
    const { at, log, device, send } = await enrolled(3);
    const stranger = witnessSigner(at.keys.witness.name, randomBytes(32));
    const checkpoint = log.checkpoint();
    await send(log.submission(0, 4, { checkpoint: `${checkpoint}${cosignatureLine(checkpoint, stranger, 5)}` }));
    const answer = await stateOf(at, device.id, log.log);
    if (!('state' in answer)) throw new Error('refused');
    expect(answer.state.note?.split('\n').filter((line) => line.startsWith('—'))).toHaveLength(2);
    expect(openCheckpoint(answer.state.note!, parseVkey(log.signer.vkey)!, [parseVkey(at.keys.witness.vkey)!])).toMatchObject({ size: 4 });
  });

  it('refuses a checkpoint of another key, of another size or of other entries, and freezes nothing', async () => {
    const { at, log, send, alarms } = await enrolled(10);
    const other = testBranchLog().decide(10);
    const impostor = new TestBranchLog(log.origin).decide(10);
    const wrong: Submission[] = [
      log.submission(0, 5, { checkpoint: other.checkpoint(5) }),
      log.submission(0, 5, { checkpoint: impostor.checkpoint(5) }),
      log.submission(0, 5, { checkpoint: 'nonsense' }),
      log.submission(0, 5, { checkpoint: log.checkpoint(6) }),
      { ...log.submission(0, 5), entries: [...log.entries.slice(0, 4), Buffer.from('{}')] },
      { ...log.submission(0, 5), entries: [log.entries[1]!, log.entries[0]!, ...log.entries.slice(2, 5)] },
    ];
    for (const submission of wrong)
      expect(await send(submission)).toMatchObject({
        problem: { status: 422, type: 'urn:outpost:checkpoint', state: { size: 0, frozen: false } },
      });
    expect(await alarms()).toMatchObject([{ kind: 'fork', subject: `${log.origin} (unproven)`, ended: false }]);
    expect(await send(log.submission(0))).toMatchObject({ receipt: { size: 11 } });
    expect(await alarms()).toMatchObject([{ kind: 'fork', ended: true }]);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
  });

  it('says where it stands when entries are missing', async () => {
    const { log, send } = await enrolled(10);
    await send(log.submission(0, 4));
    expect(await send(log.submission(6))).toMatchObject({
      problem: { status: 409, type: 'urn:outpost:place', state: { size: 4, root: log.root(4).toString('base64') } },
    });
  });

  it('takes nothing of a first contact that does not begin with the genesis entry of its key', async () => {
    const { at, log, send } = await enrolled(3);
    const headless = log.copy(0);
    for (let n = 0; n < 3; n++) headless.decide(1);
    expect(await send(headless.submission(0))).toMatchObject({ problem: { status: 422, type: 'urn:outpost:malformed' } });
    expect(await heldEntries(at.store, log.log)).toEqual([]);
    expect(await send(log.submission(0))).toMatchObject({ receipt: { size: 4 } });
  });

  describe('of a log with two pasts', () => {
    it.each([
      ['another entry in the place of one that it holds', 8, (copy: TestBranchLog) => copy.submission(8)],
      ['a checkpoint of a size that it holds, without entries', 8, (copy: TestBranchLog) => copy.submission(12, 12)],
      ['the same entries at the end, and another past before', 8, (copy: TestBranchLog) => copy.submission(11, 14)],
      ['less than it holds, and other', 3, (copy: TestBranchLog) => copy.submission(0, 6)],
    ])('freezes it and keeps both notes: %s', async (_what, parts, sent) => {
      const { at, branch, log, send, alarms } = await enrolled(19);
      await send(log.submission(0));
      const copy = log.copy(parts).decide(12, 900);
      const answer = await send(sent(copy));
      expect(answer).toMatchObject({ problem: { status: 422, type: 'urn:outpost:fork', state: { size: 20, frozen: true } } });
      if (!('problem' in answer)) throw new Error('taken');
      expect(answer.problem.known).toContain('— sync.bank.example/witness ');
      const evidence = await at.store.query<{ known: string; sent: string }>('SELECT known, sent, kind FROM evidence WHERE log_no = $1', [
        logNoOf(log.log),
      ]);
      expect(evidence).toMatchObject([{ known: answer.problem.known, kind: 'fork' }]);
      for (const note of [evidence[0]!.known, evidence[0]!.sent])
        expect(openCheckpoint(note, parseVkey(log.signer.vkey)!)).toHaveProperty('root');
      // Nothing more is taken, of either.
      log.decide(1);
      expect(await send(log.submission(20))).toMatchObject({ problem: { type: 'urn:outpost:fork', state: { frozen: true } } });
      expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, 20));
      expect((await alarms()).filter(({ kind }) => kind === 'fork')).toEqual([{ kind: 'fork', subject: log.origin, ended: false }]);
      const acts = await at.store.query(`SELECT detail FROM actions WHERE what = 'freeze-log' AND detail ->> 'branch' = $1`, [branch]);
      expect(acts).toHaveLength(1);
    });
  });

  it('tells of a branch that went back, once and until it is where it was, and not of an old submission that comes late', async () => {
    const { at, log, send, alarms } = await enrolled(10);
    const minute = (n: number) => ({ wall: new Date(NOW + n * 60_000).toISOString() });
    await send(log.submission(0, 11, {}, minute(1)));
    await send(log.submission(0, 5, {}, { ...minute(0), logSize: 5 }));
    expect(await alarms()).toEqual([]);
    const went = log.submission(0, 5, {}, { ...minute(2), logSize: 5 });
    expect(await receiveSubmission({ ...at, carried: true }, (await firstDevice(at, log)).device, went, 1)).toMatchObject({
      receipt: { size: 5 },
    });
    expect(await alarms()).toEqual([]);
    expect(await send(went)).toMatchObject({ receipt: { size: 5 } });
    expect(await alarms()).toEqual([{ kind: 'rollback', subject: log.origin, ended: false }]);
    await send(log.submission(11, 11, {}, minute(3)));
    expect(await alarms()).toEqual([{ kind: 'rollback', subject: log.origin, ended: true }]);
    expect(await at.store.query('SELECT kind FROM evidence WHERE log_no = $1', [logNoOf(log.log)])).toEqual([{ kind: 'rollback' }]);
  });

  async function firstDevice(at: Receiving, log: TestBranchLog): Promise<{ device: string }> {
    return (await at.store.query<{ device: string }>('SELECT device FROM logs WHERE log_no = $1', [logNoOf(log.log)]))[0]!;
  }

  it('stores what it cannot read, says so, and takes what stands behind it', async () => {
    const { at, log, send, alarms } = await enrolled(2);
    const good = JSON.parse(log.entries[1]!.toString()) as Record<string, unknown>;
    const strange = [
      Buffer.from([0, 255, 254]),
      Buffer.alloc(0),
      Buffer.from('[]'),
      Buffer.from(JSON.stringify({ ...good, seq: 7, type: 'of-next-year' })),
      Buffer.from(JSON.stringify({ ...good, seq: 8, v: 2 })),
      Buffer.from(JSON.stringify({ ...good, seq: 3 })),
      Buffer.from(
        JSON.stringify({ ...good, seq: 9, wall: '0000-01-01T00:00:00.000Z', code: { ...(good.code as object), outpost: '1\u0000"\\' } }),
      ),
    ];
    for (const bytes of strange) log.appendBytes(bytes);
    log.decide(1);
    expect(await send(log.submission(0))).toMatchObject({ receipt: { size: 11 } });
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
    const rows = await at.store.query<{ trouble: string | null }>('SELECT trouble FROM entries WHERE log_no = $1 ORDER BY seq', [
      logNoOf(log.log),
    ]);
    expect(rows.map(({ trouble }) => trouble)).toEqual([
      null,
      null,
      null,
      'not-json',
      'not-json',
      'unknown-form',
      'unknown-type',
      'later-version',
      'wrong-number',
      null,
      null,
    ]);
    expect(await alarms()).toEqual([{ kind: 'unreadable-entry', subject: log.origin, ended: false }]);
  });

  it('raises alarms from what came, and ends them by what the branch reports', async () => {
    const { log, send, alarms } = await enrolled(1);
    const failure = (kind: string) => log.append({ type: 'failure', actor: 'system', role: 'system', kind, happened: 'It happened.' });
    for (const kind of ['disk-low', 'policy-expired', 'toString', 'constructor']) failure(kind);
    log.append({ type: 'clock-jump', actor: 'system', role: 'system', jump_ms: 5e9 });
    await send(
      log.submission(
        0,
        log.size,
        {},
        { troubles: ['disk-low', 'model-suspended'], wall: new Date(NOW - 11 * 60_000).toISOString(), platform: 'a\u0000\ud800' },
      ),
    );
    expect(await alarms()).toEqual([
      { kind: 'clock', subject: 'clock', ended: false },
      { kind: 'clock', subject: 'clock-jumped', ended: true },
      { kind: 'disk', subject: 'disk-low', ended: false },
      { kind: 'model', subject: 'model-suspended', ended: false },
      { kind: 'stale-policy', subject: 'policy-expired', ended: true },
    ]);
    await send(log.submission(log.size, log.size, {}, { troubles: [] }));
    expect((await alarms()).every(({ ended }) => ended)).toBe(true);
  });

  it('notices that it was set back behind what it countersigned, until it has caught up', async () => {
    const { at, log, device, send, alarms } = await enrolled(9);
    await send(log.submission(0, 5), 0);
    expect(await stateOf(at, device.id, log.log, 10)).toMatchObject({ state: { size: 5 } });
    expect(await alarms()).toEqual([{ kind: 'head-office-behind', subject: log.origin, ended: false }]);
    await send(log.submission(5, 7), 10);
    expect(await alarms()).toMatchObject([{ ended: false }]);
    await send(log.submission(7), 10);
    expect(await alarms()).toMatchObject([{ ended: true }]);
  });

  it('keeps what is in place at the branch', async () => {
    const { at, log, send } = await enrolled(0);
    const artefact = (name: string) => ({ name, version: '1.0.0', sha256: name.padEnd(64, '0') });
    const activate = (alias: 'champion' | 'challenger', name: string) =>
      log.append({
        type: 'model-activated',
        actor: 'system',
        role: 'system',
        product: 'loan',
        artefact: artefact(name),
        alias,
        previous: null,
      });
    activate('champion', 'a1');
    activate('challenger', 'b2');
    activate('challenger', 'c3');
    activate('champion', 'b2');
    log.append({ type: 'model-retired', actor: 'system', role: 'system', product: 'loan', artefact: artefact('c3'), reason: 'over' });
    activate('challenger', 'd4');
    await send(log.submission(0));
    expect(await at.store.query('SELECT place, name, seq FROM in_place WHERE log_no = $1 ORDER BY place', [logNoOf(log.log)])).toEqual([
      { place: 'app', name: 'outpost', seq: 6 },
      { place: 'challenger', name: 'd4', seq: 6 },
      { place: 'champion', name: 'b2', seq: 4 },
    ]);
  });

  it('lets no device in that was revoked, is of another branch, or was never enrolled, and raises the alarm', async () => {
    const { at, log, device, send, alarms } = await enrolled(3);
    const other = await enrolled(1);
    await send(log.submission(0, 2));
    for (const stranger of [other.device.id, testDevice().id])
      expect(await receiveSubmission(at, stranger, log.submission(2), 1)).toMatchObject({
        problem: { status: 403, type: 'urn:outpost:device' },
      });
    await at.store.query('UPDATE devices SET revoked_at = now() WHERE device = $1', [device.id]);
    for (const refused of [
      await send(log.submission(2)),
      await stateOf(at, device.id, log.log),
      await deliveriesAfter(at, device.id, log.log, 0),
      await registerEpoch(at, device.id, log.epoch),
    ])
      expect(refused).toMatchObject({ problem: { status: 403, type: 'urn:outpost:device' } });
    expect((await alarms()).filter(({ kind }) => kind === 'device')).toHaveLength(3);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, 2));
  });

  describe('of epochs', () => {
    it('goes on in the same tree under the new key, and keeps what the old one had beyond', async () => {
      const { at, log, device, send, alarms } = await enrolled(19);
      await send(log.submission(0, 15));
      const next = new TestBranchLog(`${log.origin}-next`, { log, size: 12 }).decide(4, 500);
      const registered = await registerEpoch(at, device.id, next.epoch);
      expect(registered).toMatchObject({ state: { size: 12, root: log.root(12).toString('base64'), note: null } });
      expect(await registerEpoch(at, device.id, next.epoch)).toEqual(registered);
      expect(await send(next.submission(12))).toMatchObject({ receipt: { size: 17 } });
      expect(await send(next.submission(3))).toMatchObject({ receipt: { size: 17 } });
      expect(await send(next.submission(3, 9))).toMatchObject({ receipt: { size: 9 } });
      expect(await heldEntries(at.store, next.log)).toEqual(next.entries);
      expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, 15));
      expect(await alarms()).toMatchObject([{ kind: 'new-epoch', subject: next.origin }]);
      const [alarm] = await at.store.query<{ detail: string }>('SELECT detail FROM alarms WHERE subject = $1', [next.origin]);
      expect(alarm?.detail).toContain('holds 3 entries of the epoch before that are not in it');
    });

    it('takes the tail of the old epoch that never came under the new key, through several epochs', async () => {
      const { at, log, device, send } = await enrolled(9);
      await send(log.submission(0, 4));
      const second = new TestBranchLog(`${log.origin}-2`, { log, size: 10 }).decide(3, 700);
      const third = new TestBranchLog(`${log.origin}-3`, { log: second, size: 13 }).decide(2, 800);
      expect(await registerEpoch(at, device.id, third.epoch)).toMatchObject({ problem: { status: 404, type: 'urn:outpost:log' } });
      expect(await registerEpoch(at, device.id, second.epoch)).toMatchObject({ state: { size: 4 } });
      expect(await registerEpoch(at, device.id, third.epoch)).toMatchObject({ state: { size: 4 } });
      expect(await send(third.submission(4, 8))).toMatchObject({ receipt: { size: 8 } });
      expect(await send(third.submission(8))).toMatchObject({ receipt: { size: 16 } });
      expect(await heldEntries(at.store, third.log)).toEqual(third.entries);
    });

    it('refuses an epoch whose genesis entry is not where it was said to be, or of another branch', async () => {
      const { at, log, device, send } = await enrolled(9);
      const other = await enrolled(2);
      await send(log.submission(0));
      const next = new TestBranchLog(`${log.origin}-next`, { log, size: 10 }).decide(1);
      const moved = { ...next.epoch, previous: { origin: log.origin, size: 9 } };
      expect(await registerEpoch(at, device.id, moved)).toMatchObject({ state: { size: 9 } });
      expect(await send(next.submission(9))).toMatchObject({ problem: { status: 422, type: 'urn:outpost:malformed' } });
      const theirs = new TestBranchLog(`${log.origin}-theirs`, { log, size: 10 });
      expect(await registerEpoch(at, other.device.id, theirs.epoch)).toMatchObject({ problem: { status: 403 } });
      expect(await registerEpoch(at, other.device.id, log.epoch)).toMatchObject({ problem: { status: 422 } });
      expect(await registerEpoch(at, device.id, { ...theirs.epoch, vkey: log.signer.vkey })).toMatchObject({ problem: { status: 400 } });
    });
  });

  describe('of enrolments', () => {
    it('takes a branch file once, and the same PC with it again', async () => {
      const at = await headOffice();
      const branch = `branch-${++branches}`;
      await at.store.query('INSERT INTO branches (branch, name) VALUES ($1, $1)', [branch]);
      const log = testBranchLog(branch).decide(3);
      const [device, second] = [testDevice(), testDevice()];
      const token = await issueTestToken(at.store, branch);
      const first = await enrolDevice(at, testEnrolment(log, device, branch, token));
      expect(first).toMatchObject({ enrolled: { branch, device: device.id, state: { size: 0, frozen: false } } });
      expect(await enrolDevice(at, testEnrolment(log, device, branch, token))).toEqual(first);
      const refusals = [
        testEnrolment(log, second, branch, token),
        testEnrolment(log, second, branch, 'a'.repeat(43)),
        testEnrolment(log, second, 'another', await issueTestToken(at.store, branch)),
        testEnrolment(log, second, branch, await issueTestToken(at.store, branch, NOW - 1)),
      ];
      for (const refused of refusals)
        expect(await enrolDevice(at, refused)).toMatchObject({ problem: { status: 403, type: 'urn:outpost:token' } });
      expect(
        await enrolDevice(at, {
          ...testEnrolment(log, second, branch, token),
          device: { ...testEnrolment(log, device, branch, token).device, id: second.id },
        }),
      ).toMatchObject({ problem: { status: 400 } });
      // What cannot be is undone as a whole: the file stays good.
      const fresh = await issueTestToken(at.store, branch);
      const wrong = { ...testEnrolment(log, second, branch, fresh), vkey: testBranchLog().signer.vkey };
      expect(await enrolDevice(at, wrong)).toMatchObject({ problem: { status: 400 } });
      const replacement = testBranchLog(branch);
      expect(await enrolDevice(at, testEnrolment(replacement, second, branch, fresh))).toMatchObject({ enrolled: { device: second.id } });
    });

    it('takes a folder that has lived through epochs before it was enrolled as one log', async () => {
      const at = await headOffice();
      const branch = `branch-${++branches}`;
      await at.store.query('INSERT INTO branches (branch, name) VALUES ($1, $1)', [branch]);
      const old = testBranchLog(branch).decide(5);
      const log = new TestBranchLog(`${old.origin}-now`, { log: old, size: 6 }).decide(4, 300);
      const device = testDevice();
      const answer = await enrolDevice(at, testEnrolment(log, device, branch, await issueTestToken(at.store, branch)));
      expect(answer).toMatchObject({ enrolled: { state: { size: 0 } } });
      expect(await receiveSubmission(at, device.id, log.submission(0), 1)).toMatchObject({ receipt: { size: 11 } });
      expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
    });
  });

  it('gives deliveries in order, so many at a time', async () => {
    const { at, log, device } = await enrolled(1);
    for (let n = 1; n <= 60; n++)
      await at.store.query('INSERT INTO deliveries (log_no, delivery, note) VALUES ($1, $2, $3)', [logNoOf(log.log), n, `note ${n}`]);
    const first = await deliveriesAfter(at, device.id, log.log, 0);
    expect(first).toMatchObject({ deliveries: { notes: { length: 50, 0: 'note 1', 49: 'note 50' } } });
    expect(await deliveriesAfter(at, device.id, log.log, 50)).toMatchObject({ deliveries: { notes: { length: 10 } } });
    expect(await stateOf(at, device.id, log.log)).toMatchObject({ state: { deliveries: 60 } });
  });

  it('lets one of many that race win, and never two roots of one size', async () => {
    const { at, log, send } = await enrolled(30);
    await send(log.submission(0, 10));
    const copies = Array.from({ length: 4 }, (_, n) => log.copy(10).decide(5, 1000 * (n + 1)));
    const answers = await Promise.all([...copies, ...copies].map((copy) => send(copy.submission(10))));
    const sizes = answers.filter((answer) => 'receipt' in answer);
    // The first that was taken, and perhaps its own repetition before another one froze the log.
    expect(sizes.length).toBeGreaterThan(0);
    expect(new Set(sizes.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const held = await heldEntries(at.store, log.log);
    expect(copies.filter((copy) => copy.entries.every((bytes, i) => bytes.equals(held[i]!)))).toHaveLength(1);
    expect(held).toHaveLength(15);
    expect(await at.store.query('SELECT size FROM checkpoints WHERE log_no = $1 ORDER BY size', [logNoOf(log.log)])).toEqual([
      { size: 10 },
      { size: 15 },
    ]);
  });
});
