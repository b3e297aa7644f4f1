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

describe('a model that passes every static check and is still none', () => {
  it.each([
    ['caught-batch-dependent', "a row's answer depends on the other rows of its batch"],
    ['caught-one-answer', 'the model answered with 1 rows for 8'],
    ['caught-beyond-one', 'the model answered with a probability outside 0 to 1'],
    ['caught-division', 'the model answered with something that is not a finite number'],
    ['caught-sum', 'the probabilities of the classes do not sum to one'],
  ])('does not load: %s', async (name, cause) => {
    const failure = { kind: 'model-check-failed', happened: expect.stringContaining(cause) };
    await expect(loadModel(await openFixture(name))).rejects.toMatchObject({ failure });
  });

  it('does not load when the static checks refuse it, so that nothing hangs', async () => {
    await expect(loadModel(await openFixture('hostile-cycle'))).rejects.toMatchObject({ failure: { kind: 'model-package-unsafe' } });
  });
});
