import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkPackage } from '../../models/check-package.ts';
import { fixtures, onnxBytes, packFixture } from './pack-fixture.ts';

const limits: CheckOptions = { prepareFeatures: null, timeoutMs: 20_000, memoryBytes: 2 ** 30 };

describe('checking a package before it may decide', () => {
  it('finds nothing wrong with a sound one, and says how it can be explained', async () => {
    const report = await checkPackage(packFixture('xgb-classifier'), limits);
    expect(report.failure).toBeNull();
    expect(report.ok).toBe(true);
    expect(report.checks.find((check) => check.name === 'decisions can be explained')?.detail).toBe('exactly, as trees');
  });

  it('runs it and finds what no static check can', async () => {
    const report = await checkPackage(packFixture('caught-batch-dependent'), limits);
    expect(report.ok).toBe(false);
    expect(report.failure?.kind).toBe('model-check-failed');
    expect(report.failure?.happened).toContain("a row's answer depends on the other rows of its batch");
  });

  it('refuses golden rows that come out otherwise on this PC', async () => {
    const { rows, pd } = fixtures['xgb-classifier']!;
    const golden = { tolerance: 1e-6, rows: [{ answers: null, features: rows[0], pd: pd[0]! + 1e-4 }] };
    const report = await checkPackage(packFixture('xgb-classifier', { golden }), limits);
    expect(report.failure).toMatchObject({ kind: 'model-check-failed', facts: { place: 'golden.json: rows[0]' } });
  });

  it('stops a model that does not end, and says that it hangs', async () => {
    const report = await checkPackage(packFixture('caught-slow'), { ...limits, timeoutMs: 2500 });
    expect(report.failure).toMatchObject({ kind: 'model-hangs' });
    expect(report.failure?.happened).toContain('did not end within 2.5 s');
  });

  it('stops a model that takes more memory than it may', async () => {
    const report = await checkPackage(packFixture('caught-memory'), { ...limits, memoryBytes: 600 * 2 ** 20 });
    expect(report.failure).toMatchObject({ kind: 'model-hangs' });
    expect(report.failure?.happened).toContain('600 MiB of memory');
  });

  it('reports bytes that are no model at all, and one that is cut short', async () => {
    for (const onnx of [Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256), onnxBytes('xgb-classifier').subarray(0, 3000)]) {
      const report = await checkPackage(packFixture('xgb-classifier', { onnx }), limits);
      expect(report.ok).toBe(false);
      expect(report.failure?.kind).toMatch(/^model-package-(malformed|unsafe)$/);
    }
  });

  it('compares golden answers with the features that the form gives', async () => {
    const { rows, pd } = fixtures['forest-zipmap']!;
    const golden = { tolerance: 1e-6, rows: rows.map((features, i) => ({ answers: { age: features[0] }, features, pd: pd[i] })) };
    const path = packFixture('forest-zipmap', { golden });
    const byAge = new Map(rows.map((row) => [row[0], row]));
    const right = await checkPackage(path, {
      ...limits,
      prepareFeatures: () => ({ build: ({ age }) => ({ values: byAge.get(age as number)! }) }),
    });
    expect(right.failure?.facts.place ?? 'none').toMatch(/none|rows/);
    const wrong = await checkPackage(path, { ...limits, prepareFeatures: () => ({ build: () => ({ values: [1, 2, 3, 4] }) }) });
    expect(wrong.failure).toMatchObject({ kind: 'model-check-failed', facts: { place: 'golden.json: rows[0]' } });
    expect(wrong.failure?.happened).toContain('feature age');
  });

  it('passes on why the mapping does not fit the product', async () => {
    const failure = { kind: 'model-does-not-fit' as const, happened: 'It does not fit.', safe: '', next: '', facts: {} };
    const report = await checkPackage(packFixture('xgb-classifier'), { ...limits, prepareFeatures: () => ({ failure }) });
    expect(report.failure).toStrictEqual(failure);
  });
});
