import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../../../branch/backup/back-up.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { eraseAgain, readErasedList } from '../../../branch/erasure/erase-again.ts';
import { eraseSubject } from '../../../branch/erasure/erase-subject.ts';
import { recoveryKeyState, renewRecoveryKey } from '../../../branch/keys/hand-out-recovery-key.ts';
import { openKey } from '../../../branch/keys/key-file.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../../branch/log/countersigning.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { replayRange } from '../../../branch/replay/replay-range.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import { listErasedApplications } from '../../../db/erasure.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { getEntry, getLogState } from '../../../db/log-entries.ts';
import { openWriter } from '../../../db/open-database.ts';
import { getSetting } from '../../../db/settings.ts';
import { getSubjectKey } from '../../../db/subject-keys.ts';
import { application } from '../../support/application.ts';
import { backedUp, findingsOf, isNothingAt, keyOf, kindOf, restore, splitBackup } from '../../support/backups.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { withPeople } from '../../support/people.ts';
import { countersigned, witnessNamed } from '../../support/witnesses.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

const DAY_MS = 86_400_000;
const NAME = 'Zoë Quillfeather';
let made = 0;
const fresh = (): string => offices.path(`restored-${++made}`);
const entryAt = ({ log }: Branch, seq: number): LogEntry => JSON.parse(String(getEntry(log.db, seq)?.bytes)) as LogEntry;
const lastEntry = (branch: Branch): LogEntry => entryAt(branch, getLogState(branch.log.db).size - 1);

interface Used {
  branch: Branch;
  subject: string;
  seq: number;
  pass(days: number): void;
}

async function used(): Promise<Used> {
  let mono = 0;
  const branch = await openedBranch(offices.copy(), { clock: { now: () => NOON + mono, mono: () => ++mono }, machine: 'this-pc' });
  const one = application({ identity: { full_name: NAME, id_number: 'X-77' } });
  const { seq } = await decideApplication(branch, one);
  await decideApplication(branch, application());
  const pass = (days: number) => {
    mono += days * DAY_MS;
  };
  return { branch, subject: one.applicationId, seq, pass };
}

async function replayed(branch: Branch): Promise<unknown> {
  const db = branch.openReader();
  try {
    for await (const step of replayRange({ db, dataDir: branch.dataDir }, { from: 0, to: 1e6 })) if (step.step === 'report') return step;
    return null;
  } finally {
    closeDatabase(db);
  }
}

/** The database of a backup without its encryption, so that a search sees what whoever has the key can see. */
async function decrypted(backup: string, key: Buffer): Promise<Buffer> {
  const { contents, manifest } = splitBackup(backup);
  const file = offices.path(`plain-${++made}.db`);
  writeFileSync(file, contents.subarray(0, manifest.files[0]!.bytes));
  const opened = openWriter(file, key);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  const { sqlite } = opened.db;
  sqlite.pragma('journal_mode = DELETE');
  sqlite.pragma("rekey = ''");
  closeDatabase(opened.db);
  return readFileSync(file);
}

describe('a backup', () => {
  it('is restored with every decision as it was, under this PC’s protection, and goes on', async () => {
    const { branch, seq } = await used();
    const backup = await backedUp(branch);
    expect(backup).toMatchObject({ size: branch.log.frontier.size - 1, bytes: readFileSync(backup.file).length });
    expect(lastEntry(branch)).toMatchObject({
      type: 'backup',
      actor: 'ines',
      size: backup.size,
      sha256: createHash('sha256').update(readFileSync(backup.file)).digest('hex'),
    });
    const to = fresh();
    const restored = await restore(to, backup, { protection: { wrap: 'passphrase', passphrase: 'another horse' } });
    expect(restored).toMatchObject({ size: backup.size, erasedAgain: 0, hasAccounts: false });
    expect(isNothingAt(`${to}.unfinished`)).toBe(true);
    const again = await openedBranch(to, { openers: { passphrase: 'another horse', keyStore: null } });
    expect(await findingsOf(again)).toEqual([]);
    expect(await replayed(again)).toMatchObject({ same: 2, different: 0, impossible: 0, erased: 0 });
    expect(entryAt(again, seq)).toEqual(entryAt(branch, seq));
    expect(recoveryKeyState(again)).toBe('given');
    await decideApplication(again, application());
    await again.close();
    expect(await kindOf(openedBranch(to))).toBe('database-key-missing');
    await branch.close();
  });

  it('opens with the recovery key of its time alone: it holds no passphrase’s and no key store’s box, nor anything in the clear', async () => {
    const { branch } = await used();
    const { file, recoveryKey } = await backedUp(branch);
    const { manifest } = splitBackup(file);
    expect(JSON.parse(manifest.key)).toMatchObject({ wrap: 'recovery', wrapped: '', kdf: null, backend: null });
    const bytes = readFileSync(file);
    const key = await keyOf(branch.dataDir);
    for (const sought of [NAME, recoveryKey, recoveryKey.replaceAll('-', ''), key, key.toString('base64'), key.toString('hex')])
      expect(bytes.includes(sought)).toBe(false);
    const next = renewRecoveryKey(branch.for({ account: 'ines', role: 'it' }));
    expect(await kindOf(restore(fresh(), { file, recoveryKey: next }))).toBe('recovery-key-wrong');
    expect(await kindOf(restore(fresh(), { file, recoveryKey }))).toBe('done');
    await branch.close();
  });

  it('is not made while nobody has a recovery key, nor by whoever may not, nor over a file, and leaves nothing then', async () => {
    const { branch } = await used();
    const people = await withPeople(branch);
    const { size } = branch.log.frontier;
    expect(recoveryKeyState(branch)).toBe('unseen');
    expect(await kindOf(backUp(people.it, null))).toBe('recovery-key-missing');
    for (const role of ['officer', 'supervisor', 'auditor'] as const) expect(await kindOf(backUp(people[role], null))).toBe('not-allowed');
    expect(branch.log.frontier.size).toBe(size);
    renewRecoveryKey(people.it);
    const taken = offices.path('taken');
    writeFileSync(taken, 'somebody’s');
    expect(await kindOf(backUp(people.it, taken))).toBe('usage');
    expect(readFileSync(taken, 'utf8')).toBe('somebody’s');
    expect(existsSync(join(branch.dataDir, 'exports'))).toBe(false);
    await branch.close();
  });

  it('is made while decisions go on, and holds a state that was one', async () => {
    const { branch } = await used();
    const backing = backedUp(branch);
    const deciding = Promise.all(Array.from({ length: 20 }, () => decideApplication(branch, application())));
    const backup = await backing;
    await deciding;
    const to = fresh();
    await restore(to, backup);
    const again = await openedBranch(to);
    expect(await findingsOf(again)).toEqual([]);
    await again.close();
    await branch.close();
  });

  it('is refused where an artefact that decisions rest on was changed or is gone', async () => {
    const { branch } = await used();
    const policies = join(branch.dataDir, 'policies');
    const policy = join(policies, readdirSync(policies)[0]!);
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('"', ' "'));
    expect(await kindOf(backedUp(branch))).toBe('model-package-unsafe');
    expect(readdirSync(join(branch.dataDir, 'exports'))).toEqual([]);
    await branch.close();
  });
});

describe('a backup and an erasure', () => {
  it('made after it holds no byte of the person, and the one made before does', async () => {
    const { branch, subject, seq, pass } = await used();
    const key = await keyOf(branch.dataDir);
    const subjectKey = Buffer.from(getSubjectKey(branch.log.db, seq)!);
    const before = await backedUp(branch);
    pass(800);
    const erased = eraseSubject(branch.for({ account: 'samir', role: 'supervisor' }), { application: subject, ground: 'retention-over' });
    expect(erased.backupsBefore).toHaveLength(1);
    const after = await backedUp(branch);
    const traces = (bytes: Buffer) => [NAME, 'Quillfeather', 'quillfeather', subjectKey].map((trace) => bytes.includes(trace));
    expect(traces(await decrypted(before.file, key))).toEqual([true, true, true, true]);
    const plain = await decrypted(after.file, key);
    expect(traces(plain)).toEqual([false, false, false, false]);
    expect(plain.includes('Lovelace')).toBe(true);
    const to = fresh();
    await restore(to, after);
    const again = await openedBranch(to);
    expect(await replayed(again)).toMatchObject({ same: 1, erased: 1, different: 0, impossible: 0 });
    await again.close();
    await branch.close();
  });

  it('made before is brought up to it by the list of who was erased since', async () => {
    const { branch, subject, pass } = await used();
    const before = await backedUp(branch);
    pass(800);
    eraseSubject(branch.for({ account: 'samir', role: 'supervisor' }), { application: subject, ground: 'retention-over' });
    const list = readErasedList(`${listErasedApplications(branch.log.db).join('\n')}\n`)!;
    const unlisted = fresh();
    await restore(unlisted, before);
    const to = fresh();
    expect(await restore(to, before, { erased: [...list, '00000000-0000-4000-8000-000000000000'] })).toMatchObject({ erasedAgain: 1 });
    const [named, erased] = [await openedBranch(unlisted), await openedBranch(to)];
    expect(await replayed(named)).toMatchObject({ same: 2, erased: 0 });
    expect(await replayed(erased)).toMatchObject({ same: 1, erased: 1 });
    expect(await findingsOf(erased)).toEqual([]);
    expect(eraseAgain(erased.log, list)).toBe(0);
    for (const opened of [named, erased, branch]) await opened.close();
  });

  it('is not kept when somebody was erased while it was written', async () => {
    const { branch, subject, pass } = await used();
    pass(800);
    const it = branch.for({ account: 'ines', role: 'it' });
    renewRecoveryKey(it);
    const atWork = {
      ...it,
      requireAtWork: () =>
        void eraseSubject(branch.for({ account: 'samir', role: 'supervisor' }), { application: subject, ground: 'retention-over' }),
    };
    expect(await kindOf(backUp(atWork, null))).toBe('already-erased');
    expect(readdirSync(join(branch.dataDir, 'exports'))).toEqual([]);
    expect(lastEntry(branch).type).toBe('erasure');
    await branch.close();
  });

  it('that a crash cut off is taken away by the next erasure and by the next backup', async () => {
    const { branch, subject, pass } = await used();
    const { file } = await backedUp(branch);
    const cut = `${file}.unfinished`;
    writeFileSync(cut, 'half');
    pass(800);
    eraseSubject(branch.for({ account: 'samir', role: 'supervisor' }), { application: subject, ground: 'retention-over' });
    expect(existsSync(cut)).toBe(false);
    writeFileSync(cut, 'half');
    await backedUp(branch);
    expect(existsSync(cut)).toBe(false);
    await branch.close();
  });
});

describe('two folders of one log', () => {
  const witness = witnessNamed('head-office');

  it('sign under two origins and two keys from the restoring on, tied by the last countersigned checkpoint', async () => {
    const { branch } = await used();
    trustWitnesses(branch.log, { witnesses: [witness.vkey], quorum: 1 }, { actor: 'ines', role: 'it' });
    const note = countersigned(checkpointLog(branch.log).note, [witness, 1_796_130_000]);
    acceptCountersigned(branch.log, note);
    const backup = await backedUp(branch);
    const to = fresh();
    const { origin } = await restore(to, backup);
    const restored = await openedBranch(to);
    expect(entryAt(restored, backup.size)).toMatchObject({
      type: 'genesis',
      cause: 'restored',
      origin,
      previous: { origin: branch.log.origin, checkpoint: note },
    });
    expect(getSetting(restored.log.db, 'log.skey')).not.toBe(getSetting(branch.log.db, 'log.skey'));
    await decideApplication(restored, application());
    await decideApplication(branch, application());
    const [ours, theirs] = [checkpointLog(restored.log).note, checkpointLog(branch.log).note];
    expect([ours.split('\n')[0], theirs.split('\n')[0]]).toEqual([origin, branch.log.origin]);
    // What the old PC had countersigned after the backup is a past that the restored folder does not have: it says so, and keeps both.
    expect(() => acceptCountersigned(restored.log, countersigned(theirs, [witness, 1_796_140_000]))).toThrow(/not the entries of this log/);
    expect(lastEntry(restored)).toMatchObject({ type: 'failure', kind: 'checkpoint-refused', notes: [expect.any(String), ours] });
    // The other way round the old PC does not know the new log at all.
    expect(() => acceptCountersigned(branch.log, countersigned(ours, [witness, 1_796_140_000]))).toThrow(/another log/);
    await restored.close();
    await branch.close();
  });

  it('restored twice from one backup, are two logs', async () => {
    const { branch } = await used();
    const backup = await backedUp(branch);
    const [one, other] = [await restore(fresh(), backup), await restore(fresh(), backup)];
    expect(one.origin).not.toBe(other.origin);
    await branch.close();
  });

  it('are not made by opening the restored one where it was restored', async () => {
    const { branch } = await used();
    const backup = await backedUp(branch);
    const to = fresh();
    const { origin } = await restore(to, backup, { machine: 'this-pc' });
    const restored = await openedBranch(to, { machine: 'this-pc' });
    expect(restored.log.origin).toBe(origin);
    await restored.close();
    const opened = await openKey(join(to, 'key.json'), { passphrase: null, keyStore: null });
    expect('failure' in opened).toBe(false);
    await branch.close();
  });
});
