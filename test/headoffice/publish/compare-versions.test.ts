import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../headoffice/publish/compare-versions.ts';

/** Ascending, from Semantic Versioning 2.0.0 §11, with numbers that would fall the other way as texts. */
const ORDER = [
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc-x.1',
  '1.0.0',
  '1.2.0',
  '1.10.0',
  '2.0.0',
  '10.0.0',
];

describe('versions', () => {
  it('stand in the order of Semantic Versioning', () => {
    for (const [at, a] of ORDER.entries())
      for (const [other, b] of ORDER.entries()) expect(Math.sign(compareVersions(a, b)), `${a} and ${b}`).toBe(Math.sign(at - other));
  });
});
