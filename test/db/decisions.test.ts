import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { countDecisions, findDecision, findDecisions, listDecisions } from '../../db/decisions.ts';
import { applicationId, decisionDraft, temporaryLog } from '../support/temporary-log.ts';

function filled() {
  const made = temporaryLog();
  const names = ['Zoë Müller', 'ÉLODIE Durand', 'Ana 100% Sure', null];
  for (let n = 0; n < 12; n++) {
    const name = names[n % names.length] ?? null;
    const seal = name === null ? null : sealIdentity({ name });
    appendEntries(made.log, [
      { entry: decisionDraft(n, { pii: seal?.sealed ?? null }), applicant: name, identityKey: seal?.identityKey ?? null },
    ]);
    made.clock.pass(12 * 3600 * 1000);
  }
  return made;
}

describe('the list of decisions', () => {
  it('shows each as it was stored, the newest first, in pages', () => {
    const { db } = filled();
    expect(countDecisions(db, {})).toBe(12);
    const page = listDecisions(db, {}, 2, 3);
    expect(page.map(({ seq }) => seq)).toEqual([10, 9, 8]);
    expect(page[1]).toEqual({
      seq: 9,
      wall: '2026-03-05T09:00:00.000Z',
      product: 'instalment-loan',
      applicant: 'Zoë Müller',
      outcome: 'decline',
      reviewed: null,
      pd: 0.1 + 8 / 1e6,
      score: 612.25,
      amount: 808,
      actor: 'officer-1',
      modelVersion: '1.2.0',
      policyVersion: '1.2.0',
    });
  });

  it.each([
    ['müller', [9, 5, 1]],
    ['MÜLLER', [9, 5, 1]],
    ['élodie', [10, 6, 2]],
    ['  durand ', [10, 6, 2]],
    ['%', [11, 7, 3]],
    ['_', []],
    ["' OR 1=1 --", []],
    ['7', [7]],
    ['#7', [7]],
    ['100', [11, 7, 3]],
  ])('finds %s by name or entry number', (search, seqs) => {
    const { db } = filled();
    expect(listDecisions(db, { search }, 0, 50).map(({ seq }) => seq)).toEqual(seqs);
    expect(countDecisions(db, { search })).toBe(seqs.length);
  });

  it('filters by outcome, product and calendar days, all together', () => {
    const { db } = filled();
    expect(countDecisions(db, { outcomes: ['approve'] })).toBe(4);
    expect(countDecisions(db, { outcomes: ['approve', 'refer'] })).toBe(8);
    expect(countDecisions(db, { outcomes: [] })).toBe(12);
    expect(countDecisions(db, { product: 'personal-loan' })).toBe(0);
    expect(listDecisions(db, { from: '2026-03-02', to: '2026-03-02' }, 0, 9).map(({ seq }) => seq)).toEqual([4, 3]);
    expect(
      countDecisions(db, { product: 'instalment-loan', from: '2026-03-02', to: '2026-03-03', outcomes: ['decline'], search: 'sure' }),
    ).toBe(1);
  });

  it('finds the decision on an application', () => {
    const { db } = filled();
    expect(findDecision(db, applicationId(4))).toBe(5);
    expect(findDecision(db, applicationId(99))).toBeNull();
    expect(findDecisions(db, [applicationId(99), applicationId(4), applicationId(2)])).toEqual(
      new Map([2, 4].map((one) => [applicationId(one), findDecision(db, applicationId(one))])),
    );
    expect(findDecisions(db, []).size).toBe(0);
  });
});
