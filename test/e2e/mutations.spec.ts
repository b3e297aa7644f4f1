/** The checks have teeth: with a protection taken out, each fails. */
import { join } from 'node:path';
import { Office } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import { expect, test } from './fixture.ts';
import { MUTATIONS } from './mutations.ts';

for (const [name, { check }] of Object.entries(MUTATIONS)) {
  test(`${name}: its check fails`, async () => {
    const office = new Office({ appDir: join(ROOT, 'out', `mutant-${name}`) });
    try {
      await office.open();
      const failure = await check(office).then(
        () => null,
        (error: Error) => error,
      );
      expect(failure, 'the check passed without the protection').not.toBeNull();
      // It must be the check's own expectation that fails, not something on the way.
      expect(failure).toHaveProperty('matcherResult');
    } finally {
      await office.dispose();
    }
  });
}
