import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Offices } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
  await runOutpost(['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan', '--data', office]);
});
afterAll(() => offices.remove());

describe('outpost log replay', () => {
  it('says that all decisions come out as they were stored, and exits with 0', async () => {
    const all = await runOutpost(['log', 'replay', '--data', office, '--all']);
    expect([all.code, all.stdout]).toEqual([0, expect.stringMatching(/^All \d+ decisions come out as they were stored, bit for bit\./)]);
    const one = await runOutpost(['log', 'replay', '--data', office, '--seq', '9', '--json']);
    expect([one.code, JSON.parse(one.stdout)]).toEqual([0, { same: 1, erased: 0, different: 0, impossible: 0, results: [] }]);
    const some = await runOutpost(['log', 'replay', '--data', office, '--from', '9', '--to', '11', '--json']);
    expect(JSON.parse(some.stdout)).toMatchObject({ same: 3 });
  });

  it('names the policy that was changed, and exits with 1', async () => {
    const own = offices.copy();
    await runOutpost(['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan', '--data', own]);
    for (const name of readdirSync(join(own, 'policies'))) writeFileSync(join(own, 'policies', name), '{}');
    const run = await runOutpost(['log', 'replay', '--data', own, '--all']);
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/entry 9: impossible\n {4}The policy instalment-loan[a-z-]* [\d.]+ \([0-9a-f]{64}\) cannot be used/);
  });

  it.each([
    [[], 'Which entries is not clear'],
    [['--all', '--seq', '9'], 'Which entries is not clear'],
    [['--seq', '-1'], '--seq takes the number of an entry'],
    [['--from', '9', '--to', '3'], '--from is behind --to'],
    [['--seq', '0'], 'Entry 0 is not a decision'],
    [['--seq', '99999'], 'The log has no entry 99999'],
  ])('refuses %j with exit code 2', async (args, words) => {
    const run = await runOutpost(['log', 'replay', '--data', office, ...args]);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(words);
  });

  it('has help', async () => {
    expect((await runOutpost(['log', 'replay', '--help'])).stdout).toContain('Usage: outpost log replay');
  });
});
