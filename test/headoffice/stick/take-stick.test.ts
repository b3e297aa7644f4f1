/** Sticks at head office: lost, repeated, reordered, stale, edited, half-copied, of several branches, of a device that was revoked. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PROBLEMS, STICK_FOLDER, SYNC_LIMITS } from '../../../contract/sync.ts';
import { deliverWaiting } from '../../../headoffice/outcomes/deliver-outcomes.ts';
import { logNoOf } from '../../../headoffice/receive/log-rows.ts';
import { copyUpdates, UPDATES_FOLDER } from '../../../headoffice/stick/copy-updates.ts';
import { takeStick } from '../../../headoffice/stick/take-stick.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { formatSubmission } from '../../../ledger/submission.ts';
import {
  enrolTestBranch,
  heldEntries,
  issueTestToken,
  NOW,
  openTestHeadOffice,
  TestBranchLog,
  testBranchLog,
  testDevice,
  testEnrolment,
} from '../../support/head-office.ts';
import { applicationId } from '../../support/log-samples.ts';
import { envelopeOf, readReplies, type StickDevice, stickDevice, writeEntries, writeToStick } from '../../support/stick-files.ts';

const at = await openTestHeadOffice();
const room = mkdtempSync(join(tmpdir(), 'stick-'));
let made = 0;
let stick: string;

beforeEach(() => {
  stick = join(room, String(made++));
  writeToStick(stick, 'readme', 'x', Buffer.from('not ours'));
});
afterAll(async () => {
  await at.store.close();
  rmSync(room, { recursive: true, force: true });
});

const office = at.keys.recipient;
const take = (from = stick) => takeStick(at, from, 'ines');

async function branchWith(decisions: number, branch = 'madrid-01'): Promise<{ log: TestBranchLog; device: StickDevice }> {
  const log = testBranchLog(branch).decide(decisions);
  const device = await stickDevice(await enrolTestBranch(at, log, branch));
  await at.store.query('UPDATE devices SET recipient = $2 WHERE device = $1', [device.id, device.recipient]);
  return { log, device };
}
const put = (log: TestBranchLog, device: StickDevice, from: number, to: number, deliveries = 0) =>
  writeEntries(stick, log, device, office, [from, to], deliveries);

/** Head office has the log as far as the branch has put it on sticks, and the branch can see that for itself. */
async function agree(log: TestBranchLog, device: StickDevice, size = log.size, on = stick): Promise<void> {
  expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, size));
  const reply = (await readReplies(on, log.log, device)).at(-1)!;
  expect(reply.state).toMatchObject({ size, root: log.root(size).toString('base64'), frozen: false });
  const opened = openCheckpoint(reply.state.note!, parseVkey(log.signer.vkey)!, [parseVkey(at.keys.witness.vkey)!]);
  expect(opened).toMatchObject({ size, root: log.root(size), cosignatures: [{ name: at.keys.witness.name, time: NOW / 1000 }] });
}

describe('a stick', () => {
  it('brings entries once, and takes head office’s line back, whatever else lies on it', async () => {
    const { log, device } = await branchWith(9);
    await put(log, device, 0, 4);
    await put(log, device, 4, 10);
    const before = readdirSync(join(stick, STICK_FOLDER, log.log));
    expect(await take()).toEqual({
      logs: [
        {
          log: log.log,
          branch: 'madrid-01',
          taken: 10,
          known: 0,
          size: 10,
          refused: [],
          replies: [expect.stringMatching(/reply-0000000010-[0-9a-f]{8}\.age$/)],
        },
      ],
      unknown: ['readme'],
    });
    await agree(log, device);
    expect(readdirSync(join(stick, STICK_FOLDER, log.log))).toEqual(expect.arrayContaining(before));
  });

  it('that comes twice changes nothing and does not fill', async () => {
    const { log, device } = await branchWith(5);
    await put(log, device, 0, 6);
    await take();
    const held = readdirSync(join(stick, STICK_FOLDER, log.log));
    expect((await take()).logs).toMatchObject([{ taken: 0, known: 6, size: 6, refused: [] }]);
    expect(readdirSync(join(stick, STICK_FOLDER, log.log))).toEqual(held);
    await agree(log, device);
  });

  it('that was lost leaves a gap: the next says where head office stands, and the one after fills it', async () => {
    const { log, device } = await branchWith(9);
    await put(log, device, 6, 10);
    expect((await take()).logs).toMatchObject([{ taken: 0, size: 0, refused: [{ type: PROBLEMS.place }] }]);
    expect(await readReplies(stick, log.log, device)).toMatchObject([{ state: { size: 0 }, refused: [{ type: PROBLEMS.place }] }]);
    await put(log, device, 0, 10);
    expect((await take()).logs).toMatchObject([{ taken: 10, known: 4, refused: [] }]);
    await agree(log, device);
  });

  it('whose files lie there under each other’s names is taken in the order that is signed', async () => {
    const { log, device } = await branchWith(11);
    const files = [await put(log, device, 0, 3), await put(log, device, 3, 7), await put(log, device, 7, 12)];
    renameSync(files[0]!, `${files[2]}.x`);
    renameSync(files[2]!, files[0]!);
    renameSync(`${files[2]}.x`, files[2]!);
    expect((await take()).logs).toMatchObject([{ taken: 12, refused: [] }]);
    await agree(log, device);
  });

  it('that is older than what came since by line is taken for what it is', async () => {
    const { log, device } = await branchWith(5);
    await put(log, device, 0, 6);
    const old = join(room, `${made++}`);
    cpSync(stick, old, { recursive: true });
    log.decide(5);
    await put(log, device, 6, 11);
    await take();
    expect((await take(old)).logs).toMatchObject([{ taken: 0, known: 6, size: 11, refused: [] }]);
    await agree(log, device, 11, old);
    expect(await at.store.query(`SELECT alarm FROM alarms WHERE kind IN ('rollback', 'fork') AND ended_at IS NULL`)).toEqual([]);
  });

  it.each([
    ['edited in its head', (bytes: Buffer) => bytes.fill(0x20, 10, 11), PROBLEMS.malformed],
    ['edited in its signature', (bytes: Buffer) => flip(bytes, 4 + bytes.readUInt32BE(0)), PROBLEMS.unsigned],
    ['edited in what is sealed', (bytes: Buffer) => flip(bytes, bytes.length - 5), PROBLEMS.malformed],
    ['half-copied', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), PROBLEMS.malformed],
    ['empty', () => Buffer.alloc(0), PROBLEMS.malformed],
    ['far too large', () => Buffer.alloc(SYNC_LIMITS.encoded + 2 ** 20 + 1), PROBLEMS.large],
  ])('with a file that is %s names it, and takes what does not need it', async (_, change, type) => {
    const { log, device } = await branchWith(7);
    await put(log, device, 0, 4);
    const bad = await put(log, device, 4, 8);
    const whole = readFileSync(bad);
    writeFileSync(bad, change(Buffer.from(whole)));
    const [taken] = (await take()).logs;
    expect(taken).toMatchObject({ taken: 4, size: 4, refused: [{ file: '0000000004-0000000008.age', type }] });
    await agree(log, device, 4);
    expect((await readReplies(stick, log.log, device)).at(-1)!.refused).toEqual([{ file: '0000000004-0000000008.age', type }]);
    writeFileSync(bad, whole);
    expect((await take()).logs).toMatchObject([{ taken: 4, known: 4, size: 8, refused: [] }]);
    await agree(log, device);
  });

  it('of two branches is taken for both, and each can read its own reply alone', async () => {
    const [a, b] = [await branchWith(3), await branchWith(6, 'lugo-02')];
    await put(a.log, a.device, 0, 4);
    await put(b.log, b.device, 0, 7);
    const { logs } = await take();
    expect(logs.map(({ branch, taken }) => [branch, taken]).sort()).toEqual([
      ['lugo-02', 7],
      ['madrid-01', 4],
    ]);
    await agree(a.log, a.device);
    await agree(b.log, b.device);
    expect(await readReplies(stick, a.log.log, b.device)).toEqual([]);
  });

  it('of a device that was revoked brings nothing, is told nothing, and is an alarm', async () => {
    const { log, device } = await branchWith(3);
    await put(log, device, 0, 4);
    await at.store.query('UPDATE devices SET revoked_at = now() WHERE device = $1', [device.id]);
    expect((await take()).logs).toMatchObject([{ taken: 0, size: 0, refused: [{ type: PROBLEMS.device }], replies: [] }]);
    expect(await readReplies(stick, log.log, device)).toEqual([]);
    expect(await at.store.query(`SELECT kind FROM alarms WHERE subject = $1`, [device.id])).toEqual([{ kind: 'device' }]);
  });

  it('is believed for nobody else: not signed by another device, not in another log’s folder, not for another head office', async () => {
    const [a, b] = [await branchWith(3), await branchWith(3, 'lugo-02')];
    const plain = brotliCompressSync(formatSubmission(a.log.submission(0)));
    const entries = { kind: 'entries', encoding: 'br', plain } as const;
    const name = '0000000000-0000000004.age';
    writeToStick(stick, a.log.log, name, await envelopeOf(a.log.log, b.device, office, entries));
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ type: PROBLEMS.device }] }]);
    writeToStick(stick, a.log.log, name, await envelopeOf(a.log.log, { ...b.device, id: a.device.id }, office, entries));
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ type: PROBLEMS.unsigned }] }]);
    writeToStick(stick, a.log.log, name, await envelopeOf(b.log.log, b.device, office, entries));
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ detail: expect.stringContaining('another log') }] }]);
    writeToStick(stick, a.log.log, name, await envelopeOf(a.log.log, a.device, a.device.recipient, entries));
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ detail: expect.stringContaining('another head office') }] }]);
    writeToStick(stick, a.log.log, name, await envelopeOf(a.log.log, testDevice(), office, entries));
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ type: PROBLEMS.device }] }]);
  });

  it('that unpacks to more than a submission may be is refused by what comes out', async () => {
    const { log, device } = await branchWith(1);
    const plain = brotliCompressSync(Buffer.alloc(SYNC_LIMITS.submission + 1));
    expect(plain.length).toBeLessThan(1000);
    writeToStick(
      stick,
      log.log,
      '0000000000-0000000002.age',
      await envelopeOf(log.log, device, office, { kind: 'entries', encoding: 'br', plain }),
    );
    expect((await take()).logs).toMatchObject([{ taken: 0, refused: [{ type: PROBLEMS.large }] }]);
  });

  it('with two pasts freezes the log, and tells the branch which one head office holds', async () => {
    const { log, device } = await branchWith(5);
    const copied = log.copy(3).decide(3, 50);
    await put(log, device, 0, 6);
    await take();
    await put(copied, device, 0, 5);
    const [taken] = (await take()).logs;
    expect(taken).toMatchObject({
      taken: 0,
      refused: [{ file: '0000000000-0000000005.age', type: PROBLEMS.fork }, { type: PROBLEMS.fork }],
    });
    const reply = (await readReplies(stick, log.log, device)).find(({ refused }) => refused.length > 0)!;
    expect(reply.state).toMatchObject({ size: 6, frozen: true, root: log.root().toString('base64') });
  });

  it('enrols a PC that never had a line, takes its entries at once, and refuses a token that was used', async () => {
    await at.store.query(`INSERT INTO branches (branch, name) VALUES ('soria-03', 'Soria')`);
    const log = testBranchLog('soria-03').decide(2);
    const device = await stickDevice(testDevice());
    const token = await issueTestToken(at.store, 'soria-03');
    const request = testEnrolment(log, device, 'soria-03', token);
    const plain = Buffer.from(JSON.stringify({ ...request, device: { ...request.device, recipient: device.recipient } }));
    const envelope = await envelopeOf(log.log, device, office, { kind: 'enrolment', plain });
    writeToStick(stick, log.log, `enrol-${device.id.slice(0, 16)}.age`, envelope);
    await put(log, device, 0, 3);
    expect((await take()).logs).toMatchObject([{ branch: 'soria-03', taken: 3, size: 3, refused: [] }]);
    await agree(log, device);
    const thief = await stickDevice(testDevice());
    const stolen = testEnrolment(testBranchLog('soria-03'), thief, 'soria-03', token);
    const another = testBranchLog('soria-03');
    const second = await envelopeOf(another.log, thief, office, {
      kind: 'enrolment',
      plain: Buffer.from(JSON.stringify({ ...stolen, ...another.epoch, device: { ...stolen.device, recipient: thief.recipient } })),
    });
    writeToStick(stick, another.log, `enrol-${thief.id.slice(0, 16)}.age`, second);
    expect((await take()).logs.find((each) => each.log === another.log)).toMatchObject({
      branch: null,
      refused: [{ type: PROBLEMS.token }],
      replies: [],
    });
  });

  it('brings a new epoch and what follows in it', async () => {
    const { log, device } = await branchWith(5);
    await put(log, device, 0, 6);
    await take();
    const next = new TestBranchLog(`${log.origin}-next`, { log, size: 4 }).decide(3, 70);
    const envelope = await envelopeOf(next.log, device, office, { kind: 'epoch', plain: Buffer.from(JSON.stringify(next.epoch)) });
    await put(next, device, 4, next.size);
    writeToStick(stick, next.log, 'epoch.age', envelope);
    const taken = (await take()).logs.find((each) => each.log === next.log);
    expect(taken).toMatchObject({ branch: 'madrid-01', taken: 4, size: 8, refused: [] });
    await agree(next, device);
  });

  it('takes back the deliveries that the branch does not have yet', async () => {
    const { log, device } = await branchWith(3, 'avila-04');
    await put(log, device, 0, 4);
    await take();
    const outcome = `INSERT INTO outcomes (log_no, application, seq, as_of, performance, months_on_book, file_sha256) VALUES ($1, $2, 1, '2026-11-30', 'good', 3, 'x')`;
    await at.store.query(outcome, [logNoOf(log.log), applicationId(1)]);
    await deliverWaiting(at.store, at.keys, NOW);
    await put(log, device, 0, 4);
    await take();
    expect((await readReplies(stick, log.log, device)).map(({ notes }) => notes.length).sort()).toEqual([0, 1]);
    rmSync(stick, { recursive: true });
    await put(log, device, 0, 4, 1);
    await take();
    expect(await readReplies(stick, log.log, device)).toMatchObject([{ notes: [] }]);
  });

  it('that is none is said to be none', async () => {
    await expect(take(join(room, 'nowhere'))).rejects.toMatchObject({ failure: { kind: 'stick-unreadable' } });
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at]! ^= 1;
  return bytes;
}

describe('updates beside it', () => {
  it('are copied whole, the timestamp last, and only once', async () => {
    const repository = join(room, 'public');
    for (const [name, text] of [
      ['metadata/1.root.json', 'r'],
      ['metadata/timestamp.json', 't1'],
      ['targets/models/abc.x.zip', 'zip'],
    ]) {
      mkdirSync(join(repository, name!, '..'), { recursive: true });
      writeFileSync(join(repository, name!), text!);
    }
    expect(await copyUpdates(repository, stick)).toEqual({ copied: 3, known: 0 });
    const there = join(stick, UPDATES_FOLDER);
    expect(readFileSync(join(there, 'targets/models/abc.x.zip'), 'utf8')).toBe('zip');
    // A copy that broke off, and a new timestamp.
    writeFileSync(join(there, 'targets/models/abc.x.zip'), 'z');
    writeFileSync(join(repository, 'metadata/timestamp.json'), 't2');
    expect(await copyUpdates(repository, stick)).toEqual({ copied: 2, known: 1 });
    expect(['targets/models/abc.x.zip', 'metadata/timestamp.json'].map((name) => readFileSync(join(there, name), 'utf8'))).toEqual([
      'zip',
      't2',
    ]);
    await expect(copyUpdates(join(room, 'nowhere'), stick)).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } });
  });
});
