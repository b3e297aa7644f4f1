/**
 * What the recipes of docs/export-recipes.md left behind (docs/recipes/*.py made test/fixtures/recipes): from a bare ONNX file to scores that are the
 * training library's own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';

const scratch = mkdtempSync(join(tmpdir(), 'outpost-recipes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const COLUMNS = 'Seniority,Time,Expenses,Income,Assets,Debt,Amount,Price';
const MATRIX = ['--columns', COLUMNS];

const recipes = [
  { name: 'sklearn-zipmap', answers: [...MATRIX, '--bad-class', '1'], exactly: /exactly, as linear/ },
  { name: 'sklearn-tensor', answers: [...MATRIX, '--bad-class', '1'], exactly: /exactly, as linear/ },
  { name: 'xgboost', answers: [...MATRIX, '--bad-class', '1'], exactly: /exactly, as trees/ },
  { name: 'lightgbm', answers: [...MATRIX, '--bad-class', '1'], exactly: /exactly, as trees/ },
  { name: 'pytorch', answers: [...MATRIX, '--of', 'bad'], exactly: /by sampling/ },
];

const pdsOf = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[1]));

describe('a recipe ends in the numbers of the training library', () => {
  it.each(recipes)('$name', { timeout: 120_000 }, async ({ name, answers, exactly }) => {
    const made = join(REPOSITORY, 'test/fixtures/recipes', name);
    const [folder, scores] = [join(scratch, name), join(scratch, `${name}.csv`)];
    const init = await runOutpost([
      'model',
      'init',
      '--onnx',
      join(made, 'model.onnx'),
      '--product',
      'instalment-loan',
      '--out',
      folder,
      ...answers,
    ]);
    expect([init.code, init.stderr]).toStrictEqual([0, expect.stringContaining('Check it with')]);
    const check = await runOutpost(['model', 'check', folder]);
    expect([check.code, check.stdout]).toStrictEqual([0, expect.stringMatching(exactly)]);
    const score = await runOutpost(['model', 'score', folder, '--in', join(made, 'rows.csv'), '--out', scores]);
    expect([score.code, score.stderr]).toStrictEqual([0, expect.stringContaining('60 rows, 0 of them failed')]);
    const [theirs, own] = [pdsOf(scores), pdsOf(join(made, 'own.csv'))];
    expect(theirs).toHaveLength(60);
    for (const [row, pd] of own.entries()) expect(Math.abs(theirs[row]! - pd)).toBeLessThanOrEqual(1e-6);
    expect(new Set(own).size).toBeGreaterThan(5);
  });
});
