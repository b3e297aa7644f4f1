/** A branch enrols with a head office of its own over HTTP: the file that one makes is the file that the other opens, and loss and replacement follow. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceKey, enrolledAt, makeDeviceKey } from '../../../branch/enrolment/device.ts';
import { type EnrolmentAccess, enrolBranch, lookAtBranchFile } from '../../../branch/enrolment/enrol-branch.ts';
import { enrolmentState } from '../../../branch/enrolment/enrolment-state.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { trustedWitnesses } from '../../../branch/log/witness-trust.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { epochOf } from '../../../branch/sync/head-office.ts';
import { postEnrolment } from '../../../branch/sync/post-enrolment.ts';
import { signedHeaders } from '../../../branch/sync/signed-request.ts';
import { updatePlace } from '../../../branch/updates/update-state.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import { Failed } from '../../../contract/failure.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import { getEntry, listEntriesOfType } from '../../../db/log-entries.ts';
import { type BranchSettings, PLAIN_SETTINGS } from '../../../headoffice/branches/branch-settings.ts';
import type { BranchesAt } from '../../../headoffice/branches/branches-at.ts';
import { addBranch, type IssuedFile, renewBranchFile } from '../../../headoffice/branches/issue-branch-file.ts';
import { listBranches } from '../../../headoffice/branches/list-branches.ts';
import { revokeBranch } from '../../../headoffice/branches/revoke.ts';
import { makeOfficeKeys } from '../../../headoffice/office-keys.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { signJson } from '../../../ledger/signed-json.ts';
import { backedUp, restore } from '../../support/backups.ts';
import { NOW, openTestHeadOffice, startReceiver } from '../../support/head-office.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const NEVER = new AbortController().signal;
const offices = new Offices();
let head: Receiving;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let at: BranchesAt;
let now = NOW;
let named = 0;

beforeAll(async () => {
  await offices.make();
  head = await openTestHeadOffice('memory://', () => now);
  receiver = await startReceiver(head);
  at = { store: head.store, keys: head.keys, now: () => now, who: 'cli:test' };
}, 60_000);

afterAll(async () => {
  await receiver.stop();
  await head.store.close();
  offices.remove();
});

async function issued(change: Partial<BranchSettings> = {}): Promise<IssuedFile> {
  named += 1;
  return await addBranch(at, `branch-${named}`, `Branch ${named}`, { ...PLAIN_SETTINGS, url: receiver.base, ...change }, 14);
}

function access(changes: Partial<EnrolmentAccess> = {}): EnrolmentAccess {
  const post: EnrolmentAccess['post'] = (url, enrolment, device, signal) => postEnrolment(url, enrolment, device, fetch, signal);
  return { trustRoot: offices.path('no-trust-root'), post, ...changes };
}

async function openedIt(folder: string): Promise<Branch> {
  return (await openedBranch(folder)).for({ account: 'ines', role: 'it' });
}

/** A folder whose log no other of these tests has. */
async function newIt(folder = offices.copy()): Promise<Branch> {
  const branch = await openedIt(folder);
  beginEpoch(branch.log, 'key-replaced');
  return branch;
}

async function enrol(branch: Branch, file: IssuedFile, changes: Partial<EnrolmentAccess> = {}) {
  return await enrolBranch(branch, { text: file.text, confirmed: file.fingerprint }, access(changes), NEVER);
}

async function causeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work);
    return 'done';
  } catch (error) {
    if (error instanceof Failed) return `${error.failure.kind} ${error.failure.facts.cause ?? ''}`.trim();
    throw error;
  }
}

async function verdictOf(branch: Branch): Promise<string> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report.verdict;
  throw new Error('no report');
}

function entriesOf({ log }: Branch, type: LogEntry['type']): LogEntry[] {
  return listEntriesOfType(log.db, type).map((seq) => JSON.parse(getEntry(log.db, seq)!.bytes.toString('utf8')) as LogEntry);
}

async function askAs({ log }: Branch): Promise<number> {
  const url = `${receiver.base}/v1/logs`;
  const body = Buffer.from(JSON.stringify(epochOf(log)));
  const parts = { method: 'POST', url, headers: { 'content-type': 'application/json' }, body } as const;
  return (await fetch(url, { method: 'POST', body, headers: signedHeaders(deviceKey(log.db)!, parts, NOW) })).status;
}

describe('a new PC', () => {
  it('becomes the branch of the file: device at head office, entry in the log, witnesses, settings', async () => {
    const file = await issued({
      updates: { repository: 'https://updates.bank.example', tags: ['pilot'] },
      people: [{ account: 'olga', name: 'Olga Marsh', role: 'officer' }],
    });
    const branch = await newIt();
    const { state, unreached } = await enrol(branch, file);
    expect({ state: state.state, unreached }).toEqual({ state: 'enrolled', unreached: null });
    const key = deviceKey(branch.log.db)!;
    expect(entriesOf(branch, 'enrolled')).toMatchObject([
      { actor: 'ines', role: 'it', branch: file.branch, head_office: head.keys.office.vkey, device: key.id },
    ]);
    expect(trustedWitnesses(branch.log.db)).toMatchObject({ witnesses: [head.keys.witness.vkey], quorum: 1 });
    expect(updatePlace(branch.log.db)).toMatchObject({ repository: 'https://updates.bank.example', tags: ['pilot'] });
    expect(enrolmentState(branch.log.db)).toMatchObject({ waiting: [{ account: 'olga' }], device: key.id });
    const listed = (await listBranches(head.store, now)).find((each) => each.branch === file.branch)!;
    expect(listed).toMatchObject({ devices: [{ device: key.id, revokedAt: null }], openFiles: [] });
    expect(await verdictOf(branch)).toBe('intact-unwitnessed-tail');
    expect(await askAs(branch)).toBe(200);
    await branch.close();
  });

  it('keeps nothing in head office’s database that would enrol another', async () => {
    const file = await issued();
    const token = /"token":"([^"]+)"/.exec(file.text)![1]!;
    const rows = JSON.stringify([
      await head.store.query('SELECT * FROM branch_files'),
      await head.store.query('SELECT * FROM branches'),
      await head.store.query('SELECT * FROM actions'),
    ]);
    expect(rows).toContain(file.branch);
    expect(rows).not.toContain(token);
  });

  it('asks for the fingerprint where no key is pinned, whatever is typed for one, and takes it as people write it', async () => {
    const file = await issued();
    const branch = await newIt();
    const look = lookAtBranchFile(branch, access(), file.text);
    expect(look).toMatchObject({ fingerprint: file.fingerprint, isPinned: false, isExpired: false });
    for (const confirmed of [null, '', `${file.fingerprint.slice(0, -1)}*`, file.fingerprint.slice(0, 9)])
      expect(await causeOf(enrolBranch(branch, { text: file.text, confirmed }, access(), NEVER))).toBe('branch-file-refused unconfirmed');
    expect(entriesOf(branch, 'enrolled')).toEqual([]);
    const written = file.fingerprint.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    const pasted = `\uFEFF${file.text.replaceAll('\n', '\r\n')}\r\n`;
    await enrolBranch(branch, { text: pasted, confirmed: written }, access(), NEVER);
    expect(enrolmentState(branch.log.db).state).toBe('enrolled');
    await branch.close();
  });

  it('needs no fingerprint for the key that shipped with the program, and takes no other', async () => {
    const file = await issued();
    const trustRoot = offices.path('trust-root');
    mkdirSync(trustRoot);
    writeFileSync(join(trustRoot, 'head-office.vkey'), `${head.keys.witness.vkey}\n`);
    const branch = await newIt();
    expect(await causeOf(() => lookAtBranchFile(branch, { trustRoot }, file.text))).toBe('file-malformed');
    const other = await makeOfficeKeys('Another Bank', 'another.example');
    writeFileSync(join(trustRoot, 'head-office.vkey'), `${other.office.vkey}\n`);
    const request = { text: file.text, confirmed: file.fingerprint };
    expect(await causeOf(enrolBranch(branch, request, access({ trustRoot }), NEVER))).toBe('branch-file-refused other-key');
    writeFileSync(join(trustRoot, 'head-office.vkey'), `${head.keys.office.vkey}\n`);
    await enrolBranch(branch, { text: file.text, confirmed: null }, access({ trustRoot }), NEVER);
    expect(enrolmentState(branch.log.db).state).toBe('enrolled');
    await branch.close();
  });

  it('takes no file that was changed in any place, cut, or made by hand', async () => {
    const { text } = await issued();
    const branch = await newIt();
    const look = (given: string) => causeOf(() => lookAtBranchFile(branch, access(), given));
    for (let i = 0; i < text.length - 1; i += 7) {
      const at = text[i] === 'x' ? 'y' : 'x';
      expect(await look(`${text.slice(0, i)}${at}${text.slice(i + 1)}`)).toMatch(/^branch-file-refused (malformed|signature)$/);
      expect(await look(text.slice(0, i))).toMatch(/^branch-file-refused (malformed|signature)$/);
    }
    expect(await look('x'.repeat(100_000))).toBe('branch-file-refused large');
    const file = JSON.parse(text.slice(0, text.indexOf('\n'))) as Record<string, unknown>;
    const stranger = (await makeOfficeKeys('Another Bank', 'another.example')).office;
    expect(await look(signJson(file, stranger))).toBe('branch-file-refused signature');
    expect(await look(signJson({ ...file, quorum: 2 }, head.keys.office))).toBe('branch-file-refused malformed');
    expect(await look(signJson({ ...file, more: true }, head.keys.office))).toBe('branch-file-refused malformed');
    await branch.close();
  });

  it('is let in by nobody but IT', async () => {
    const file = await issued();
    const branch = await newIt();
    for (const role of ['officer', 'supervisor', 'auditor'] as const) {
      expect(await causeOf(enrol(branch.for({ account: 'x', role }), file))).toBe('not-allowed');
      expect(await causeOf(() => lookAtBranchFile(branch.for({ account: 'x', role }), access(), file.text))).toBe('not-allowed');
    }
    await branch.close();
  });
});

describe('head office says no', () => {
  it('to a file that another PC used, that expired by head office’s clock, or that was taken back', async () => {
    const file = await issued();
    const [first, second, third, fourth] = await Promise.all([newIt(), newIt(), newIt(), newIt()]);
    await enrol(first!, file);
    expect(await causeOf(enrol(second!, file))).toBe('branch-file-refused token');
    const late = await issued();
    now = NOW + 15 * 86_400_000;
    expect(await causeOf(enrol(third!, late))).toBe('branch-file-refused token');
    now = NOW;
    const taken = await issued();
    await renewBranchFile(at, taken.branch, 14, false);
    expect(await causeOf(enrol(fourth!, taken))).toBe('branch-file-refused token');
    for (const branch of [second!, third!, fourth!]) expect(enrolmentState(branch.log.db)).toEqual({ state: 'none' });
    for (const branch of [first!, second!, third!, fourth!]) await branch.close();
  });
});

describe('cut off', () => {
  it('after head office has heard of it, the same file finishes it by the same keys', async () => {
    const file = await issued();
    const folder = offices.copy();
    let branch = await newIt(folder);
    const dies: EnrolmentAccess['post'] = async (...given) => {
      await access().post(...given);
      throw new Error('killed');
    };
    await expect(enrol(branch, file, { post: dies })).rejects.toThrow('killed');
    expect(enrolmentState(branch.log.db)).toEqual({ state: 'none' });
    await branch.close();
    branch = await openedIt(folder);
    expect((await enrol(branch, file)).state.state).toBe('enrolled');
    expect((await enrol(branch, file)).state.state).toBe('enrolled');
    expect(entriesOf(branch, 'enrolled')).toHaveLength(1);
    expect((await listBranches(head.store, now)).find((each) => each.branch === file.branch)!.devices).toHaveLength(1);
    await branch.close();
  });

  it('where head office is not reached it waits, and the same file settles it', async () => {
    const file = await issued();
    const branch = await newIt();
    const gone: EnrolmentAccess['post'] = (_, enrolment, device, signal) =>
      postEnrolment('http://127.0.0.1:9', enrolment, device, fetch, signal);
    const first = await enrol(branch, file, { post: gone });
    expect(first).toMatchObject({ state: { state: 'pending' }, unreached: { kind: 'sync-unreachable' } });
    expect(enrolledAt(branch.log.db)).toMatchObject({ registered: [], pending: { token: expect.any(String) } });
    expect((await enrol(branch, file)).state.state).toBe('enrolled');
    expect(enrolledAt(branch.log.db)).toMatchObject({ registered: [branch.log.origin], pending: null });
    expect(entriesOf(branch, 'enrolled')).toHaveLength(1);
    await branch.close();
  });

  it('a file without an address waits for the stick', async () => {
    const branch = await newIt();
    const never: EnrolmentAccess['post'] = async () => {
      throw new Error('asked');
    };
    expect(await enrol(branch, await issued({ url: null }), { post: never })).toMatchObject({
      state: { state: 'pending' },
      unreached: null,
    });
    await branch.close();
  });
});

describe('a PC that is lost or replaced', () => {
  it('is refused from the moment it is revoked; the restored folder enrols with a new file, in a new epoch', async () => {
    const file = await issued();
    const lost = await newIt();
    await enrol(lost, file);
    const backup = await backedUp(lost);
    expect(await askAs(lost)).toBe(200);
    const revoked = await revokeBranch(at, file.branch, null, 'stolen');
    expect(revoked.devices).toEqual([deviceKey(lost.log.db)!.id]);
    expect(await askAs(lost)).toBe(403);

    const folder = offices.path('restored');
    await restore(folder, backup);
    const restored = await openedIt(folder);
    // The device came along, and is revoked like its original.
    expect(deviceKey(restored.log.db)!.id).toBe(revoked.devices[0]);
    expect(await askAs(restored)).toBe(403);
    const again = await renewBranchFile(at, file.branch, 14, false);
    // The key of head office is known here: nothing has to be read out again.
    expect(lookAtBranchFile(restored, access(), again.text).isPinned).toBe(true);
    await enrolBranch(restored, { text: again.text, confirmed: null }, access(), NEVER);
    expect(deviceKey(restored.log.db)!.id).not.toBe(revoked.devices[0]);
    expect(restored.log.origin).toContain('/epoch-3-');
    expect(await askAs(restored)).toBe(200);
    expect(entriesOf(restored, 'enrolled')).toHaveLength(2);
    expect(await verdictOf(restored)).toBe('intact-unwitnessed-tail');
    for (const branch of [lost, restored]) await branch.close();
  });

  it('a copied folder loses the keys, and the original keeps them', async () => {
    const file = await issued();
    const folder = offices.copy();
    const branch = await newIt(folder);
    await enrol(branch, file);
    const { id } = deviceKey(branch.log.db)!;
    await branch.close();
    const to = offices.path('copied');
    cpSync(folder, to, { recursive: true });
    const copy = await openedIt(to);
    expect(deviceKey(copy.log.db)).toBeNull();
    expect(enrolledAt(copy.log.db)).toBeNull();
    expect(enrolmentState(copy.log.db)).toMatchObject({ state: 'copied', branch: file.branch });
    const original = await openedIt(folder);
    expect(deviceKey(original.log.db)!.id).toBe(id);
    expect((await enrol(copy, await renewBranchFile(at, file.branch, 14, false))).state.state).toBe('enrolled');
    for (const each of [copy, original]) await each.close();
  });

  it('never becomes another branch of the same head office', async () => {
    const branch = await newIt();
    await enrol(branch, await issued());
    expect(await causeOf(enrol(branch, await issued()))).toBe('branch-file-refused other-branch');
    await branch.close();
  });
});

it('makes its keys once for a file, and others for another file', async () => {
  const branch = await newIt();
  const [a, again] = [await makeDeviceKey(branch.log.db, 'a'), await makeDeviceKey(branch.log.db, 'a')];
  const b = await makeDeviceKey(branch.log.db, 'b');
  expect(again.id).toBe(a.id);
  expect(b.id).not.toBe(a.id);
  expect(a.identity).toMatch(/^AGE-SECRET-KEY-1/);
  expect(deviceKey(branch.log.db)).toBeNull();
  await branch.close();
});

describe('head office issues', () => {
  it('no file that a QR code could not hold, and no branch twice', async () => {
    const people = Array.from({ length: 8 }, (_, i) => ({ account: `person-${i}`, name: 'ñ'.repeat(80), role: 'officer' as const }));
    const url = `https://${'x'.repeat(280)}.example`;
    expect(await causeOf(issued({ people, url, updates: { repository: url, tags: [] } }))).toBe('usage');
    const { branch } = await issued();
    expect(await causeOf(addBranch(at, branch, 'Again', PLAIN_SETTINGS, 14))).toBe('usage');
    expect(await causeOf(addBranch(at, 'Not A Name', 'x', PLAIN_SETTINGS, 14))).toBe('usage');
    expect(await causeOf(issued({ quorum: 2 }))).toBe('usage');
    expect(await causeOf(renewBranchFile(at, 'nobody', 14, false))).toBe('usage');
    expect(await causeOf(revokeBranch(at, branch, 'f'.repeat(64), 'x'))).toBe('usage');
  });
});
