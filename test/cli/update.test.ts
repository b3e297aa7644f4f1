import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLED_DIR, Offices } from '../support/office.ts';
import { runOutpost } from '../support/run-outpost.ts';
import { SignedRepository } from '../support/signed-repository.ts';
import { TO_ALL, UpdateTrial } from '../support/updating-branch.ts';

const offices = new Offices();
const trial = new UpdateTrial();
let repository: SignedRepository;
let root: string;

beforeAll(async () => {
  await offices.make('now');
  repository = new SignedRepository(join(trial.root, 'head-office'));
  const bundled = JSON.parse(readFileSync(join(BUNDLED_DIR, 'instalment-loan/policy.json'), 'utf8')) as { name: string };
  const bytes = Buffer.from(JSON.stringify({ ...bundled, version: '99.0.0' }));
  const artefact = { name: bundled.name, version: '99.0.0', sha256: createHash('sha256').update(bytes).digest('hex') };
  const file = 'policy/instalment-loan-99.0.0.json';
  const release = { rollout: TO_ALL, activateFrom: null, allowDowngrade: false, artefact, file };
  repository.add(file, bytes).channel('policy/stable.json', { format: 'outpost-policies/1', products: { 'instalment-loan': [release] } });
  repository.publish();
  root = join(trial.root, 'root.json');
  writeFileSync(root, repository.root());
});
afterAll(() => {
  offices.remove();
  trial.remove();
});

describe('outpost update', () => {
  it('checks without taking in, takes in, and tells what stands', { timeout: 120_000 }, async () => {
    const office = offices.copy();
    const common = ['--data', office, '--trust', root];
    const check = await runOutpost(['update', 'check', ...common, '--from', repository.public]);
    expect(check.stderr).toBe('');
    expect(check.stdout).toMatch(/^offered {4}instalment-loan {2}policy {2}\S+ 99\.0\.0 {2}\d+ bytes\n$/);
    const apply = await runOutpost(['update', 'apply', ...common, '--from', repository.public, '--remember', '--json']);
    expect(apply).toMatchObject({ code: 0 });
    expect(JSON.parse(apply.stdout)).toMatchObject({
      failure: null,
      offers: [{ outcome: { state: 'active' } }],
      chain: { isStale: false },
    });
    const status = await runOutpost(['update', 'status', ...common]);
    expect(status.stdout).toContain(`repository  ${repository.public}`);
    expect(status.stdout).toMatch(/chain {7}fresh; signed .*, expires .*; root 1, timestamp 2/);
    expect(status.stdout).toMatch(/active {6}instalment-loan {2}policy {2}\S+ 99\.0\.0/);
    expect(status.code).toBe(0);
    const again = await runOutpost(['update', 'apply', ...common]);
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect(again.stderr).toContain('Nothing new');
  });

  it('says what is wrong with a repository and a root, each with its exit code', { timeout: 120_000 }, async () => {
    const office = offices.copy();
    const thief = new SignedRepository(join(trial.root, 'thief'));
    const stolen = await runOutpost(['update', 'apply', '--data', office, '--trust', root, '--from', thief.public]);
    expect(stolen.code).toBe(3);
    expect(stolen.stderr).toContain('not signed by enough of the keys');
    const nothing = await runOutpost(['update', 'apply', '--data', office, '--trust', root, '--from', trial.root]);
    expect(nothing.code).toBe(2);
    const rootless = await runOutpost([
      'update',
      'apply',
      '--data',
      office,
      '--trust',
      join(trial.root, 'none.json'),
      '--from',
      thief.public,
    ]);
    expect(rootless).toMatchObject({ code: 2 });
    expect(rootless.stderr).toContain('There is no root of trust');
    const address = await runOutpost([
      'update',
      'check',
      '--data',
      office,
      '--trust',
      root,
      '--from',
      'https://me:secret@bank.example/x?y',
    ]);
    expect(address.code).toBe(2);
  });
});
