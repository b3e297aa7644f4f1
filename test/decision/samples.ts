/** A small product, policy and models for the decision room's tests: made here, so that no test depends on what is bundled. */
import type { Answer, Application } from '../../contract/application.ts';
import type { Feature, FeatureValue, ModelManifest } from '../../contract/model-package.ts';
import type { DecisionTable, Policy } from '../../contract/policy.ts';
import { type ProductDefinition, productDefinition } from '../../contract/product.ts';
import type { LoadedModel, LoadedPolicy, LoadedProduct, ModelForm, Scorer } from '../../decision/ports.ts';

const en = (text: string) => ({ en: text });
const base = (id: string, use: string, whenMissing = 'refuse') => ({ id, column: id, section: 'all', use, label: en(id), whenMissing });
const number = (id: string, min: number, max: number, whenMissing = 'refuse', use = 'scored') => ({
  ...base(id, use, whenMissing),
  type: 'integer',
  unit: null,
  min,
  max,
});

export const product: ProductDefinition = productDefinition.parse({
  format: 'outpost-product/1',
  product: 'test-loan',
  version: '1.0.0',
  title: en('Test loan'),
  description: en('For tests'),
  currency: null,
  sections: [{ id: 'all', label: en('All') }],
  fields: [
    number('amount', 10, 10_000),
    number('term_months', 1, 120),
    number('income', 0, 20_000, 'allow'),
    { ...base('ratio', 'scored', 'refer'), type: 'decimal', unit: null, min: 0, max: 1 },
    {
      ...base('job', 'scored', 'allow'),
      type: 'choice',
      options: ['fixed', 'temp', 'other'].map((value) => ({ value, label: en(value) })),
    },
    number('visits', 0, 9, 'allow', 'policy'),
    { ...number('age', 18, 99, 'allow', 'protected') },
    { ...base('full_name', 'identifying', 'allow'), type: 'text', maxLength: 20, format: 'plain' },
    { ...base('email', 'identifying', 'allow'), type: 'text', maxLength: 60, format: 'email' },
    { ...base('phone', 'identifying', 'allow'), type: 'text', maxLength: 20, format: 'phone' },
    { ...base('birth_date', 'identifying', 'allow'), type: 'date' },
  ],
  ignoredColumns: {},
  affordability: {
    amount: { field: 'amount' },
    termMonths: { field: 'term_months' },
    monthlyIncome: { field: 'income' },
    monthlyExpenses: null,
    existingDebt: null,
  },
});

export const goodAnswers: Record<string, Answer> = {
  amount: 1200,
  term_months: 12,
  income: 1000,
  ratio: 0.5,
  job: 'fixed',
  visits: 0,
  age: 40,
};

export function applicationOf(answers: Record<string, Answer> = {}, identity: Record<string, string> = {}): Application {
  return { applicationId: '6f3b9ad4-0d0c-4a47-9c3c-6a2f6b1e0c11', product: 'test-loan', answers: { ...goodAnswers, ...answers }, identity };
}

export const artefactOf = (name: string, digit = '0') => ({ name, version: '1.0.0', sha256: digit.repeat(64) });

export function featureOf(name: string, source: Feature['source'], characteristic: string, more: Partial<Feature> = {}): Feature {
  return { name, source, characteristic, mayBeMissing: true, trained: null, monotone: null, ...more };
}

export function manifestOf(features: Feature[], more: Partial<ModelManifest> = {}): ModelManifest {
  const characteristics = [...new Set(features.map(({ characteristic }) => characteristic))];
  return {
    format: 'outpost-model/1',
    name: 'test-model',
    version: '1.0.0',
    product: 'test-loan',
    title: en('Test model'),
    description: 'For tests',
    owner: 'Tests',
    trainedOn: '2026-01-01',
    validatedOn: null,
    expiresOn: '2027-12-31',
    outcomeWindowMonths: 12,
    inputs: [{ name: 'features', type: 'float', shape: 'matrix', features: features.map(({ name }) => name) }],
    features,
    characteristics: characteristics.map((id) => ({ id, label: en(id), reason: { code: id.toUpperCase(), text: en(`because of ${id}`) } })),
    output: { name: 'p', form: 'single', badIndex: 0, badClass: null, scale: 'probability', of: 'bad', sumsToOne: false },
    calibration: null,
    scaling: { baseScore: 600, baseOdds: 20, pdo: 20 },
    trainingData: { description: 'none', sha256: null, rows: 0, bads: 0 },
    metrics: {},
    limits: [],
    files: { 'model.onnx': '0'.repeat(64) },
    ...more,
  };
}

export function scorerOf(pdOf: (row: readonly FeatureValue[]) => number): Scorer {
  return { score: (rows) => Promise.resolve(rows.map((row) => ({ pd: pdOf(row) }))) };
}

export function modelOf(manifest: ModelManifest, form: ModelForm, scorer: Scorer, background: FeatureValue[][], digit = '1'): LoadedModel {
  return { artefact: artefactOf(manifest.name, digit), manifest, background: { description: 'for tests', rows: background }, form, scorer };
}

/** log-odds = -1 + 0.001·amount - 0.002·income, by the closed form. */
export function linearModel(more: Partial<ModelManifest> = {}): LoadedModel {
  const manifest = manifestOf(
    [
      featureOf('amount', { field: 'amount' }, 'size', { trained: { min: 100, max: 5000 } }),
      featureOf('income', { field: 'income' }, 'means', { mayBeMissing: false }),
    ],
    more,
  );
  const logit = ([amount, income]: readonly FeatureValue[]) => -1 + 0.001 * Number(amount) - 0.002 * Number(income);
  return modelOf(
    manifest,
    { kind: 'linear', coefficients: Float64Array.of(0.001, -0.002), intercept: -1 },
    scorerOf((row) => 1 / (1 + Math.exp(-logit(row)))),
    [
      [1000, 800],
      [2000, 1200],
    ],
  );
}

export function tableOf(more: Partial<DecisionTable> & Pick<DecisionTable, 'purpose' | 'inputs' | 'rules'>): DecisionTable {
  const first = more.purpose === 'cutoff' || more.purpose === 'pricing';
  return { id: more.purpose, title: en(more.purpose), hitPolicy: first ? 'FIRST' : 'COLLECT', ...more };
}

export const cutoffTable = tableOf({
  purpose: 'cutoff',
  inputs: ['pd'],
  rules: [
    { id: 'low', when: ['< 0.2'], outcome: 'approve' },
    { id: 'band', when: ['[0.2..0.5)'], outcome: 'refer' },
    { id: 'high', when: ['>= 0.5'], outcome: 'decline' },
  ],
});

export const knockOutTable = tableOf({
  purpose: 'knock-out',
  inputs: ['visits', 'job'],
  rules: [
    { id: 'many-visits', when: ['> 5', '-'], outcome: 'decline', reason: { code: 'VISITS', text: en('Many visits') } },
    { id: 'temp-visits', when: ['[3..5]', '"temp"'], outcome: 'refer', reason: { code: 'TEMP', text: en('Temporary work and visits') } },
  ],
});

export function policyOf(tables: DecisionTable[] = [knockOutTable, cutoffTable], more: Partial<Policy> = {}): Policy {
  return {
    format: 'outpost-policy/1',
    name: 'test-policy',
    product: 'test-loan',
    version: '1.0.0',
    title: en('Test policy'),
    owner: 'Tests',
    validFrom: '2026-01-01',
    expiresOn: '2026-12-31',
    affordability: { assumedAnnualRatePercent: 12, existingDebtMonths: 60 },
    referBand: { low: 500, high: 550 },
    basis: {
      text: en('none'),
      model: 'test-model',
      rows: 0,
      approvedShare: 0,
      expectedBadRateApproved: 0,
      referredShare: 0,
      declinedShare: 0,
    },
    tables,
    ...more,
  };
}

export const loadedProduct: LoadedProduct = { artefact: artefactOf('test-loan'), definition: product };
export const loadedPolicy = (policy: Policy = policyOf()): LoadedPolicy => ({ artefact: artefactOf('test-policy'), policy });
