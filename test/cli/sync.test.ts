/** `outpost sync` as somebody at a terminal uses it, against a head office on this PC. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIdOf } from '../../branch/sync/log-id.ts';
import { takeStick } from '../../headoffice/stick/take-stick.ts';
import { heldEntries } from '../support/head-office.ts';
import { type HeadOfficeOfBank, headOfficeOfBank } from '../support/head-office-of-bank.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { endOf, runOutpost, startOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
let bank: HeadOfficeOfBank;
let data: string;
let log: string;

beforeAll(async () => {
  await offices.make('now');
  bank = await headOfficeOfBank();
  data = offices.copy();
  const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
  const branch = await openedBranch(data, { clock });
  await bank.enrol(branch.for({ account: 'system', role: 'system' }), 'toledo-01');
  log = logIdOf(branch.log.origin);
  await branch.close();
}, 60_000);

afterAll(async () => {
  await bank.close();
  offices.remove();
});

const held = async () => (await heldEntries(bank.head.store, log)).length;
const status = async () =>
  JSON.parse((await runOutpost(['sync', '--data', data, '--status', '--json'])).stdout) as { unsent: number; logSize: number };

it('says what waits, sends it, and says that nothing waits any more', async () => {
  const before = await runOutpost(['sync', '--data', data, '--status']);
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(/^head office {4}Test Bank {2}http:/);
  const sent = await runOutpost(['sync', '--data', data]);
  expect(sent).toMatchObject({ code: 0 });
  expect(sent.stderr).toMatch(/Countersigned by head office up to entry \d+\./);
  expect(await held()).toBe((await status()).logSize);
  expect((await runOutpost(['sync', '--data', data, '--status'])).code).toBe(0);
});

it('goes on trying while head office is down, and Ctrl-C gives up with nothing lost', async () => {
  await bank.down();
  const child = startOutpost(['sync', '--data', data]);
  child.stderr?.on('data', (text: Buffer | string) => {
    if (/Trying again in/.test(String(text))) child.kill('SIGINT');
  });
  const run = await endOf(child);
  expect(run.code).toBe(130);
  expect(run.stderr).toMatch(/Nothing is lost/);
  await bank.up();
  expect((await runOutpost(['sync', '--data', data])).code).toBe(0);
});

it('keeps what the line may be used for, and refuses what is none', async () => {
  const set = await runOutpost(['sync', '--data', data, '--limit', '4000', '--metered', 'wait', '--line', 'metered', '--json']);
  expect(JSON.parse(set.stdout)).toEqual({ bytesPerSecond: 4000, metered: 'wait', isMetered: true });
  expect((await runOutpost(['sync', '--data', data, '--limit', '100'])).code).toBe(2);
  expect((await runOutpost(['sync', '--data', data, '--metered', 'sometimes'])).code).toBe(2);
});

it('writes to a stick, and reads head office’s answer from it', async () => {
  const stick = offices.path('stick');
  mkdirSync(stick);
  // Something that waits: a setting is none, an entry of a failed sign-in or a decision is; here the examples are decided.
  const decided = await runOutpost([
    'decide',
    'examples/instalment-loans.csv',
    '--product',
    'instalment-loan',
    '--data',
    data,
    '--out',
    offices.path('out.csv'),
  ]);
  expect(decided.code).toBe(0);
  const { unsent } = await status();
  expect(unsent).toBeGreaterThan(0);
  const written = await runOutpost(['sync', '--data', data, '--to', stick]);
  expect(written).toMatchObject({ code: 0 });
  expect(written.stderr).toContain(`${unsent} entries`);
  expect(readdirSync(join(stick, 'outpost-sync', log))).toHaveLength(1);
  await takeStick(bank.head, stick, 'cli:test');
  const read = await runOutpost(['sync', '--data', data, '--to', stick]);
  expect(read.stderr).toMatch(/Head office has countersigned everything up to entry/);
  expect((await status()).unsent).toBe(0);
});

it('says what to do in a folder that is not enrolled', async () => {
  const run = await runOutpost(['sync', '--data', offices.copy()]);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/not enrolled with a head office/);
});
