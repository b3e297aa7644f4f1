import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../contract/application.ts';
import type { DecisionTable, Policy } from '../../contract/policy.ts';
import { parseCell } from '../../decision/policy/cell.ts';
import { compileTables, type PolicyInputs } from '../../decision/policy/compile.ts';
import { evaluateTables } from '../../decision/policy/evaluate.ts';
import { preparePolicy } from '../../decision/policy/prepare.ts';
import { compileTest } from '../../decision/policy/test-cell.ts';
import { cutoffTable, knockOutTable, loadedPolicy, policyOf, product, tableOf } from './samples.ts';

function ask(cell: string, value: Answer): string {
  const test = parseCell(cell);
  if ('malformed' in test) throw new Error(test.malformed);
  return compileTest(test)(value);
}

describe('a cell', () => {
  it.each<[string, Answer, string]>([
    ['-', null, 'yes'],
    ['-', 'anything', 'yes'],
    ['>= 3', 3, 'yes'],
    ['>= 3', 2.9, 'no'],
    ['< -0.5', -1, 'yes'],
    ['= 3', 3, 'yes'],
    ['3', 3, 'yes'],
    ['!= 3', 3, 'no'],
    ['!= 3', 4, 'yes'],
    ['1e3', 1000, 'yes'],
    ['[1..5)', 1, 'yes'],
    ['[1..5)', 5, 'no'],
    ['(1..5]', 1, 'no'],
    [']1..5[', 5, 'no'],
    [']1..5[', 3, 'yes'],
    ['[ 1 .. 5 ]', 5, 'yes'],
    ['1, 2, [10..20]', 15, 'yes'],
    ['1, 2, [10..20]', 3, 'no'],
    ['"a","b"', 'b', 'yes'],
    ['"a","b"', 'c', 'no'],
    ['"say \\"hi\\", \\u0041\\\\"', 'say "hi", A\\', 'yes'],
    ['!= "a"', 'b', 'yes'],
    ['not("a", "b")', 'c', 'yes'],
    ['not("a")', 'a', 'no'],
    ['not([1..5])', 6, 'yes'],
    ['null', null, 'yes'],
    ['null', 3, 'no'],
    ['null', 'a', 'no'],
    ['not(null)', null, 'no'],
    ['not(null)', 3, 'yes'],
    ['not(null)', 'a', 'yes'],
    ['null, < 3', null, 'yes'],
    ['null, < 3', 2, 'yes'],
    ['>= 3', null, 'missing'],
    ['not("a")', null, 'missing'],
    ['"a"', null, 'missing'],
    ['>= 3', Number.NaN, 'missing'],
    ['>= 3', 'a', 'wrong-type'],
    ['"a"', 3, 'wrong-type'],
    ['not("a")', 3, 'wrong-type'],
  ])('%s asked about %s says %s', (cell, value, said) => {
    expect(ask(cell, value)).toBe(said);
  });

  it.each([
    '',
    'abc',
    '"open',
    '> "a"',
    '[5..1]',
    '(3..3)',
    '1,',
    ',1',
    'not(',
    'not(-)',
    'not(1',
    '1 2',
    '>= ',
    '-, 3',
    '1e400',
    '[1..',
    'nullx',
    '"a" "b"',
    '{}',
  ])('%j is malformed, and says where', (cell) => {
    expect(parseCell(cell)).toEqual({ malformed: expect.any(String) });
  });

  it('is total: any text is read or refused, and any value answered', () => {
    const words = fc.constantFrom('-', 'null', 'not(', ')', '>=', '!=', '[1', '..', '5)', '"a"', ',', '3', ' ', '1e9', '\\', '"');
    const cells = fc.oneof(
      fc.string(),
      fc.array(words).map((all) => all.join('')),
    );
    const values = fc.oneof(fc.double(), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(cells, values, (cell, value) => {
        const test = parseCell(cell);
        if (!('malformed' in test)) expect(['yes', 'no', 'missing', 'wrong-type']).toContain(compileTest(test)(value));
      }),
      { numRuns: 2000 },
    );
  });
});

const nothing = {
  amount: null,
  termMonths: null,
  monthlyIncome: null,
  instalment: null,
  debtService: null,
  dti: null,
  disposableIncome: null,
};
const inputsOf = (pd: number | null, answers: Record<string, Answer> = {}): PolicyInputs => ({
  answers: { visits: 0, job: 'fixed', ...answers },
  pd,
  score: null,
  affordability: nothing,
});

describe('tables together', () => {
  const say = (from: PolicyInputs, tables: DecisionTable[] = [knockOutTable, cutoffTable]) =>
    evaluateTables(compileTables(policyOf(tables)), from);

  it('approve where a cutoff rule says so and nothing objects', () => {
    expect(say(inputsOf(0.1))).toMatchObject({ outcome: 'approve', doubts: [], fired: [] });
  });

  it('decline before they refer, and refer before they approve', () => {
    expect(say(inputsOf(0.1, { visits: 4, job: 'temp' })).outcome).toBe('refer');
    expect(say(inputsOf(0.1, { visits: 6 })).outcome).toBe('decline');
    expect(say(inputsOf(0.3, { visits: 6 })).outcome).toBe('decline');
  });

  it('refer on a doubt even where another rule declines', () => {
    const said = say(inputsOf(0.9, { visits: null }));
    expect(said.outcome).toBe('refer');
    expect(said.doubts).toHaveLength(1);
    expect(said.doubts[0]).toMatchObject({ kind: 'policy-cell', subject: 'knock-out/many-visits' });
  });

  it('record every rule with the input that decided it', () => {
    expect(say(inputsOf(0.3, { visits: 4, job: null })).trace).toEqual([
      {
        table: 'knock-out',
        outcome: 'refer',
        rules: [
          { rule: 'many-visits', result: 'no', input: 0 },
          { rule: 'temp-visits', result: 'doubt', input: 1 },
        ],
      },
      {
        table: 'cutoff',
        outcome: 'refer',
        rules: [
          { rule: 'low', result: 'no', input: 0 },
          { rule: 'band', result: 'yes', input: null },
          { rule: 'high', result: 'not-reached', input: null },
        ],
      },
    ]);
  });

  it('do not mind a missing value where another test fails anyway', () => {
    expect(say(inputsOf(0.1, { job: null })).outcome).toBe('approve');
  });

  it('refer in a gap of the cutoff, and without a score', () => {
    const gappy = { ...cutoffTable, rules: cutoffTable.rules.slice(0, 2) };
    expect(say(inputsOf(0.7), [gappy])).toMatchObject({ outcome: 'refer', doubts: [{ kind: 'policy-gap', subject: 'cutoff' }] });
    expect(say(inputsOf(null)).outcome).toBe('refer');
  });

  it('never approve without a cutoff table, whatever other tables say', () => {
    const keen = { ...knockOutTable, rules: [{ id: 'keen', when: ['-', '-'], outcome: 'approve' as const }] };
    expect(say(inputsOf(0.1), [keen])).toMatchObject({ outcome: 'refer', doubts: [{ kind: 'policy-gap' }] });
  });

  it('price what is not declined, and refer an approval without a price', () => {
    const rules = [{ id: 'a', when: ['< 0.1'], outcome: null, pricing: { tier: 'A', annualRatePercent: 5 } }];
    const tables = [cutoffTable, tableOf({ purpose: 'pricing', inputs: ['pd'], rules })];
    expect(say(inputsOf(0.05), tables)).toMatchObject({ outcome: 'approve', pricing: { tier: 'A', annualRatePercent: 5 } });
    expect(say(inputsOf(0.15), tables)).toMatchObject({ outcome: 'refer', pricing: null, doubts: [{ subject: 'pricing' }] });
    expect(say(inputsOf(0.9), tables)).toMatchObject({ outcome: 'decline', pricing: null, doubts: [] });
  });

  const anyCell = fc.constantFrom('-', '< 3', '>= 3', '[1..5)', '"temp"', 'not("temp")', 'null', 'not(null)', '!= 2', '?');
  const anyRule = fc.record({
    when: fc.tuple(anyCell, anyCell),
    outcome: fc.constantFrom('approve' as const, 'refer' as const, 'decline' as const),
  });
  const anyTable = fc.record({
    purpose: fc.constantFrom('knock-out' as const, 'cutoff' as const),
    rules: fc.array(anyRule, { minLength: 1, maxLength: 4 }),
  });
  const anyPolicy = fc
    .array(anyTable, { minLength: 1, maxLength: 3 })
    .map((tables) =>
      tables.map(({ purpose, rules }, t) =>
        tableOf({ id: `t${t}`, purpose, inputs: ['visits', 'job'], rules: rules.map((rule, r) => ({ id: `r${r}`, ...rule })) }),
      ),
    );
  const anyAnswers = fc.record({
    visits: fc.constantFrom<Answer>(null, 0, 1, 2, 3, 5, 'x'),
    job: fc.constantFrom<Answer>(null, 'fixed', 'temp', 7),
  });

  it('never throw, and never approve on a doubt or without a cutoff rule that does', () => {
    fc.assert(
      fc.property(anyPolicy, anyAnswers, (tables, answers) => {
        const said = say(inputsOf(0.1, answers), tables);
        if (said.doubts.length > 0) expect(said.outcome).toBe('refer');
        if (said.outcome === 'approve') expect(said.cutoff).toBe('approve');
        for (const { rules } of said.trace) if (rules.some(({ result }) => result === 'doubt')) expect(said.outcome).toBe('refer');
      }),
      { numRuns: 1000 },
    );
  });

  it('approve with a value missing only where they would approve whatever it is', () => {
    const blind = anyPolicy.filter((tables) =>
      tables.every(({ rules }) => rules.every(({ when }) => when.every((cell) => !cell.includes('null')))),
    );
    fc.assert(
      fc.property(blind, anyAnswers, fc.constantFrom<Answer>(0, 1, 2, 3, 5), (tables, answers, visits) => {
        if (say(inputsOf(0.1, { ...answers, visits: null }), tables).outcome === 'approve')
          expect(say(inputsOf(0.1, { ...answers, visits }), tables).outcome).toBe('approve');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('findings', () => {
  const findingsOf = (tables: DecisionTable[], more: Partial<Policy> = {}) =>
    preparePolicy(loadedPolicy(policyOf(tables, more)), product).findings.map(({ level, kind, rule }) => `${level} ${kind} ${rule}`);
  const knockOut = (inputs: DecisionTable['inputs'], ...when: string[]) =>
    tableOf({
      purpose: 'knock-out',
      inputs,
      rules: [{ id: 'r', when, outcome: 'decline', reason: { code: 'R', text: { en: 'r' } } }],
    });
  const cutoff = (...rules: [string, 'approve' | 'refer' | 'decline'][]) =>
    tableOf({ purpose: 'cutoff', inputs: ['score'], rules: rules.map(([cell, outcome], i) => ({ id: `r${i}`, when: [cell], outcome })) });

  it('there are none for a sound policy', () => {
    expect(findingsOf([knockOutTable, cutoffTable])).toEqual([]);
  });

  it.each<[string, DecisionTable, string]>([
    ['a malformed cell', knockOut(['visits'], '> > 3'), 'error malformed-cell r'],
    ['an unknown input', knockOut(['shoe_size'], '> 3'), 'error unknown-input null'],
    ['a protected input', knockOut(['age'], '> 60'), 'error unknown-input null'],
    ['an identifying input', knockOut(['full_name'], '"A"'), 'error unknown-input null'],
    ['a text asked of a number', knockOut(['visits'], '"a"'), 'error type-error r'],
    ['a number asked of a choice', knockOut(['job'], '> 3'), 'error type-error r'],
    ['an option that does not exist', knockOut(['job'], '"Temp"'), 'error type-error r'],
    ['too few cells', knockOut(['visits', 'job'], '> 3'), 'error structure r'],
    ['impossible values', knockOut(['visits'], '> 9'), 'warning unreachable r'],
    ['a wrong hit policy', { ...knockOutTable, hitPolicy: 'FIRST' }, 'error structure null'],
    ['a missing reason', { ...knockOutTable, rules: [{ id: 'r', when: ['> 5', '-'], outcome: 'refer' }] }, 'error missing-reason r'],
    ['two rules of one id', { ...knockOutTable, rules: [...knockOutTable.rules, knockOutTable.rules[0]!] }, 'error structure many-visits'],
  ])('name %s', (_, table, finding) => {
    expect(findingsOf([table, cutoffTable])).toEqual([finding]);
  });

  it('name gaps, shadowed rules and overlaps of a cutoff table', () => {
    expect(findingsOf([cutoff(['< 500', 'decline'], ['> 500', 'approve'])])).toEqual(['warning gap null']);
    expect(findingsOf([cutoff(['-', 'decline'], ['> 500', 'approve'])])).toContain('warning unreachable r1');
    expect(findingsOf([cutoff(['< 520', 'decline'], ['>= 500', 'approve'])])).toEqual(['warning overlap r1']);
    expect(findingsOf([cutoff(['< 520', 'decline'], ['-', 'approve'])])).toEqual([]);
  });

  it('say where the gap is, also in two dimensions', () => {
    const table = tableOf({
      purpose: 'cutoff',
      inputs: ['pd', 'job'],
      rules: [
        { id: 'low', when: ['< 0.2', '-'], outcome: 'approve' },
        { id: 'high', when: ['>= 0.2', '"fixed","temp"'], outcome: 'decline' },
      ],
    });
    const { findings } = preparePolicy(loadedPolicy(policyOf([table])), product);
    expect(findings.map(({ message }) => message).join()).toContain('pd = 0.2 and job = other');
  });

  it('agree with the evaluator about gaps', () => {
    const bound = fc.integer({ min: 0, max: 4 }).map((n) => n / 4);
    const cells = fc.oneof(
      bound.map((b) => `< ${b}`),
      bound.map((b) => `>= ${b}`),
      fc
        .tuple(bound, bound)
        .filter(([a, b]) => a < b)
        .map(([a, b]) => `[${a}..${b})`),
    );
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (all) => {
        const table = tableOf({
          purpose: 'cutoff',
          inputs: ['pd'],
          rules: all.map((cell, i) => ({ id: `r${i}`, when: [cell], outcome: 'refer' })),
        });
        const { prepared, findings } = preparePolicy(loadedPolicy(policyOf([table])), product);
        const met = Array.from({ length: 17 }, (_, i) => i / 16).some((pd) => prepared!.evaluate(inputsOf(pd)).doubts.length > 0);
        expect(findings.some(({ kind }) => kind === 'gap')).toBe(met);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse a policy for another product, and one that expires before it begins', () => {
    expect(findingsOf([cutoffTable], { product: 'other' })).toEqual(['error structure null']);
    expect(findingsOf([cutoffTable], { validFrom: '2027-01-01' })).toEqual(['error structure null']);
  });
});
