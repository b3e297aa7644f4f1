import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { pageOfDecisions } from '../../../branch/list-decisions.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { listReviews, listWaiting } from '../../../branch/reviews/list-reviews.ts';
import { overrideOf, recordReview } from '../../../branch/reviews/record-review.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import type { Outcome } from '../../../contract/policy.ts';
import { review } from '../../../contract/review.ts';
import { statement } from '../../../db/handle.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { PEOPLE, type People, withPeople } from '../../support/people.ts';

const offices = new Offices();
let branch: Branch;
let people: People;
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  people = await withPeople(branch);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

const CHANGES: Record<Outcome, object> = {
  approve: {},
  refer: { records: 'yes', income: 60 },
  decline: { income: 20, amount: 5000, price: 5000 },
};

/** The first application that the machine decides so, of an officer. */
async function decided(outcome: Outcome, by: Branch = people.officer): Promise<number> {
  const tries = [
    CHANGES[outcome],
    ...[20, 40, 60, 80, 110, 150].flatMap((income) => [400, 1200, 3000].map((amount) => ({ income, amount, price: amount + 100 }))),
  ];
  for (const answers of tries) {
    const view = await decideApplication(by, application({ answers: { ...application().answers, ...answers } }));
    if (view.decision.outcome === outcome) return view.seq;
  }
  throw new Error(`nothing is decided as ${outcome}`);
}

describe('a review', () => {
  it('says what holds from now on, with its reasons, and seals the remark', async () => {
    const of = await decided('refer');
    const remark = 'Payslips of Ada Lovelace seen and copied';
    const made = recordReview(people.supervisor, { of, outcome: 'approve', codes: ['doubt-resolved', 'doubt-resolved'], note: remark });
    expect(review.parse(made)).toEqual(made);
    expect(made).toMatchObject({ actor: 'samir', outcome: 'approve', override: 'low-side', codes: ['doubt-resolved'], note: remark });
    expect(listReviews(people.officer, of)).toEqual([made]);
    const entry = listEntries(branch.log.db, made.seq, 1)[0]!.bytes.toString();
    expect(entry).not.toContain('Ada');
    expect(JSON.parse(entry)).toMatchObject({ type: 'review', of, role: 'supervisor', application: expect.any(String) });
    const row = pageOfDecisions(people.supervisor, { search: `#${of}` }, 0, 1).rows[0];
    expect(row).toMatchObject({ seq: of, outcome: 'refer', reviewed: 'approve' });
  });

  it('is never of one’s own decision', async () => {
    const of = await decided('refer', people.supervisor);
    const own = () => recordReview(people.supervisor, { of, outcome: 'approve', codes: ['doubt-resolved'] });
    expect(own).toThrow(/own decision/);
    const other = branch.for({ account: 'second', role: 'supervisor' });
    expect(recordReview(other, { of, outcome: 'decline', codes: ['documents-missing'] })).toMatchObject({ override: null });
  });

  it('is a supervisor’s alone', async () => {
    const of = await decided('approve');
    for (const role of ['officer', 'auditor', 'it'] as const)
      expect(() => recordReview(people[role], { of, outcome: 'approve', codes: [] })).toThrow(/may not/);
    expect(() => listReviews(people.it, of)).toThrow(/may not/);
    expect(() => listReviews(branch.for({ account: 'otto', role: 'officer' }), of)).toThrow(/somebody else/);
  });

  it('needs a reason where it changes what holds, and none where it confirms', async () => {
    const of = await decided('approve');
    const size = branch.log.frontier.size;
    expect(() => recordReview(people.supervisor, { of, outcome: 'decline', codes: [] })).toThrow(/needs a reason/);
    expect(branch.log.frontier.size).toBe(size);
    expect(recordReview(people.supervisor, { of, outcome: 'approve', codes: [] }).override).toBeNull();
    expect(recordReview(people.supervisor, { of, outcome: 'decline', codes: ['other'] }).override).toBe('high-side');
    // What holds is the last review, not what the machine said.
    expect(() => recordReview(people.supervisor, { of, outcome: 'approve', codes: [] })).toThrow(/What holds is decline/);
    expect(recordReview(people.supervisor, { of, outcome: 'approve', codes: ['data-corrected-by-document'] }).override).toBeNull();
    expect(listReviews(people.supervisor, of).map(({ outcome }) => outcome)).toEqual(['approve', 'decline', 'approve']);
  });

  it.each([
    ['approve', 'approve', null],
    ['approve', 'refer', null],
    ['approve', 'decline', 'high-side'],
    ['refer', 'approve', 'low-side'],
    ['refer', 'decline', null],
    ['decline', 'approve', 'low-side'],
    ['decline', 'decline', null],
  ] as const)('of a decision %s that makes it %s is on the %s', (machine, outcome, side) => {
    expect(overrideOf(machine, outcome)).toBe(side);
  });

  it('takes no remark about somebody who was erased, but holds all the same', async () => {
    const of = await decided('approve');
    const { db } = branch.log;
    statement(db, 'UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE seq = ?').run(of);
    const request = { of, outcome: 'decline', codes: ['documents-missing'] } as const;
    expect(() => recordReview(people.supervisor, { ...request, codes: [...request.codes], note: 'Ada' })).toThrow(/erased/);
    const made = recordReview(people.supervisor, { ...request, codes: [...request.codes] });
    expect(made.note).toBeNull();
  });

  it('shows no remark once its key is destroyed', async () => {
    const of = await decided('approve');
    const { seq } = recordReview(people.supervisor, { of, outcome: 'approve', codes: [], note: 'looked at again' });
    statement(branch.log.db, 'UPDATE events SET note_key = NULL WHERE seq = ?').run(seq);
    expect(listReviews(people.auditor, of).at(-1)).toMatchObject({ note: null, outcome: 'approve' });
  });

  it('is of a decision, and of one that is there', () => {
    const ask = (of: number) => () => recordReview(people.supervisor, { of, outcome: 'approve', codes: ['other'] });
    expect(ask(0)).toThrow(/not a decision/);
    expect(ask(999_999)).toThrow(/no entry/);
  });
});

describe('what waits for a review', () => {
  it('is every referred decision that nobody has reviewed, oldest first', async () => {
    const before = listWaiting(people.supervisor);
    const [one, two] = [await decided('refer'), await decided('refer')];
    const waiting = listWaiting(people.supervisor);
    expect(waiting.seqs).toEqual([...before.seqs, one, two].slice(0, 200));
    recordReview(people.supervisor, { of: one, outcome: 'refer', codes: [] });
    expect(listWaiting(people.supervisor)).toEqual({ seqs: [...before.seqs, two], total: before.total + 1 });
    expect(() => listWaiting(people.officer)).toThrow(/may not/);
  });
});

describe('the log', () => {
  it('verifies with reviews and people in it', async () => {
    let last: unknown;
    for await (const step of verifyOwnLog(branch)) last = step;
    expect(last).toMatchObject({ report: { findings: [] } });
    expect(PEOPLE.supervisor.account).toBe('samir');
  });
});
