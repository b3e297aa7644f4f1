import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { FeatureRow, ScoredRow } from '../../decision/ports.ts';
import { createScorer, type Run } from '../../models/create-scorer.ts';
import { createFeeder } from '../../models/feed-rows.ts';
import { loadModel } from '../../models/load-model.ts';
import { readPds } from '../../models/read-output.ts';
import { prepareRawRows, scoreRawRows } from '../../models/score-rows.ts';
import { fixtures, manifestOf, openFixture } from './pack-fixture.ts';

const failed = (cause: string): ScoredRow => ({ failed: cause });

/** A model of four features whose answer the test makes up: p = the first feature. */
function scorerAnswering(answer: (first: number[], call: number) => { values: number[]; dims: number[] }, rowByRow = false) {
  const manifest = manifestOf('mlp-float');
  let calls = 0;
  const sizes: number[] = [];
  const run: Run = async (feeds) => {
    const { data, dims } = feeds.input!;
    sizes.push(dims[0]!);
    const { values, dims: shape } = answer(
      Array.from({ length: dims[0]! }, (_, row) => Number(data[row * 4])),
      calls++,
    );
    return new Tensor('float32', Float32Array.from(values), shape);
  };
  return { scorer: createScorer(manifest, createFeeder(manifest, 2048, new Set()), run, rowByRow), sizes };
}

const echo = (first: number[]) => ({ values: first, dims: [first.length, 1] });
const rowsOf = (...first: (number | null)[]): FeatureRow[] => first.map((value) => [value, 1, 1, 1]);

describe('what a row must be', () => {
  it.each([
    [[30, 1000, 'many', 0.5], 'feature debt is a text where the model takes a number'],
    [[30, 1e39, 1, 0.5], 'feature income is beyond the range of the numbers that the model computes with'],
    [[30, 1000, Number.POSITIVE_INFINITY, 0.5], 'feature debt is beyond the range of the numbers that the model computes with'],
    [[30, 1000, 1], 'there are 3 features where the model takes 4'],
  ] as [FeatureRow, string][])('fails only the row %j', async (row, cause) => {
    const model = await loadModel(await openFixture('mlp-float'));
    const good = fixtures['mlp-float']!.rows[0]!;
    const [first, second, third] = await model.scorer.score([good, row, good]);
    expect(second).toStrictEqual(failed(cause));
    expect(first).toStrictEqual(third);
    expect(first).toHaveProperty('pd');
    await model.close();
  });

  it('refuses a missing value and a fraction where the graph takes whole numbers, and a number where it takes texts', async () => {
    const model = await loadModel(await openFixture('mixed-columns'));
    const scored = await model.scorer.score([
      [null, 'car', 5],
      [30.5, 'car', 5],
      [30, 7, 5],
      [30, null, null],
      [30, 'car', 5],
    ]);
    expect(scored.slice(0, 3)).toStrictEqual([
      failed('feature age is missing, and the model takes whole numbers there, which cannot be missing'),
      failed('feature age is no whole number, and the model takes whole numbers there'),
      failed('feature purpose is a number where the model takes a text'),
    ]);
    // A missing double is NaN, and this network passes it on: a cause, never a number.
    expect(scored[3]).toStrictEqual(failed('the model answered with something that is not a finite number'));
    expect(scored[4]).toHaveProperty('pd');
    await model.close();
  });

  it('scores an empty batch', async () => {
    const { scorer, sizes } = scorerAnswering(echo);
    expect(await scorer.score([])).toStrictEqual([]);
    expect(sizes).toStrictEqual([]);
  });
});

describe('what an answer must be', () => {
  it('fails the rows that are not finite or outside 0 to 1, and only those', async () => {
    const { scorer } = scorerAnswering((first) => ({ values: first.map((v) => (v === 1 ? Number.NaN : v)), dims: [first.length, 1] }));
    const scored = await scorer.score(rowsOf(0.25, 1, 1.5, -0.1, 0.75));
    expect(scored.map((row) => ('pd' in row ? row.pd : row.failed))).toStrictEqual([
      0.25,
      'the model answered with something that is not a finite number',
      'the model answered with a probability outside 0 to 1',
      'the model answered with a probability outside 0 to 1',
      0.75,
    ]);
  });

  it.each([
    [
      'too few rows',
      (first: number[]) => ({ values: first.slice(1), dims: [first.length - 1, 1] }),
      'the model answered with 2 rows for 3',
    ],
    [
      'too many columns',
      (first: number[]) => ({ values: [...first, ...first], dims: [first.length, 2] }),
      'output p has 2 columns instead of one',
    ],
    [
      'three dimensions',
      (first: number[]) => ({ values: first, dims: [first.length, 1, 1] }),
      'output p has 3 dimensions instead of one or two',
    ],
  ])('fails the whole run on %s', async (_, answer, cause) => {
    const { scorer } = scorerAnswering(answer);
    expect(await scorer.score(rowsOf(0.1, 0.2, 0.3))).toStrictEqual([failed(cause), failed(cause), failed(cause)]);
  });

  it('notices two answers to the same question: in the first batch, and always for a row alone', async () => {
    const fickle = (first: number[], call: number) => ({ values: first.map((v, i) => v + (call + i) / 1000), dims: [first.length, 1] });
    const twice = failed('the model gave two answers to the same question');
    expect(await scorerAnswering(fickle).scorer.score(rowsOf(0.1, 0.2))).toStrictEqual([twice, twice]);
    expect(await scorerAnswering(fickle).scorer.score(rowsOf(0.1))).toStrictEqual([twice]);
    expect((await scorerAnswering(fickle, true).scorer.score(rowsOf(0.1, 0.2)))[0]).toStrictEqual(twice);
    expect(await scorerAnswering(fickle, true).scorer.score(rowsOf(0.1))).toStrictEqual([twice]);
  });

  it('runs the other rows when one row breaks the run, and does not quote the runtime', async () => {
    const { scorer } = scorerAnswering((first) => {
      if (first.includes(0.5)) throw new Error('cannot convert "Ada Lovelace"');
      return echo(first);
    });
    expect(await scorer.score(rowsOf(0.25, 0.5, 0.75))).toStrictEqual([
      { pd: 0.25 },
      failed('the model could not be run on this row'),
      { pd: 0.75 },
    ]);
  });

  it('keeps the order of rows and of calls when batches overlap', async () => {
    const { scorer } = scorerAnswering(echo);
    const many = Array.from({ length: 3000 }, (_, i) => i / 4096);
    const [a, b] = await Promise.all([scorer.score(rowsOf(...many)), scorer.score(rowsOf(...[...many].reverse()))]);
    expect(a.map((row) => ('pd' in row ? row.pd : null))).toStrictEqual(many);
    expect(b.map((row) => ('pd' in row ? row.pd : null))).toStrictEqual([...many].reverse());
  });

  it('feeds one row at a time where the graph takes no more', async () => {
    const { scorer, sizes } = scorerAnswering(echo, true);
    await scorer.score(rowsOf(0.25, 0.5, 0.75));
    expect(new Set(sizes)).toStrictEqual(new Set([1]));
  });
});

describe('from the answer to the PD', () => {
  const single = (value: number, changes: Parameters<typeof manifestOf>[1]) => {
    const result = readPds(new Tensor('float64', Float64Array.of(value), [1, 1]), 1, manifestOf('mlp-double', changes));
    return 'failed' in result ? result.failed : (result.causes.get(0) ?? result.pds[0]);
  };
  const output = fixtures['mlp-double']!.output;

  it('turns a probability of good round', () => {
    expect(single(0.9, { output: { ...output, of: 'good' } })).toBeCloseTo(0.1, 12);
    expect(single(2, { output: { ...output, of: 'good', scale: 'log-odds' } })).toBeCloseTo(1 / (1 + Math.exp(2)), 12);
  });

  it('calibrates on the log-odds, at the ends of the range too', () => {
    const calibration = { slope: 0.5, intercept: -0.25 };
    const logit = Math.log(0.2 / 0.8);
    expect(single(0.2, { calibration })).toBeCloseTo(1 / (1 + Math.exp(-(0.5 * logit - 0.25))), 12);
    expect(single(0, { calibration })).toBe(0);
    expect(single(1, { calibration })).toBe(1);
    expect(single(800, { calibration, output: { ...output, scale: 'log-odds' } })).toBe(1);
  });

  it('takes what rounding adds above one for one', () => {
    expect(single(1 + 5e-7, {})).toBe(1);
    expect(single(1 + 5e-6, {})).toBe('the model answered with a probability outside 0 to 1');
  });
});

describe("scoring raw rows by the model's own columns", () => {
  const manifest = manifestOf('mixed-columns');

  it('reads columns in any order, and names those that it does not use', () => {
    const rows = prepareRawRows(manifest, ['id', 'debt', 'age', 'purpose']);
    expect(rows.unused).toStrictEqual(['id']);
    expect(rows.read(['7', '1.5e3', ' 30 ', 'car'])).toStrictEqual([30, 'car', 1500]);
    expect(rows.read(['7', 'True', 'NaN', ''])).toStrictEqual([null, '', 1]);
  });

  it.each(['12,5', '1e400', '0x10', 'abc', '1 000', '--1'])('fails the row whose number is written %j', (cell) => {
    expect(prepareRawRows(manifest, ['age', 'purpose', 'debt']).read(['30', 'car', cell])).toStrictEqual(
      failed('column debt holds no number'),
    );
  });

  it('refuses a file without a column of the model, or with one twice, by name', () => {
    expect(() => prepareRawRows(manifest, ['age', 'debt'])).toThrow('has no column purpose');
    expect(() => prepareRawRows(manifest, ['age', 'debt', 'purpose', 'age'])).toThrow('has the column age twice');
  });

  it('gives a result per record, in order', async () => {
    const model = await loadModel(await openFixture('xgb-classifier'));
    const { rows, pd } = fixtures['xgb-classifier']!;
    const raw = prepareRawRows(model.manifest, ['age', 'income', 'debt', 'ratio']);
    const records = rows.slice(0, 3).map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
    const scored = await scoreRawRows(model, [raw.read(records[0]!), raw.read(['x', '', '', '']), raw.read(records[2]!)]);
    expect(scored[1]).toStrictEqual(failed('column age holds no number'));
    for (const i of [0, 2]) expect(Math.abs((scored[i] as { pd: number }).pd - pd[i]!)).toBeLessThanOrEqual(1e-6);
    await model.close();
    await expect(model.scorer.score(rows)).rejects.toThrow('closed');
  });
});
