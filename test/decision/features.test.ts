import { describe, expect, it } from 'vitest';
import type { Answer } from '../../contract/application.ts';
import type { Feature } from '../../contract/model-package.ts';
import { prepareFeatures } from '../../decision/features.ts';
import { featureOf, goodAnswers, manifestOf, product } from './samples.ts';

function build(features: Feature[], answers: Record<string, Answer> = {}, more: Parameters<typeof manifestOf>[1] = {}) {
  const prepared = prepareFeatures(manifestOf(features, more), product);
  if ('failure' in prepared) throw new Error(prepared.failure.happened);
  return prepared.build({ ...goodAnswers, ...answers });
}

const kinds = (built: ReturnType<typeof build>) => built.doubts.map(({ kind, subject }) => `${kind} ${subject}`);
const oneHot = (value: string) => featureOf(`job_${value}`, { oneHot: 'job', value }, 'job', { mayBeMissing: false });

describe('features', () => {
  it('are made from numbers, dummies, maps and arithmetic in the manifest’s order', () => {
    const built = build([
      featureOf('amount', { field: 'amount' }, 'amount'),
      oneHot('temp'),
      oneHot('fixed'),
      featureOf('job', { map: 'job', values: { fixed: 2, temp: 3 } }, 'job'),
      featureOf('load', { expression: { op: 'divide', args: [{ field: 'amount' }, { field: 'income' }] } }, 'load'),
    ]);
    expect(built).toEqual({ values: [1200, 0, 1, 2, 1.2], doubts: [] });
  });

  it('gives a choice as text to a text column', () => {
    const feature = featureOf('job', { field: 'job' }, 'job', { trained: { values: ['temp'] } });
    const inputs = [{ name: 'job', type: 'string' as const, shape: 'column' as const, features: ['job'] }];
    const built = build([feature], {}, { inputs });
    expect(built.values).toEqual(['fixed']);
    expect(kinds(built)).toEqual(['unknown-value job']);
  });

  it('doubts a missing value only where the model was trained without', () => {
    const feature = (mayBeMissing: boolean) => [featureOf('income', { field: 'income' }, 'income', { mayBeMissing })];
    expect(build(feature(true), { income: null })).toEqual({ values: [null], doubts: [] });
    expect(kinds(build(feature(false), { income: null }))).toEqual(['missing-value income']);
  });

  it('leaves all dummies of a missing choice at zero and tells it once', () => {
    const built = build([oneHot('temp'), oneHot('fixed')], { job: null });
    expect(built.values).toEqual([0, 0]);
    expect(kinds(built)).toEqual(['missing-value job']);
  });

  it('doubts what lies outside the trained range, without telling the value', () => {
    const built = build([featureOf('amount', { field: 'amount' }, 'amount', { trained: { min: 100, max: 999 } })]);
    expect(kinds(built)).toEqual(['outside-trained-range amount']);
    expect(built.doubts[0]?.cause).toContain('100 to 999');
    expect(built.doubts[0]?.cause).not.toContain('1200');
  });

  it('never guesses a number for a choice that the map does not list', () => {
    const built = build([featureOf('job', { map: 'job', values: { temp: 1 } }, 'job')]);
    expect(built.values).toEqual([null]);
    expect(kinds(built)).toEqual(['unknown-value job']);
  });

  it('puts in the number that an expression names for a missing one', () => {
    const filled = featureOf('means', { expression: { value: { field: 'income' }, ifMissing: 7 } }, 'means');
    expect(build([filled], { income: null }).values).toEqual([7]);
  });

  it('takes a division by zero as missing', () => {
    const load = featureOf('load', { expression: { op: 'divide', args: [{ field: 'amount' }, { field: 'income' }] } }, 'load');
    expect(build([load], { income: 0 }).values).toEqual([null]);
  });
});

describe('a model does not fit', () => {
  it.each([
    ['an unknown field', featureOf('x', { field: 'shoe_size' }, 'x'), 'shoe_size'],
    ['a protected field', featureOf('x', { field: 'age' }, 'x'), 'protected'],
    ['an identifying field', featureOf('x', { field: 'full_name' }, 'x'), 'identifying'],
    [
      'a protected field inside of arithmetic',
      featureOf('x', { expression: { op: 'add', args: [{ constant: 1 }, { field: 'age' }] } }, 'x'),
      'protected',
    ],
    ['a choice where the graph takes numbers', featureOf('x', { field: 'job' }, 'x'), 'takes a number'],
    ['dummies of a number', featureOf('x', { oneHot: 'amount', value: '1' }, 'x'), 'needs a choice'],
    ['a dummy of no option', featureOf('x', { oneHot: 'job', value: 'Fixed' }, 'x'), "'Fixed'"],
    ['arithmetic over a choice', featureOf('x', { expression: { field: 'job' } }, 'x'), 'no number'],
    ['texts as the range of a number', featureOf('x', { field: 'amount' }, 'x', { trained: { values: ['a'] } }), 'texts'],
  ])('with %s, and the difference is named', (_, feature, named) => {
    const prepared = prepareFeatures(manifestOf([feature]), product);
    expect('failure' in prepared && prepared.failure.kind).toBe('model-does-not-fit');
    expect('failure' in prepared && prepared.failure.happened).toContain(named);
  });

  it('when it was made for another product', () => {
    const prepared = prepareFeatures(manifestOf([featureOf('a', { field: 'amount' }, 'a')], { product: 'other' }), product);
    expect('failure' in prepared && prepared.failure.happened).toContain('not for test-loan');
  });
});
