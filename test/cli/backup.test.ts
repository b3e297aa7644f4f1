import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backedUp } from '../support/backups.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { PASSPHRASE, withPeople } from '../support/people.ts';
import { type Run, runOutpost } from '../support/run-outpost.ts';

const offices = new Offices();
const clock = { now: () => Date.now(), mono: () => Math.round(performance.now()) };
let office: string;
beforeAll(async () => {
  await offices.make('now');
  office = offices.copy();
  await runOutpost(['decide', 'examples/instalment-loans.csv', '--product', 'instalment-loan', '--data', office]);
});
afterAll(() => offices.remove());

function secret(name: string, text: string): string {
  const path = offices.path(name);
  writeFileSync(path, `${text}\n`);
  return path;
}

describe('outpost backup and restore', () => {
  it('carry an office to another folder: verified, protected anew, every decision replayed as it was', { timeout: 60_000 }, async () => {
    const out = offices.path('office.outpost-backup');
    const refused = await runOutpost(['backup', '--data', office, '--out', out]);
    expect([refused.code, refused.stderr, existsSync(out)]).toEqual([2, expect.stringContaining('recovery-key --new'), false]);
    const made = await runOutpost(['recovery-key', '--data', office, '--new']);
    const recoveryKey = /(\w{5}-){6}\w{5}/.exec(made.stderr)![0];
    const backup = await runOutpost(['backup', '--data', office, '--out', out, '--json']);
    expect([backup.code, JSON.parse(backup.stdout)]).toEqual([
      0,
      { file: out, bytes: readFileSync(out).length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), size: expect.any(Number) },
    ]);

    const to = offices.path('moved');
    const env = {
      OUTPOST_RECOVERY_KEY_FILE: secret('recovery', recoveryKey.toLowerCase()),
      OUTPOST_PASSPHRASE_FILE: secret('passphrase', 'another horse'),
    };
    const restored = await runOutpost(['restore', out, '--data', to, '--json'], env);
    expect([restored.code, JSON.parse(restored.stdout)]).toMatchObject([0, { data: to, erasedAgain: 0, hasAccounts: false }]);
    expect(restored.stderr).toContain('must not be used any more');
    const { OUTPOST_PASSPHRASE_FILE } = env;
    expect((await runOutpost(['log', 'verify', '--data', to], { OUTPOST_PASSPHRASE_FILE })).stdout).toContain('Intact');
    expect((await runOutpost(['log', 'replay', '--data', to, '--all'], { OUTPOST_PASSPHRASE_FILE })).stdout).toContain('different 0');
    expect((await runOutpost(['log', 'verify', '--data', to])).code).toBe(2);
    const again = await runOutpost(['restore', out, '--data', to], env);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('never restored over anything')]);
  });

  it('are told apart by their exit codes when they fail', { timeout: 60_000 }, async () => {
    const own = offices.copy();
    const branch = await openedBranch(own, { clock });
    const { file, recoveryKey } = await backedUp(branch);
    await branch.close();
    const to = offices.path('never');
    const run = async (args: string[], key = recoveryKey): Promise<Run> =>
      await runOutpost(['restore', ...args, '--data', to], { OUTPOST_RECOVERY_KEY_FILE: secret('key', key) });
    expect(await run([file], 'AAAAA')).toMatchObject({ code: 2, stderr: expect.stringContaining('seven groups of five') });
    expect(await run(['package.json'])).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be used as a backup') });
    expect(await run([file, '--erased', 'package.json'])).toMatchObject({ code: 2, stderr: expect.stringContaining('erase --list') });
    expect(await run([file, '--erased', offices.path('none')])).toMatchObject({ code: 2 });
    expect(await runOutpost(['restore', file, '--data', to])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('OUTPOST_RECOVERY_KEY_FILE'),
    });
    expect(await runOutpost(['backup', '--data', offices.path('none')])).toMatchObject({ code: 2 });
    expect(existsSync(to)).toBe(false);
    const erased = secret('erased', '00000000-0000-4000-8000-000000000000');
    expect(await run([file, '--erased', erased])).toMatchObject({ code: 0, stderr: expect.stringContaining('0 of 1 applications') });
  });

  it('are IT’s where a branch has accounts', { timeout: 60_000 }, async () => {
    const own = offices.copy();
    const branch = await openedBranch(own, { clock });
    await withPeople(branch);
    await branch.close();
    const env = { OUTPOST_ACCOUNT_PASSPHRASE_FILE: secret('account', PASSPHRASE) };
    expect(await runOutpost(['backup', '--data', own, '--as', 'agnes'], env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The role auditor may not do this.'),
    });
    await runOutpost(['recovery-key', '--data', own, '--new', '--as', 'ines'], env);
    const made = await runOutpost(['backup', '--data', own, '--as', 'ines'], env);
    expect([made.code, existsSync(made.stdout.split('\n')[0]!)]).toEqual([0, true]);
  });
});
