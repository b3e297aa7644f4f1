import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Field, type ProductDefinition, productDefinition } from '../../contract/product.ts';
import { prepareFeatures } from '../../decision/features.ts';
import type { DraftOptions } from '../../models/draft/draft.ts';
import { draftManifest } from '../../models/draft/draft-manifest.ts';
import { matchColumn } from '../../models/draft/map-columns.ts';
import { loadModel } from '../../models/load-model.ts';
import { openPackage } from '../../models/open-package.ts';
import { fixtures, scratchDirectory } from './pack-fixture.ts';

const number = (id: string, max: number, use: Field['use'] = 'scored'): Field => ({
  id,
  column: id,
  section: 'all',
  use,
  label: { en: id },
  whenMissing: 'refer',
  type: 'decimal',
  unit: null,
  min: 0,
  max,
});
const home: Field = {
  id: 'home',
  column: 'Home type',
  section: 'all',
  use: 'scored',
  label: { en: 'Home' },
  whenMissing: 'refer',
  type: 'choice',
  options: ['owner', 'rent'].map((value) => ({ value, label: { en: value } })),
};
const constant = { constant: 1 };
const product: ProductDefinition = productDefinition.parse({
  format: 'outpost-product/1',
  product: 'test-loan',
  version: '1.0.0',
  title: { en: 'Test loan' },
  description: { en: 'For tests' },
  currency: null,
  sections: [{ id: 'all', label: { en: 'All' } }],
  fields: [
    number('age', 70),
    number('income', 5000),
    number('debt', 3000),
    number('ratio', 1),
    home,
    number('birth_year', 2020, 'protected'),
  ],
  ignoredColumns: {},
  affordability: { amount: constant, termMonths: constant, monthlyIncome: constant, monthlyExpenses: null, existingDebt: null },
});
const columns = ['age', 'income', 'debt', 'ratio'];

function optionsFor(name: string, more: Partial<DraftOptions> = {}): DraftOptions {
  const onnxPath = new URL(`../fixtures/models/${name}.onnx`, import.meta.url).pathname;
  return { onnxPath, product, outDirectory: scratchDirectory(), today: '2024-02-29', prepareFeatures, ...more };
}

describe('a draft from a bare ONNX file', () => {
  it('asks for the columns of a matrix and then which class is bad, with the names that the graph gives', async () => {
    const first = await draftManifest(optionsFor('forest-zipmap'));
    expect(first.questions.map((question) => question.option)).toStrictEqual(['columns']);
    const second = await draftManifest(optionsFor('forest-zipmap', { columns }));
    expect(second.questions).toStrictEqual([
      { option: 'badClass', question: 'Which class means that the loan went bad?', choices: ['bad', 'good'] },
    ]);
    expect(second.opened).toBeNull();
  });

  it('leaves a draft with open questions in a state that does not open', async () => {
    const options = optionsFor('xgb-classifier', { columns });
    await draftManifest(options);
    const opened = await openPackage(options.outDirectory);
    expect(opened).toMatchObject({ failure: { kind: 'model-package-malformed' } });
    expect(JSON.parse(readFileSync(join(options.outDirectory, 'manifest.json'), 'utf8')).output.badIndex).toBeNull();
  });

  it('becomes a package that scores like the training program once all is said', async () => {
    const { rows, pd } = fixtures['forest-zipmap']!;
    const draft = await draftManifest(optionsFor('forest-zipmap', { columns, badClass: 'bad', rows }));
    expect(draft.questions).toStrictEqual([]);
    expect(draft.opened?.manifest.output).toStrictEqual(fixtures['forest-zipmap']!.output);
    expect(draft.opened?.manifest.expiresOn).toBe('2025-02-28');
    const model = await loadModel(draft.opened!);
    const scored = await model.scorer.score(rows);
    for (const [i, result] of scored.entries())
      expect('pd' in result ? Math.abs(result.pd - pd[i]!) : result.failed).toBeLessThanOrEqual(1e-6);
    await model.close();
  });

  it('makes example rows from the product, with the answers that lead to them, and says so', async () => {
    const draft = await draftManifest(optionsFor('xgb-classifier', { columns, badClass: '1' }));
    expect(draft.opened?.golden.rows.every((row) => row.answers !== null)).toBe(true);
    expect(draft.notes.join(' ')).toContain('made-up rows');
  });

  it('asks whether a single number speaks of bad or of good, and which of several outputs is meant', async () => {
    const single = await draftManifest(optionsFor('mlp-float', { columns }));
    expect(single.questions).toMatchObject([{ option: 'of', choices: ['bad', 'good'] }]);
    const several = await draftManifest(optionsFor('vector-columns'));
    expect(several.questions).toMatchObject([{ option: 'outputName', choices: ['good_probability', 'p'] }]);
    const chosen = await draftManifest(optionsFor('vector-columns', { outputName: 'p', of: 'bad' }));
    expect(chosen.opened?.manifest.output).toMatchObject({ name: 'p', form: 'per-class', of: 'bad' });
  });

  it('reads an answer outside 0 to 1 as log-odds', async () => {
    const draft = await draftManifest(optionsFor('regressor-raw-margin', { columns, of: 'bad' }));
    expect(draft.opened?.manifest.output.scale).toBe('log-odds');
  });

  it('takes a source for a column that no name tells, and asks for one otherwise', async () => {
    const renamed = ['years', 'income', 'debt', 'ratio'];
    const open = await draftManifest(optionsFor('xgb-classifier', { columns: renamed, badClass: '1' }));
    expect(open.questions).toMatchObject([{ option: 'map', column: 'years' }]);
    const said = await draftManifest(optionsFor('xgb-classifier', { columns: renamed, badClass: '1', map: { years: { field: 'age' } } }));
    expect(said.opened?.manifest.features[0]).toMatchObject({ name: 'years', source: { field: 'age' }, characteristic: 'age' });
  });

  it('refuses a hostile graph, a file that is none, and a directory with other things in it', async () => {
    await expect(draftManifest(optionsFor('hostile-loop', { columns }))).rejects.toMatchObject({
      failure: { kind: 'model-package-unsafe' },
    });
    const other = optionsFor('xgb-classifier');
    writeFileSync(join(other.outDirectory, 'thesis.txt'), 'mine');
    await expect(draftManifest(other)).rejects.toMatchObject({ failure: { kind: 'usage' } });
    expect(readdirSync(other.outDirectory)).toStrictEqual(['thesis.txt']);
    await expect(draftManifest({ ...other, onnxPath: '/nowhere.onnx' })).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } });
    await expect(draftManifest({ ...other, onnxPath: join(other.outDirectory, 'thesis.txt') })).rejects.toMatchObject({
      failure: { kind: 'model-package-malformed' },
    });
  });
});

describe("a column's name", () => {
  it.each(['home=owner', 'home_owner', 'Home type_owner', 'home.owner', 'HOME[owner]'])('%s is one value of a choice', (name) => {
    expect(matchColumn(name, 'float', product)).toMatchObject({ source: { oneHot: 'home', value: 'owner' } });
  });

  it('is the choice itself where the graph takes texts, and a question where it takes numbers', () => {
    expect(matchColumn('home', 'string', product)).toMatchObject({ source: { field: 'home' } });
    expect(matchColumn('home', 'float', product)).toStrictEqual({
      open: 'home is the choice home as a number. Which number stands for which of owner, rent?',
    });
  });

  it('never leads to a protected field', () => {
    expect(matchColumn('birth_year', 'float', product)).toMatchObject({
      open: expect.stringContaining('protected and must not be scored'),
    });
  });

  it('is a question where two things have that name', () => {
    const twice = { ...product, fields: [...product.fields, number('home_owner', 1)] };
    expect(matchColumn('home_owner', 'float', twice)).toStrictEqual({
      open: 'home_owner could be home = owner or home_owner. Which is it?',
    });
  });
});
