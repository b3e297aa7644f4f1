import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparePackages } from '../../build/compare-packages.ts';

const bundled = join(import.meta.dirname, '..', '..', 'models', 'bundled');
const champion = join('instalment-loan', 'champion');
let fresh: string;

beforeEach(() => {
  fresh = mkdtempSync(join(tmpdir(), 'outpost-compare-'));
  cpSync(bundled, fresh, { recursive: true });
});
afterEach(() => rmSync(fresh, { recursive: true, force: true }));

function edit(file: string, change: (json: Record<string, never>) => void): void {
  const json = JSON.parse(readFileSync(join(fresh, file), 'utf8'));
  change(json);
  writeFileSync(join(fresh, file), JSON.stringify(json));
}

const otherVersion = () =>
  edit(join(champion, 'training.json'), (json: { versions?: Record<string, string> }) => {
    json.versions = { ...json.versions, xgboost: '99.0.0' };
  });

describe('comparing trained packages with the committed ones', () => {
  it('compares bytes when the same versions made both', () => {
    expect(comparePackages(bundled, fresh)).toEqual({ by: 'bytes', because: null, differences: [] });
  });

  it('names a file whose bytes differ, one that is missing and one that is new', () => {
    writeFileSync(join(fresh, champion, 'model-card.md'), 'other');
    rmSync(join(fresh, champion, 'golden.json'));
    writeFileSync(join(fresh, champion, 'new.json'), '{}');
    expect(comparePackages(bundled, fresh).differences).toEqual([
      'instalment-loan/champion/golden.json is committed but training does not write it',
      'instalment-loan/champion/model-card.md has other bytes',
      'instalment-loan/champion/new.json is trained but not committed',
    ]);
  });

  it('compares figures when a library has another version, and says so', () => {
    otherVersion();
    const { by, because, differences } = comparePackages(bundled, fresh);
    expect({ by, differences }).toEqual({ by: 'figures', differences: [] });
    expect(because).toMatch(/^xgboost is 99\.0\.0, was /);
  });

  it('reports a figure and a cutoff that moved too far', () => {
    otherVersion();
    edit(join(champion, 'manifest.json'), (json: { metrics?: { auc: { value: number } } }) => {
      if (json.metrics) json.metrics.auc.value -= 0.02;
    });
    edit(join('instalment-loan', 'policy.json'), (json: { referBand?: { low: number } }) => {
      if (json.referBand) json.referBand.low -= 20;
    });
    const { differences } = comparePackages(bundled, fresh);
    expect(differences).toHaveLength(2);
    expect(differences[0]).toMatch(/champion: auc is 0\.85/);
    expect(differences[1]).toMatch(/instalment-loan: the refer band's low end/);
  });
});
