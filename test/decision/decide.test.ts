import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decision } from '../../contract/decision.ts';
import { decisionRecord } from '../../contract/log-entry.ts';
import { instalmentOf, prepareAffordability } from '../../decision/affordability.ts';
import { type Decided, type DeciderParts, prepareDecider } from '../../decision/decide.ts';
import type { LoadedModel } from '../../decision/ports.ts';
import { modelReasons } from '../../decision/reasons.ts';
import { fromRecord, toRecord } from '../../decision/record.ts';
import { toScore } from '../../decision/score.ts';
import { applicationOf, goodAnswers, linearModel, loadedPolicy, loadedProduct, policyOf, product, scorerOf } from './samples.ts';

type Answers = Parameters<typeof applicationOf>[0];

function deciderOf(parts: Partial<DeciderParts> = {}) {
  const made = prepareDecider({ product: loadedProduct, model: linearModel(), policy: loadedPolicy(), ...parts });
  if ('failure' in made) throw new Error(made.failure.happened);
  return made.decider;
}

async function decideOne(answers: Answers = {}, parts: Partial<DeciderParts> = {}, today = '2026-06-01') {
  const [decided] = await deciderOf(parts).decideAll([applicationOf(answers)], { today, explain: true });
  if (decided === undefined || 'complaints' in decided) throw new Error('not decided');
  return decided;
}

const kindsOf = ({ decision: { doubts } }: Extract<Decided, { decision: unknown }>) => doubts.map(({ kind }) => kind);
const codesOf = ({ decision: { reasons } }: Extract<Decided, { decision: unknown }>) =>
  reasons.map(({ source, code }) => `${source}:${code}`);

describe('a decision', () => {
  it('approves without reasons, scored and explained', async () => {
    const decided = await decideOne();
    expect(decided.decision).toMatchObject({ outcome: 'approve', reasons: [], doubts: [], features: [1200, 1000] });
    expect(decided.decision.pd).toBeCloseTo(1 / (1 + Math.exp(1.8)), 12);
    expect(decided.decision.explanation?.method).toBe('exact-linear');
    expect(decision.parse(decided.decision)).toEqual(decided.decision);
  });

  it('declines with the factors behind the score, never the score itself', async () => {
    const decided = await decideOne({ amount: 5000 });
    expect(decided.decision.outcome).toBe('decline');
    expect(codesOf(decided)).toEqual(['model:SIZE']);
  });

  it('gives only the knock-out as reason where the score had passed', async () => {
    const decided = await decideOne({ visits: 7 });
    expect(decided.decision.outcome).toBe('decline');
    expect(codesOf(decided)).toEqual(['policy:VISITS']);
  });

  it('gives model, policy and doubts in this order for a refer', async () => {
    const decided = await decideOne({ amount: 4000, visits: 7, ratio: null });
    expect(decided.decision.outcome).toBe('refer');
    expect(codesOf(decided)).toEqual(['model:SIZE', 'policy:VISITS', 'doubt:MISSING_VALUE']);
    expect(decided.decision.reasons.at(-1)?.text.es).toBeTruthy();
  });

  it.each<[string, Partial<DeciderParts>, string, string[]]>([
    ['there is no model', { model: null }, '2026-06-01', ['no-model', 'policy-cell']],
    ['there is no policy', { policy: null }, '2026-06-01', ['no-policy']],
    ['the model has expired', { model: linearModel({ expiresOn: '2026-05-31' }) }, '2026-06-01', ['model-expired']],
    ['the policy has expired', {}, '2027-01-01', ['policy-expired']],
    ['the policy is not valid yet', {}, '2025-12-31', ['policy-not-yet-valid']],
    ['the date is none', {}, 'yesterday', ['clock', 'model-expired', 'policy-expired']],
  ])('refers when %s', async (_, parts, today, kinds) => {
    const decided = await decideOne({}, parts, today);
    expect(decided.decision.outcome).toBe('refer');
    expect(kindsOf(decided)).toEqual(kinds);
    expect(decided.decision.affordability.amount).toBe(1200);
  });

  it('still decides on the last day of model and policy', async () => {
    const parts = { model: linearModel({ expiresOn: '2026-12-31' }) };
    expect((await decideOne({}, parts, '2026-12-31')).decision.outcome).toBe('approve');
  });

  it('still explains and traces what a refer leaves known', async () => {
    const { decision: made } = await decideOne({}, {}, '2027-01-01');
    expect(made.explanation).not.toBeNull();
    expect(made.policyTrace).toHaveLength(2);
  });

  it.each<[string, LoadedModel['scorer']]>([
    ['throws', { score: () => Promise.reject(new Error('applicant earns 1234')) }],
    ['fails a row', { score: (rows) => Promise.resolve(rows.map(() => ({ failed: 'broken' }))) }],
    ['answers too few rows', { score: () => Promise.resolve([]) }],
    ['answers NaN', scorerOf(() => Number.NaN)],
    ['answers more than one', scorerOf(() => 1.5)],
  ])('refers when the scorer %s', async (_, scorer) => {
    const decided = await decideOne({}, { model: { ...linearModel(), scorer } });
    expect(decided.decision).toMatchObject({ outcome: 'refer', pd: null, score: null, explanation: null });
    expect(kindsOf(decided)).toContain('scoring-failed');
    expect(JSON.stringify(decided.decision)).not.toContain('1234');
  });

  it('refers when the explanation is not of the score', async () => {
    const decided = await decideOne({}, { model: { ...linearModel(), scorer: scorerOf(() => 0.01) } });
    expect(decided.decision).toMatchObject({ outcome: 'refer', pd: 0.01, explanation: null });
    expect(kindsOf(decided)).toEqual(['explanation-failed']);
  });

  it('refers when the explanation cannot even be prepared', async () => {
    const form = { kind: 'linear', coefficients: null as unknown as Float64Array, intercept: -1 } as const;
    const decided = await decideOne({}, { model: { ...linearModel(), form } });
    expect(decided.decision).toMatchObject({ outcome: 'refer', explanation: null });
    expect(kindsOf(decided)).toEqual(['explanation-failed']);
  });

  it('refers outside the trained range', async () => {
    const decided = await decideOne({ amount: 50 });
    expect(decided.decision.outcome).toBe('refer');
    expect(kindsOf(decided)).toEqual(['outside-trained-range']);
  });

  it('is not made of an invalid application, and the others go on', async () => {
    const applications = [applicationOf(), applicationOf({ amount: 1 }), applicationOf({ visits: 7 })];
    const decided = await deciderOf().decideAll(applications, { today: '2026-06-01', explain: true });
    expect(decided.map((one) => ('complaints' in one ? Object.keys(one.complaints) : one.decision.outcome))).toEqual([
      'approve',
      ['amount'],
      'decline',
    ]);
  });

  it('is the same alone and in a batch', async () => {
    const applications = Array.from({ length: 20 }, (_, i) =>
      applicationOf({ amount: 100 + 200 * i, visits: i % 8, income: i % 3 ? 900 : null }),
    );
    const together = await deciderOf().decideAll(applications, { today: '2026-06-01', explain: true });
    for (const [i, application] of applications.entries())
      expect((await deciderOf().decideAll([application], { today: '2026-06-01', explain: true }))[0]).toEqual(together[i]);
  });

  it('takes challengers along without letting them touch anything', async () => {
    const broken = {
      ...linearModel(),
      artefact: { ...linearModel().artefact, sha256: 'b'.repeat(64) },
      scorer: { score: () => Promise.reject(new Error('no')) },
    };
    const misfit = { ...linearModel({ product: 'other' }), artefact: { ...linearModel().artefact, sha256: 'c'.repeat(64) } };
    const sound = { ...linearModel(), artefact: { ...linearModel().artefact, sha256: 'd'.repeat(64) }, scorer: scorerOf(() => 0.9) };
    const decided = await decideOne({}, { challengers: [broken, misfit, sound] });
    expect(decided.shadow).toEqual({ ['b'.repeat(64)]: null, ['c'.repeat(64)]: null, ['d'.repeat(64)]: 0.9 });
    expect(decided.decision).toEqual((await decideOne()).decision);
  });

  it('refuses a model or a policy that does not fit, by name', () => {
    const misfit = prepareDecider({ product: loadedProduct, model: linearModel({ product: 'other' }), policy: null });
    expect('failure' in misfit && misfit.failure.kind).toBe('model-does-not-fit');
    const malformed = prepareDecider({
      product: loadedProduct,
      model: null,
      policy: loadedPolicy(policyOf(undefined, { product: 'other' })),
    });
    expect('failure' in malformed && malformed.failure.kind).toBe('policy-malformed');
  });
});

describe('reasons of the model', () => {
  const contributionsOf = (values: number[], errors: number[] = []) => ({
    method: 'sampled' as const,
    scale: 'log-odds' as const,
    expected: 0,
    predicted: 0,
    contributions: values.map((value, i) => ({ characteristic: `c${i}`, value, standardError: errors[i] ?? 0 })),
  });
  const named = (count: number, code = (i: number) => `C${i}`) =>
    Array.from({ length: count }, (_, i) => ({ id: `c${i}`, label: { en: 'c' }, reason: { code: code(i), text: { en: `text ${i}` } } }));
  const codes = (values: number[], errors?: number[]) =>
    modelReasons(contributionsOf(values, errors), named(values.length)).map(({ code }) => code);

  it('are at most four, largest first, ties in the manifest’s order', () => {
    expect(codes([0.2, 0.5, 0.2, 0.3, 0.4])).toEqual(['C1', 'C4', 'C3', 'C0']);
  });

  it('leave out what spoke for the applicant and what hardly mattered', () => {
    expect(codes([-2, 1, 0.04, 0])).toEqual(['C1']);
  });

  it('leave out what may be nothing but sampling error', () => {
    expect(codes([0.5, 0.5], [0.01, 0.3])).toEqual(['C0']);
  });

  it('give a shared code once, in its first wording', () => {
    expect(
      modelReasons(
        contributionsOf([0.1, 0.5]),
        named(2, () => 'SAME'),
      ),
    ).toEqual([{ code: 'SAME', source: 'model', text: { en: 'text 0' } }]);
  });
});

describe('amounts and points', () => {
  it('reckon the level instalment of an annuity', () => {
    expect(instalmentOf(1200, 12, 12)).toBeCloseTo(106.6185, 3);
    expect(instalmentOf(1200, 12, 0)).toBe(100);
    expect(instalmentOf(1200, 0, 12)).toBeNaN();
  });

  it('pay the loan off exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 480 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (amount, term, rate) => {
          const instalment = instalmentOf(amount, term, rate);
          let present = 0;
          for (let month = 1; month <= term; month++) present += instalment / (1 + rate / 1200) ** month;
          expect(Math.abs(present / amount - 1)).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('leave missing what misses an operand', () => {
    const of = prepareAffordability(product, policyOf().affordability);
    expect(of({ ...goodAnswers, income: null })).toMatchObject({ monthlyIncome: null, dti: null, disposableIncome: null, amount: 1200 });
    expect(of({ ...goodAnswers, income: 0 })).toMatchObject({ monthlyIncome: 0, dti: null });
    expect(of({ ...goodAnswers, term_months: null })).toMatchObject({ instalment: null, debtService: null, dti: null });
  });

  it('double the odds every pdo points', () => {
    const scaling = { baseScore: 600, baseOdds: 20, pdo: 20 };
    expect(toScore(1 / 21, scaling)).toBeCloseTo(600, 9);
    expect(toScore(1 / 41, scaling)).toBeCloseTo(620, 9);
    expect(Number.isFinite(toScore(0, scaling)) && Number.isFinite(toScore(1, scaling))).toBe(true);
  });
});

describe('a stored decision', () => {
  const anyAnswers = fc.record({
    amount: fc.integer({ min: 10, max: 10_000 }),
    income: fc.option(fc.integer({ min: 0, max: 3000 })),
    ratio: fc.option(fc.constant(0.5), { freq: 4 }),
    job: fc.option(fc.constantFrom('fixed', 'temp', 'other')),
    visits: fc.option(fc.integer({ min: 0, max: 9 })),
  });
  const artefacts = { manifest: linearModel().manifest, policy: policyOf(), product };

  it('reads back exactly as it was made', async () => {
    const decider = deciderOf();
    await fc.assert(
      fc.asyncProperty(anyAnswers, fc.constantFrom('2026-06-01', '2027-01-01'), async (answers, today) => {
        const [decided] = await decider.decideAll([applicationOf(answers)], { today, explain: true });
        if (decided === undefined || 'complaints' in decided) throw new Error('not decided');
        const stored = decisionRecord.parse(JSON.parse(JSON.stringify(toRecord(decided.decision))));
        expect(fromRecord({ ...stored, inputs: decided.answers }, artefacts)).toEqual(decided.decision);
        expect(toRecord(fromRecord(stored, artefacts))).toEqual(stored);
      }),
    );
  });

  it('keeps codes, numbers and letters when model and policy are gone', async () => {
    const { decision: made } = await decideOne({ amount: 5000 });
    const bare = fromRecord(toRecord(made), { manifest: null, policy: null, product: null });
    expect(decision.parse(bare)).toMatchObject({
      outcome: 'decline',
      pd: made.pd,
      reasons: [{ code: 'SIZE', source: 'model', text: { en: 'SIZE' } }],
    });
    expect(toRecord(bare)).toEqual(toRecord(made));
  });

  it('keeps the stored letters where the policy would answer otherwise today', async () => {
    const decided = await decideOne({ visits: 7 });
    const stored = toRecord(decided.decision);
    const restored = fromRecord(
      { ...stored, policy_trace: { ...stored.policy_trace, 'knock-out': 'nn' }, inputs: decided.answers },
      artefacts,
    );
    expect(restored.policyTrace[0]?.rules).toEqual([
      { rule: 'many-visits', result: 'no', input: null },
      { rule: 'temp-visits', result: 'no', input: 0 },
    ]);
  });
});
