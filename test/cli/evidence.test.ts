import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Offices, openedBranch, REPOSITORY } from '../support/office.ts';
import { PASSPHRASE, withPeople } from '../support/people.ts';
import { runOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
  await runOutpost(['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan', '--data', office]);
});
afterAll(() => offices.remove());

function verify(file: string): number | null {
  return spawnSync(process.execPath, ['verifier/main.ts', file], { cwd: REPOSITORY }).status;
}

describe('outpost evidence export', () => {
  it.each([
    ['all.zip', ['--all']],
    ['one.zip', ['--seq', '9', '--personal']],
    ['some.zip', ['--from', '9', '--to', '12', '--withhold', '10, 11']],
  ])('writes %s, which the verifier finds intact as far as anybody can tell', async (name, args) => {
    const out = offices.path(name);
    const run = await runOutpost(['evidence', 'export', '--data', office, '--out', out, '--json', ...args]);
    expect([run.code, JSON.parse(run.stdout)]).toEqual([
      0,
      { file: out, bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/), entries: expect.any(Number) },
    ]);
    expect(run.stderr.includes('treat it as you treat the applicants')).toBe(args.includes('--personal'));
    expect(verify(out)).toBe(2);
  });

  it('is an auditor’s where a branch has accounts', async () => {
    const own = offices.copy();
    const branch = await openedBranch(own, { clock: { now: () => Date.now(), mono: () => Math.round(performance.now()) } });
    await withPeople(branch);
    await branch.close();
    const secret = offices.path('passphrase');
    writeFileSync(secret, PASSPHRASE);
    const out = offices.path('theirs.zip');
    const as = (...args: string[]) =>
      runOutpost(['evidence', 'export', '--data', own, '--all', '--out', out, ...args], { OUTPOST_ACCOUNT_PASSPHRASE_FILE: secret });
    expect((await as()).stderr).toContain('--as');
    expect(await as('--as', 'olga')).toMatchObject({ code: 2, stderr: expect.stringContaining('The role officer may not do this.') });
    expect(existsSync(out)).toBe(false);
    expect(await as('--as', 'agnes')).toMatchObject({ code: 0 });
    expect(verify(out)).toBe(2);
  });

  it.each([
    ['a file that is there', ['--all', '--out', 'package.json'], 'is there already'],
    ['no entries', ['--out', 'x.zip'], 'Which entries is not clear'],
    ['entries that are not', ['--seq', '99999', '--out', 'x.zip'], 'The log has no entry 99999'],
    ['a list that is none', ['--all', '--withhold', '9;10', '--out', 'x.zip'], '--withhold takes the number of an entry'],
  ])('refuses %s with exit code 2, and leaves nothing behind', async (_name, args, words) => {
    const before = readdirSync(REPOSITORY).join();
    const run = await runOutpost(['evidence', 'export', '--data', office, ...args]);
    expect([run.code, run.stdout, run.stderr]).toEqual([2, '', expect.stringContaining(words)]);
    expect(readdirSync(REPOSITORY).join()).toBe(before);
  });

  it('makes no folder where none is', async () => {
    const run = await runOutpost(['evidence', 'export', '--data', offices.path('nowhere'), '--all', '--out', offices.path('no.zip')]);
    expect([run.code, existsSync(offices.path('nowhere'))]).toEqual([2, false]);
  });
});
