/** The branch service ends, hangs or waits for a passphrase: nothing that was acknowledged is lost, and nothing is decided twice. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { JSHandle } from '@playwright/test';
import Database from 'better-sqlite3';
import type { Office } from '../../build/office.ts';
import type { Application } from '../../contract/application.ts';
import type { ServiceState } from '../../contract/native.ts';
import { expect, probeOf, test } from './fixture.ts';
import { comeIn, makePeople, PEOPLE } from './people.ts';
import { servedProbe } from './probe.ts';
import type { Probe } from './probe-types.ts';

const ANSWERS = { price: 1650, amount: 1000, term_months: 36, seniority: 9, income: 190, expenses: 60, assets: 4500, debt: 0 };
const application = (applicationId: string = randomUUID()): Application => ({
  applicationId,
  product: 'instalment-loan',
  answers: { ...ANSWERS, job: 'fixed', records: 'no', home: 'owner' },
  identity: {},
});

/** Waits until the page has had so many ports to the service, and comes in over the last one. */
async function served(office: Office, times = 1): Promise<JSHandle<Probe>> {
  const probe = await servedProbe(office, times);
  await comeIn(probe, PEOPLE.officer);
  return probe;
}
const decide = (probe: JSHandle<Probe>, one: Application): Promise<number> =>
  probe.evaluate(async ({ service }, asked) => (await service!.applications.decide(asked)).seq, one);
const entriesOf = (probe: JSHandle<Probe>): Promise<number[]> =>
  probe.evaluate(async ({ service }) => (await service!.decisions.list({ filter: {}, offset: 0, limit: 200 })).rows.map(({ seq }) => seq));
const lastState = (probe: JSHandle<Probe>): Promise<ServiceState> => probe.evaluate(({ states }) => states.at(-1)!);

test('a decision is there after the service was killed, and the page has a new port', async ({ probe: office }) => {
  const probe = await served(office);
  const seq = await decide(probe, application());
  await office.killService();
  await served(office, 2);
  expect(await entriesOf(probe)).toEqual([seq]);
  expect(await probe.evaluate(({ states }) => states.slice(-2).map(({ state }) => state))).toEqual(['restarting', 'ready']);
});

test('a service that hangs is ended and started again', async ({ probe: office }) => {
  const probe = await served(office);
  const seq = await decide(probe, application());
  const hung = await office.servicePid();
  await office.hangService();
  await served(office, 2);
  expect(await office.servicePid()).not.toBe(hung);
  expect(await entriesOf(probe)).toEqual([seq]);
});

test('a decision in flight when the service dies is stored once or not at all, and asking again gives one entry', async ({
  probe: office,
}) => {
  const probe = await served(office);
  await decide(probe, application());
  for (const [round, delay] of [0, 4, 12, 25].entries()) {
    const asked = application();
    const pid = await office.servicePid();
    const outcome = probe.evaluate(
      ({ service }, one) =>
        service!.applications.decide(one).then(
          ({ seq }) => seq,
          () => null,
        ),
      asked,
    );
    await new Promise((resolve) => setTimeout(resolve, delay));
    process.kill(pid, 'SIGKILL');
    const acknowledged = await outcome;
    await served(office, round + 2);
    const before = await entriesOf(probe);
    if (acknowledged !== null) expect(before).toContain(acknowledged);
    const seq = await decide(probe, asked);
    expect(await decide(probe, asked)).toBe(seq);
    const after = await entriesOf(probe);
    expect(after.filter((one) => one === seq)).toHaveLength(1);
    // The first decision, and one per round: no more, no less.
    expect(after).toHaveLength(round + 2);
  }
});

test('a decision is there after the whole program was killed', async ({ probe: office }) => {
  const seq = await decide(await served(office), application());
  await office.crash();
  await office.open();
  expect(await entriesOf(await served(office))).toEqual([seq]);
});

test('a data folder that another program has is told, and opened as soon as it is free', async ({ probe: office }) => {
  await served(office);
  await office.close();
  const lock = new Database(join(office.data, 'outpost.db-lock'));
  lock.exec('BEGIN EXCLUSIVE');
  await office.open();
  const probe = await probeOf(office);
  await expect.poll(() => lastState(probe)).toMatchObject({ state: 'failed', failure: { kind: 'data-folder-busy' } });
  lock.close();
  await served(office);
  expect(await lastState(probe)).toMatchObject({ state: 'ready' });
});

test('a service that cannot stay up is given up with a clear message', async ({ probe: office }) => {
  test.slow();
  const probe = await served(office);
  let killed = 0;
  for (let round = 0; round < 6; round += 1) {
    // Between two there is a pause in which there is none, and a busy machine may not look in time to see it.
    const isAnother = async () => ![0, killed].includes(await office.servicePid().catch(() => 0));
    await expect.poll(isAnother).toBe(true);
    killed = await office.servicePid();
    await office.killService();
  }
  await expect.poll(() => lastState(probe).then(({ state }) => state)).toBe('failed');
  expect(await lastState(probe)).toMatchObject({ failure: { kind: 'service-unavailable' } });
});

test.describe('on a desktop without a key ring', () => {
  test.use({ switches: ['--password-store=basic'], branch: 'new' });

  test('without a key store that can be trusted a passphrase is asked for, at first use and at every start', async ({ probe: office }) => {
    const stateOf = async (): Promise<ServiceState> => lastState(await probeOf(office));
    const unlock = async (passphrase: string): Promise<void> => {
      await (await probeOf(office)).evaluate(({ native }, given) => native!.unlock({ passphrase: given }), passphrase);
    };
    await expect.poll(stateOf).toMatchObject({ state: 'needs-passphrase', firstUse: true, wrong: false });
    await unlock('short');
    await expect.poll(stateOf).toMatchObject({ state: 'needs-passphrase', firstUse: true, wrong: true });
    await unlock('correct horse battery');
    await makePeople(await servedProbe(office));
    const seq = await decide(await served(office), application());
    await office.killService();
    // The program remembers the passphrase while it runs: a crash is not a reason to ask a person.
    expect(await entriesOf(await served(office, 2))).toEqual([seq]);

    await office.relaunch();
    await expect.poll(stateOf).toMatchObject({ state: 'needs-passphrase', firstUse: false, wrong: false });
    await unlock('correct horse bakery');
    await expect.poll(stateOf).toMatchObject({ state: 'needs-passphrase', firstUse: false, wrong: true });
    await unlock('correct horse battery');
    expect(await entriesOf(await served(office))).toEqual([seq]);
  });
});
