import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActiveModel } from '../../branch/list-models.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { PASSPHRASE, withPeople } from '../support/people.ts';
import { runOutpost } from '../support/run-outpost.ts';

const PRODUCT = ['--product', 'instalment-loan'];
const offices = new Offices();
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
});
afterAll(() => offices.remove());

const run = async (...args: string[]) => await runOutpost(['model', ...args, '--data', office]);
const listed = async (): Promise<ActiveModel[]> =>
  (JSON.parse((await run('list', '--json')).stdout) as ActiveModel[]).filter(({ product }) => product === 'instalment-loan');

describe('outpost model', () => {
  it('switches to a challenger, goes back, stops and goes on, and lists why', { timeout: 240_000 }, async () => {
    const [challenger, champion] = await listed();
    expect([challenger?.alias, champion?.alias, champion?.cause, champion?.source]).toEqual(['challenger', 'champion', 'first-use', null]);
    const wrong = await run('switch', ...PRODUCT, '--to', 'ffff');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('No challenger of instalment-loan begins with ffff')]);
    expect((await run('switch', ...PRODUCT, '--to', challenger!.sha256.slice(0, 8))).stderr).toMatch(/Done: entry \d+/);
    expect((await listed()).map(({ alias, sha256, cause }) => [alias, sha256, cause])).toEqual([
      ['champion', challenger!.sha256, 'switched'],
      ['previous', champion!.sha256, 'first-use'],
    ]);
    expect((await run('rollback', ...PRODUCT)).code).toBe(0);
    expect((await run('rollback', ...PRODUCT)).stderr).toMatch(/No model stood before/);
    expect((await run('suspend', ...PRODUCT, '--reason', 'Odd refusals.')).code).toBe(0);
    expect((await run('list')).stdout).toMatch(/champion .*SUSPENDED.*\(rolled-back, bundled\)/);
    expect((await run('resume', ...PRODUCT)).code).toBe(0);
    expect((await run('shadow', ...PRODUCT)).stdout).toBe('instalment-loan has no challenger.\n');
    const shadow = await run('shadow', '--product', 'personal-loan', '--json');
    expect(JSON.parse(shadow.stdout)).toMatchObject([{ decisions: 0, isTooFew: true }]);
    const verified = await runOutpost(['log', 'verify', '--data', office]);
    expect(verified.stdout + verified.stderr).toMatch(/Intact/);
  });

  it('asks for a second person where there are two', { timeout: 240_000 }, async () => {
    const folder = offices.copy();
    const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
    const branch = await openedBranch(folder, { clock });
    await withPeople(branch);
    await branch.close();
    const file = offices.path('passphrase');
    writeFileSync(file, `${PASSPHRASE}\n`);
    const as = async (account: string, ...args: string[]) =>
      await runOutpost(['model', ...args, '--data', folder, '--as', account], { OUTPOST_ACCOUNT_PASSPHRASE_FILE: file });
    const models = JSON.parse((await runOutpost(['model', 'list', '--data', folder, '--json'])).stdout) as ActiveModel[];
    const challenger = models.find(({ alias, product }) => alias === 'challenger' && product === 'instalment-loan')!;
    const asked = await as('ines', 'switch', ...PRODUCT, '--to', challenger.sha256, '--json');
    const { done, proposal } = JSON.parse(asked.stdout) as { done: boolean; proposal: number };
    expect(done).toBe(false);
    expect((await as('ines', 'confirm', '--proposal', String(proposal))).stderr).toMatch(/Whoever asks for a change does not confirm it/);
    expect((await as('samir', 'confirm', '--proposal', String(proposal))).code).toBe(0);
  });
});
