import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { eraseSubject } from '../../../branch/erasure/erase-subject.ts';
import { holdsInForce, setHold } from '../../../branch/erasure/holds.ts';
import { previewErasure } from '../../../branch/erasure/preview-erasure.ts';
import { lastDayOfDuty } from '../../../branch/erasure/retention.ts';
import { pageOfDecisions } from '../../../branch/list-decisions.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { replayDecision } from '../../../branch/replay/replay-range.ts';
import { recordReview } from '../../../branch/reviews/record-review.ts';
import { seeDecision } from '../../../branch/see-decision.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import { Failed } from '../../../contract/failure.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { getEntry, getLogState } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { type People, withPeople } from '../../support/people.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

const DAY_MS = 86_400_000;

interface Used {
  branch: Branch;
  people: People;
  /** Moves both clocks. */
  pass(days: number): void;
  subject: string;
  seq: number;
}

async function used(): Promise<Used> {
  let mono = 0;
  const branch = await openedBranch(offices.copy(), { clock: { now: () => NOON + mono, mono: () => ++mono } });
  const people = await withPeople(branch);
  const one = application({ identity: { full_name: 'Zoë Quillfeather', id_number: 'X-77' } });
  const { seq } = await decideApplication(people.officer, one);
  await decideApplication(people.officer, application());
  recordReview(people.supervisor, { of: seq, outcome: 'decline', codes: ['other'], note: 'Zoë called' });
  const pass = (days: number) => {
    mono += days * DAY_MS;
  };
  return { branch, people, pass, subject: one.applicationId, seq };
}

const lastEntry = ({ log }: Branch): LogEntry => JSON.parse(String(getEntry(log.db, getLogState(log.db).size - 1)?.bytes)) as LogEntry;
const kindOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    if (error instanceof Failed) return error.failure.kind;
    throw error;
  }
};

async function findingsOf(branch: Branch): Promise<string[]> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report.findings.map(({ message }) => message);
  return ['no report'];
}

describe('erasing a person', () => {
  it('is refused while the law has the decision kept, and the refusal is an entry with the last day', async () => {
    const { branch, people, pass, subject } = await used();
    const request = { application: subject, ground: 'subject-request' } as const;
    pass(300);
    expect(previewErasure(people.supervisor, subject).refusal).toEqual({ cause: 'retention', until: '2029-01-01' });
    expect(kindOf(() => eraseSubject(people.supervisor, request))).toBe('retention-holds');
    expect(lastEntry(branch)).toMatchObject({
      type: 'erasure-refused',
      cause: 'retention',
      until: '2029-01-01',
      application: subject,
      actor: 'samir',
    });
    expect(previewErasure(people.supervisor, subject).alreadyErased).toBe(false);
    await branch.close();
  });

  it('leaves a log that verifies, a replay that says erased, and a decision without a name', async () => {
    const { branch, people, pass, subject, seq } = await used();
    pass(800);
    const preview = previewErasure(people.supervisor, subject);
    expect(preview).toEqual({
      application: subject,
      entries: [seq, seq + 2],
      fields: ['full_name', 'id_number', 'remark'],
      hasDraft: false,
      refusal: null,
      alreadyErased: false,
    });
    const erased = eraseSubject(people.supervisor, { application: subject, ground: 'retention-over' });
    expect(erased).toMatchObject({ isClean: true, deleted: [], backupsBefore: [] });
    expect(lastEntry(branch)).toMatchObject({
      type: 'erasure',
      of: [seq, seq + 2],
      ground: 'retention-over',
      actor: 'samir',
      role: 'supervisor',
    });
    expect(await findingsOf(branch)).toEqual([]);
    const reader = branch.openReader();
    expect((await replayDecision({ db: reader, dataDir: branch.dataDir }, seq)).verdict).toBe('erased');
    expect((await replayDecision({ db: reader, dataDir: branch.dataDir }, seq + 1)).verdict).toBe('same');
    closeDatabase(reader);
    expect((await seeDecision(people.supervisor, seq)).identity).toBeNull();
    expect(pageOfDecisions(people.supervisor, { search: 'quillfeather' }, 0, 10).total).toBe(0);
    expect(pageOfDecisions(people.supervisor, { search: 'lovelace' }, 0, 10).total).toBe(1);
    expect(branch.log.db.sqlite.pragma('freelist_count', { simple: true })).toBe(0);
    expect(kindOf(() => eraseSubject(people.supervisor, { application: subject, ground: 'subject-request' }))).toBe('already-erased');
    await branch.close();
  });

  it('is refused under a legal hold until that is lifted', async () => {
    const { branch, people, pass, subject } = await used();
    pass(800);
    setHold(people.auditor, { application: subject, hold: true, reason: 'litigation' });
    expect(holdsInForce(people.supervisor)).toMatchObject([{ application: subject, reason: 'litigation' }]);
    const request = { application: subject, ground: 'subject-request' } as const;
    expect(kindOf(() => eraseSubject(people.supervisor, request))).toBe('on-hold');
    expect(lastEntry(branch)).toMatchObject({ type: 'erasure-refused', cause: 'legal-hold', until: null });
    expect(kindOf(() => setHold(people.auditor, { application: subject, hold: true, reason: 'litigation' }))).toBe('usage');
    setHold(people.auditor, { application: subject, hold: true, reason: 'complaint' });
    setHold(people.auditor, { application: subject, hold: false, reason: 'ended' });
    expect(holdsInForce(people.auditor)).toEqual([]);
    expect(kindOf(() => setHold(people.auditor, { application: subject, hold: false, reason: 'ended' }))).toBe('usage');
    expect(kindOf(() => eraseSubject(people.supervisor, request))).toBe('done');
    await branch.close();
  });

  it('is in other hands than holding, and in nobody’s who may not', async () => {
    const { branch, people, pass, subject } = await used();
    pass(800);
    const { size } = getLogState(branch.log.db);
    for (const role of ['officer', 'auditor', 'it'] as const) {
      expect(kindOf(() => previewErasure(people[role], subject))).toBe('not-allowed');
      expect(kindOf(() => eraseSubject(people[role], { application: subject, ground: 'subject-request' }))).toBe('not-allowed');
    }
    for (const role of ['officer', 'supervisor', 'it'] as const)
      expect(kindOf(() => setHold(people[role], { application: subject, hold: true, reason: 'complaint' }))).toBe('not-allowed');
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(kindOf(() => previewErasure(people.supervisor, unknown))).toBe('entry-unknown');
    expect(kindOf(() => setHold(people.auditor, { application: unknown, hold: true, reason: 'complaint' }))).toBe('entry-unknown');
    expect(getLogState(branch.log.db).size).toBe(size);
    await branch.close();
  });

  it('counts the duty in whole months from the decision’s day', () => {
    expect(lastDayOfDuty('2026-12-01T23:59:59.999Z', 25)).toBe('2029-01-01');
    expect(lastDayOfDuty('2026-01-31T00:00:00.000Z', 25)).toBe('2028-02-29');
    expect(lastDayOfDuty('2026-01-31T00:00:00.000Z', 13)).toBe('2027-02-28');
    expect(lastDayOfDuty('2026-12-15T12:00:00.000Z', 1)).toBe('2027-01-15');
  });
});
