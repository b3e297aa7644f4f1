/** Two programs that share no code with the signing side read what it publishes: tuf-js as a branch does, and Python with other libraries for JSON and curves. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from '../../../headoffice/publish/envelope.ts';
import { SignedRepository } from '../../support/signed-repository.ts';
import { Branches } from './updater.ts';

// Debian's own, to which its packages belong; another one may come first on the PATH.
const PYTHON = '/usr/bin/python3';
const CHECK = join(import.meta.dirname, 'check_repository.py');
const hasPython = spawnSync(PYTHON, ['-c', 'import securesystemslib, cryptography'], { stdio: 'ignore' }).status === 0;

let folder: string;
let branches: Branches;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-readers-'));
  branches = new Branches(folder, join(folder, 'repo/public'));
  await branches.open();
});
afterEach(() => {
  branches.close();
  rmSync(folder, { recursive: true, force: true });
});

function published(): SignedRepository {
  const repository = new SignedRepository(join(folder, 'repo'));
  return repository
    .add('models/scorecard/1.0.0.zip', 'a model')
    .add('policy/loans-1.0.0.json', '{"name":"Crédito — ñandú"}')
    .add('app/outpost-1.1.0.exe', Buffer.alloc(70_000, 7))
    .publish();
}

describe('tuf-js', () => {
  it('reads every role’s targets from the first root', async () => {
    const repository = published();
    expect(await branches.fetch('a', repository.root(), 'models/scorecard/1.0.0.zip')).toBe('a model');
    expect(await branches.fetch('a', repository.root(), 'policy/loans-1.0.0.json')).toBe('{"name":"Crédito — ñandú"}');
    expect(await branches.fetch('a', repository.root(), 'app/outpost-1.1.0.exe')).toHaveLength(70_000);
    expect(await branches.fetch('a', repository.root(), 'models/nothing')).toBe(null);
  });

  it('follows the rotation of every role, from a root three versions back', async () => {
    const repository = published();
    await branches.updater('a', repository.root()).refresh();
    for (const role of ['root', 'targets', 'snapshot', 'timestamp', 'models', 'policy', 'app'] as const) {
      repository.rotate(role);
      repository.publish();
      expect(await branches.fetch('a', repository.root(), 'policy/loans-1.0.0.json'), role).toContain('Crédito');
    }
    repository.rotate('root');
    repository.publish();
    expect(await branches.fetch('new', repository.root(1), 'models/scorecard/1.0.0.zip')).toBe('a model');
  });

  it('recovers from a fast-forward once snapshot and timestamp have new keys', async () => {
    const repository = published();
    const { published: current } = repository.repository;
    const far = { ...current.get('timestamp')!.signed, version: 1_000_000 };
    // The thief's timestamp, signed with the stolen key, reaches one branch.
    const file = join(repository.public, 'metadata/timestamp.json');
    const honest = readFileSync(file);
    writeFileSync(file, JSON.stringify(sealed(far, repository.keys.timestamp)));
    await branches.updater('a', repository.root()).refresh();
    writeFileSync(file, honest);
    repository.renew('models').publish();
    await expect(branches.updater('a', repository.root()).refresh()).rejects.toThrow(/version/);
    repository.rotate('timestamp');
    repository.rotate('snapshot');
    repository.publish();
    expect(await branches.fetch('a', repository.root(), 'models/scorecard/1.0.0.zip')).toBe('a model');
  });
});

describe('Python, with securesystemslib and cryptography', () => {
  it.skipIf(hasPython)('is NOT checked: python3-securesystemslib and python3-cryptography are missing (apt-get install them)', () => {});

  it.runIf(hasPython)('finds every signature, threshold, hash and length as they should be', () => {
    const repository = published();
    repository.rotate('root');
    repository.rotate('policy');
    repository.publish();
    const checked = spawnSync(PYTHON, [CHECK, repository.public], { encoding: 'utf8' });
    expect(checked.stderr).toBe('');
    expect(JSON.parse(checked.stdout)).toEqual({
      root: 2,
      roles: { targets: 2, models: 2, policy: 3, app: 2, snapshot: 3, timestamp: 3 },
      thresholds: { root: 2, targets: 1, snapshot: 1, timestamp: 1, models: 1, policy: 2, app: 1 },
      targets: ['app/outpost-1.1.0.exe', 'models/scorecard/1.0.0.zip', 'policy/loans-1.0.0.json'],
    });
  });

  it.runIf(hasPython).each([
    ['a digit of the timestamp', 'metadata/timestamp.json', '"version": 2', '"version": 3'],
    ['a digit of the policy’s metadata', 'metadata/2.policy.json', '"length": 31', '"length": 32'],
    ['a signature of the root', 'metadata/1.root.json', '"sig": "', '"sig": "00'],
  ])('finds what was changed: %s', (_what, file, from, to) => {
    const repository = published();
    const path = join(repository.public, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    const checked = spawnSync(PYTHON, [CHECK, repository.public], { encoding: 'utf8' });
    expect(checked.status).toBe(1);
    expect(checked.stderr).toMatch(/^(not enough signatures|hash or length)/);
  });
});
