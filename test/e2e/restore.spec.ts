/** Moving to another PC: a backup of one office, restored at the first use of another. */
import { join } from 'node:path';
import { Office } from '../../build/office.ts';
import { ROOT } from '../../build/root.ts';
import { expect, test } from './fixture.ts';
import { comeIn, PEOPLE } from './people.ts';
import { servedProbe } from './probe.ts';

test('a backup takes the place of a new office, and the page ends at the door of the restored one', async ({ probe: office }) => {
  test.slow();
  const probe = await servedProbe(office);
  await comeIn(probe, PEOPLE.it);
  const { recoveryKey } = await probe.evaluate(({ service }) => service!.keep.renewRecoveryKey());
  const { file } = await probe.evaluate(({ service }) => service!.keep.backUp());
  const originOf = () => probe.evaluate(async ({ service }) => (await service!.office.status()).origin);

  const other = new Office({ appDir: join(ROOT, 'out/probe') });
  try {
    await other.open();
    const fresh = await servedProbe(other);
    const before = await other.servicePid();
    const answer = await fresh.evaluate(({ service }, given) => service!.keep.restore(given), { file, recoveryKey });
    expect(answer).toEqual({ state: 'signed-out' });
    const restored = await servedProbe(other, 2);
    expect(await other.servicePid()).not.toBe(before);
    // A restart that was meant is no crash.
    expect(await restored.evaluate(({ states }) => states.slice(-2).map(({ state }) => state))).toEqual(['starting', 'ready']);
    expect(await comeIn(restored, PEOPLE.officer)).toMatchObject({ state: 'signed-in', account: PEOPLE.officer.account });
    const { origin, logSize } = await restored.evaluate(({ service }) => service!.office.status());
    expect(logSize).toBeGreaterThan(10);
    // The same branch, under a key of its own.
    expect(origin.split('/').slice(0, -1)).toEqual((await originOf()).split('/').slice(0, -1));
    expect(origin).not.toBe(await originOf());
    await other.relaunch();
    expect(await comeIn(await servedProbe(other), PEOPLE.officer)).toMatchObject({ state: 'signed-in' });
  } finally {
    await other.dispose();
  }
});
