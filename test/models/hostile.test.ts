/** Everything that anybody could hand in for a model: refused with a reason that a data scientist can act on, and never more than a gigabyte. */
import { afterAll, describe, expect, it } from 'vitest';
import { CHECK_LIMITS } from '../../branch/check-limits.ts';
import { checkPackage } from '../../models/check-package.ts';
import { hostileBytes } from '../support/hostile-bytes.ts';
import { hostileGraphs } from '../support/hostile-graphs.ts';
import { hostilePackages } from '../support/hostile-packages.ts';
import { fixtures, packFixture } from './pack-fixture.ts';

/** The limits of the program. */
const limits = { prepareFeatures: null, ...CHECK_LIMITS };
/** For what is known not to end. */
const SHORT_MS = 20_000;
const GIGABYTE = 2 ** 30;

interface Row {
  name: string;
  stopped: string;
  reason: string;
  peakMb: number | null;
}
const table: Row[] = [];

/** A stump's manifest: one output `p` of one column, four float features. */
const single = { output: { ...fixtures['hostile-cycle']!.output } };

const graphs = [...hostileGraphs, ...hostileBytes].map(({ name, bytes, reason }) => ({
  name,
  reason,
  make: () => packFixture('hostile-cycle', { onnx: bytes(), manifest: single }),
}));
const cases = [...graphs, ...hostilePackages];

afterAll(() => {
  const width = Math.max(...table.map(({ name }) => name.length));
  const lines = table.map(
    ({ name, stopped, reason, peakMb }) =>
      `${name.padEnd(width)}  ${`${peakMb ?? '-'}`.padStart(4)} MB  ${stopped.padEnd(58)}  ${reason.slice(0, 110)}`,
  );
  const peak = Math.max(0, ...table.map(({ peakMb }) => peakMb ?? 0));
  process.stdout.write(`${lines.join('\n')}\n${table.length} cases; the most that one took: ${peak} MB\n`);
});

describe('a package that is hostile or broken is refused, with a reason, within a gigabyte', () => {
  it('has at least sixty ways of being so', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  it.concurrent.each(cases)('$name', { timeout: 120_000 }, async ({ name, make, reason }) => {
    const report = await checkPackage(make(), reason.source.includes('did not end') ? { ...limits, timeoutMs: SHORT_MS } : limits);
    const stopped = report.checks.find(({ ok }) => !ok);
    const peakMb = report.peakBytes === null ? null : Math.round(report.peakBytes / 2 ** 20);
    table.push({ name, stopped: stopped?.name ?? 'NOWHERE', reason: stopped?.detail ?? '', peakMb });
    expect(report.ok).toBe(false);
    expect(report.checks.flatMap(({ ok, detail }) => (ok ? [] : [detail])).join('\n')).toMatch(reason);
    // What is said to a person holds no control characters, and what to do next.
    expect(report.failure?.happened).toMatch(/^\P{Cc}+$/u);
    expect(report.failure?.next.length).toBeGreaterThan(20);
    expect(report.peakBytes ?? 0).toBeLessThan(GIGABYTE);
  });
});
