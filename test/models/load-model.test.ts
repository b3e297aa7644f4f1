import { describe, expect, it } from 'vitest';
import { loadModel } from '../../models/load-model.ts';
import { fixtures, openFixture, soundFixtures } from './pack-fixture.ts';

describe('a model that a data scientist exports', () => {
  it.each(soundFixtures)(
    "gives the training program's own numbers, alone and in a batch, and is recognised for what it is: %s",
    async (name) => {
      const { rows, pd, form } = fixtures[name]!;
      const model = await loadModel(await openFixture(name));
      try {
        const batch = await model.scorer.score(rows);
        const alone = [];
        for (const row of rows) alone.push(...(await model.scorer.score([row])));
        expect(alone).toStrictEqual(batch);
        batch.forEach((result, i) => {
          expect('pd' in result ? Math.abs(result.pd - pd[i]!) : result.failed).toBeLessThanOrEqual(1e-6);
        });
        expect(model.form.kind).toBe(form);
      } finally {
        await model.close();
      }
    },
  );
});
