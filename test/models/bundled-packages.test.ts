/** What training wrote in Python, against what the program makes of it in TypeScript: two programs that must not drift apart. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftBaseline, goldenRows, modelManifest } from '../../contract/model-package.ts';
import { policy } from '../../contract/policy.ts';
import { productDefinition } from '../../contract/product.ts';
import { prepareDecider } from '../../decision/decide.ts';
import { prepareFeatures } from '../../decision/features.ts';
import { preparePolicy } from '../../decision/policy/prepare.ts';
import type { LoadedModel } from '../../decision/ports.ts';

const bundled = join(import.meta.dirname, '..', '..', 'models', 'bundled');
const products = readdirSync(bundled);
const packages = products.flatMap((product) => ['champion', 'challenger'].map((kind) => ({ product, kind })));
const readJson = (...path: string[]) => JSON.parse(readFileSync(join(bundled, ...path), 'utf8'));
const artefact = { name: 'test', version: '1.0.0', sha256: '0'.repeat(64) };

/** A model whose scorer answers the golden PDs in order: the runtime has its own tests. */
function loadedFrom(product: string, kind: string): LoadedModel {
  const pds = goldenRows.parse(readJson(product, kind, 'golden.json')).rows.map(({ pd }) => ({ pd }));
  return {
    artefact,
    manifest: modelManifest.parse(readJson(product, kind, 'manifest.json')),
    background: readJson(product, kind, 'background.json'),
    form: { kind: 'opaque' },
    scorer: { score: async (rows) => pds.slice(0, rows.length) },
  };
}

describe.each(products)('the policy of %s', (product) => {
  it('is without findings, and its shares add up to one', () => {
    const definition = productDefinition.parse(readJson(product, 'product.json'));
    const checked = policy.parse(readJson(product, 'policy.json'));
    expect(preparePolicy({ artefact, policy: checked }, definition).findings).toEqual([]);
    const { approvedShare, referredShare, declinedShare } = checked.basis;
    expect(approvedShare + referredShare + declinedShare).toBeCloseTo(1, 6);
  });
});

describe.each(packages)('the $kind of $product', ({ product, kind }) => {
  const manifest = modelManifest.parse(readJson(product, kind, 'manifest.json'));
  const definition = productDefinition.parse(readJson(product, 'product.json'));

  it('lists every file with its digest', () => {
    const files = readdirSync(join(bundled, product, kind)).filter((file) => file !== 'manifest.json');
    const digests = files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(bundled, product, kind, file)))
        .digest('hex'),
    ]);
    expect(manifest.files).toEqual(Object.fromEntries(digests));
  });

  it('reads no protected or identifying field', () => {
    const forbidden = definition.fields.filter(({ use }) => use === 'protected' || use === 'identifying').map(({ id }) => id);
    expect(forbidden.length).toBeGreaterThan(0);
    const sources = JSON.stringify(manifest.features.map(({ source }) => source));
    for (const id of forbidden) expect(sources).not.toContain(`"${id}"`);
  });

  it('gives every characteristic a reason in both languages that speaks of a factor, not of a score', () => {
    for (const { reason } of manifest.characteristics) {
      expect(reason.text.es).toBeTruthy();
      expect(reason.text.en).not.toMatch(/score|standard|points/i);
    }
  });

  it('computes the golden features as training did, to the last bit', () => {
    const builder = prepareFeatures(manifest, definition);
    if ('failure' in builder) throw new Error(builder.failure.happened);
    for (const { answers, features } of goldenRows.parse(readJson(product, kind, 'golden.json')).rows)
      expect(builder.build(answers!).values).toEqual(features);
  });

  it('decides the golden rows as training worked out the shares of the policy', async () => {
    const prepared = prepareDecider({
      product: { artefact, definition },
      model: loadedFrom(product, kind),
      policy: { artefact, policy: policy.parse(readJson(product, 'policy.json')) },
    });
    if ('failure' in prepared) throw new Error(prepared.failure.happened);
    const applications = goldenRows.parse(readJson(product, kind, 'golden.json')).rows.map(({ answers }, i) => ({
      applicationId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      product,
      answers: answers!,
      identity: {},
    }));
    const decided = await prepared.decider.decideAll(applications, { today: manifest.trainedOn, explain: false });
    const outcomes = decided.map((one) => ('decision' in one ? one.decision.outcome : one.complaints));
    expect(outcomes).toEqual(readJson(product, kind, 'training.json').goldenOutcomes);
    expect(new Set(outcomes).size).toBe(3);
  });

  it('has a drift baseline whose counts add up to the training rows', () => {
    const baseline = driftBaseline.parse(readJson(product, kind, 'baseline.json'));
    const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
    expect(sum(baseline.score.counts)).toBe(baseline.rows);
    for (const one of Object.values(baseline.features)) {
      if (!('edges' in one)) throw new Error('training writes edges only');
      expect(one.counts).toHaveLength(one.edges.length + 1);
      expect(sum(one.counts) + one.missing).toBe(baseline.rows);
    }
  });
});
