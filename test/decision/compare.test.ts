/** Comparing two ways of deciding: what is counted, what is hidden, and what is said of two policies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../contract/policy.ts';
import { monitoredTraits, NOT_STATED } from '../../decision/compare/monitored-groups.ts';
import { OutcomeShift } from '../../decision/compare/outcome-shift.ts';
import { spreadOf } from '../../decision/compare/percentiles.ts';
import { hideSmallCells, SMALLEST_CELL, SMALLEST_GROUP } from '../../decision/compare/small-cells.ts';
import { comparePolicies } from '../../decision/policy/compare.ts';
import { policyOf, product, tableOf } from './samples.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('small cells', () => {
  it('are hidden, and so is what would give them away', () => {
    const shown = hideSmallCells([
      [100, 3, 103],
      [80, 20, 100],
    ]);
    expect(shown).toStrictEqual([
      [null, null, 103],
      [null, null, 100],
    ]);
  });

  it('are not shown of a group of few people, whatever its cells', () => {
    expect(
      hideSmallCells([
        [20, 0, 20],
        [500, 40, 540],
        [300, 10, 310],
      ])[0],
    ).toStrictEqual([null, null, null]);
  });

  it('leave everything as it is where there are none', () => {
    const rows = [
      [50, 0, 50],
      [60, 7, 67],
    ];
    expect(hideSmallCells(rows)).toStrictEqual(rows);
  });

  it('can never be worked out from one line that adds up', () => {
    const counts = fc.array(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(counts, (cells) => {
        const rows = cells.map((row) => [...row, sum(row)]);
        const shown = hideSmallCells(rows);
        const lines = [...shown, ...[0, 1, 2, 3].map((column) => shown.map((row) => row[column]!))];
        for (const line of lines) {
          const hidden = line.filter((count) => count === null).length;
          expect(hidden === 1 && line.length > 1).toBe(false);
        }
        for (const [r, row] of rows.entries())
          for (const [c, count] of row.entries()) {
            if (shown[r]![c] !== null) expect(count === 0 || count >= SMALLEST_CELL).toBe(true);
            if (row.at(-1)! < SMALLEST_GROUP) expect(shown[r]![c]).toBeNull();
          }
      }),
      { seed: 11 },
    );
  });
});

describe('monitored groups', () => {
  it('are the protected traits alone, numbers in bands of a round width', () => {
    const [age, ...others] = monitoredTraits(product);
    expect([age!.field, others]).toStrictEqual(['age', []]);
    expect([18, 39, 40, 99].map((value) => age!.groupOf(value))).toStrictEqual(['10 to 19', '30 to 39', '40 to 49', '90 to 99']);
    expect(age!.groupOf(null)).toBe(NOT_STATED);
  });
});

describe('the shift from one outcome to another', () => {
  it('counts pairs of outcomes, of all and by group, and hides groups of few', () => {
    const shift = new OutcomeShift(product);
    for (let i = 0; i < 40; i++) shift.add('approve', i < 10 ? 'refer' : 'approve', { age: 33 });
    for (let i = 0; i < 40; i++) shift.add('refer', i < 10 ? 'refer' : 'approve', { age: 52 });
    shift.add('decline', 'approve', { age: 71 });
    const report = shift.report();
    expect([report.compared, report.decidedOtherwise, report.hiddenGroups]).toStrictEqual([81, 41, 2]);
    expect(report.pairs.find(({ before, after }) => before === 'decline' && after === 'approve')?.count).toBe(1);
    expect(report.groups.map(({ group }) => group)).not.toContain('70 to 79');
    expect(JSON.stringify(report.groups)).not.toContain('"count":1,');
  });

  it('says nothing of groups where nobody was asked', () => {
    const shift = new OutcomeShift(product);
    for (let i = 0; i < 100; i++) shift.add('approve', 'refer', {});
    expect(shift.report().groups).toStrictEqual([]);
  });
});

describe('a spread', () => {
  it('names values that occur', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadOf([3, 1, 2])).toStrictEqual({ rows: 3, mean: 2, min: 1, p5: 1, p25: 1, p50: 2, p75: 3, p95: 3, max: 3 });
  });
});

describe('two policies', () => {
  const cutoff = tableOf({
    id: 'cutoff',
    purpose: 'cutoff',
    hitPolicy: 'FIRST',
    inputs: ['score', 'job'],
    rules: [
      { id: 'low', when: ['< 500', '-'], outcome: 'decline' },
      { id: 'high', when: ['>= 500', '-'], outcome: 'approve' },
    ],
  });
  const before = policyOf([cutoff]);
  const messages = (after: Policy) =>
    comparePolicies(before, after).map(({ table, rule, change, message }) => [table, rule, change, message].join(' | '));

  it('that are the same differ in nothing', () => {
    expect(messages(structuredClone(before))).toStrictEqual([]);
  });

  it('are told apart cell by cell, and a column that moved is no change', () => {
    const after = structuredClone(before);
    const table = after.tables[0]!;
    table.inputs = ['job', 'score'];
    for (const rule of table.rules) rule.when.reverse();
    table.rules[0]!.when[1] = '< 520';
    table.rules[1]!.outcome = 'refer';
    expect(messages(after)).toStrictEqual([
      'cutoff | low | changed | The test of score was < 500, is < 520.',
      'cutoff | high | changed | The outcome was approve, is refer.',
    ]);
  });

  it('are told apart by rules and tables that came, went and moved', () => {
    const after = structuredClone(before);
    const [table] = after.tables as [Policy['tables'][number]];
    table.rules = [{ id: 'new', when: ['-', '"temp"'], outcome: 'refer' }, ...table.rules.toReversed()];
    after.tables.push({ ...structuredClone(cutoff), id: 'second', rules: [{ id: 'only', when: ['-', '-'], outcome: 'approve' }] });
    after.expiresOn = '2099-01-01';
    expect(messages(after)).toStrictEqual([
      expect.stringContaining('The last valid day was'),
      'cutoff | new | added | New: where job "temp": refer.',
      'cutoff |  | moved | The rules stand in another order (high, low), and the first that holds decides.',
      'second |  | added | The table second (cutoff, 1 rules) is new.',
      'second | only | added | New: always: approve.',
    ]);
  });
});
