import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failed } from '../../../contract/failure.ts';
import type { TimestampForm } from '../../../headoffice/publish/form.ts';
import { openRepository } from '../../../headoffice/publish/open-repository.ts';
import { publish } from '../../../headoffice/publish/publish.ts';
import { stage } from '../../../headoffice/publish/repository.ts';
import { signRole } from '../../../headoffice/publish/sign-role.ts';
import { SignedRepository } from '../../support/signed-repository.ts';
import { Branches } from './updater.ts';

/** After how many more steps on the disk the power goes; null: never. */
const power = vi.hoisted(() => ({ left: null as number | null, written: [] as string[] }));
vi.mock('../../../headoffice/publish/write-durably.ts', async (original) => {
  const real = await original<typeof import('../../../headoffice/publish/write-durably.ts')>();
  const step = (file: string) => {
    if (power.left === 0) throw new Error('the power is gone');
    if (power.left !== null) power.left -= 1;
    power.written.push(file);
  };
  return {
    writeDurably: (file: string, ...rest: [Iterable<Buffer>, number?]) => {
      step(file);
      real.writeDurably(file, ...rest);
    },
    moveDurably: (from: string, to: string) => {
      step(to);
      real.moveDurably(from, to);
    },
    removeDurably: (file: string) => {
      step(file);
      real.removeDurably(file);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-publish-'));
  power.left = null;
  power.written = [];
});
afterEach(() => {
  power.left = null;
  rmSync(folder, { recursive: true, force: true });
});

const made = (options = {}) => new SignedRepository(join(folder, 'repo'), options);

function refusal(work: () => unknown): { kind: string; happened: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof Failed) return error.failure;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('publishing', () => {
  it('is read back as it was published', () => {
    const repository = made();
    repository.add('models/scorecard/1.0.0.zip', 'model').add('policy/loans-1.0.0.json', '{}').publish();
    for (const role of ['root', 'timestamp', 'policy'] as const) {
      repository.rotate(role);
      repository.publish();
    }
    const opened = openRepository(repository.folder);
    expect(opened.published).toEqual(repository.repository.published);
    expect(opened.staged.size).toBe(0);
    expect(existsSync(join(repository.folder, 'staged/targets'))).toBe(false);
  });

  it('writes what is pointed to before what points to it, and the timestamp last', () => {
    const repository = made().add('models/scorecard/1.0.0.zip', 'model').renew('policy').renew('targets').renew('root');
    power.written = [];
    repository.publish();
    const order = power.written.filter((file) => file.includes('/public/')).map((file) => file.replace(/.*\/public\//, ''));
    expect(order).toEqual([
      expect.stringMatching(/^targets\/models\/scorecard\/[0-9a-f]{64}\.1\.0\.0\.zip$/),
      'metadata/2.targets.json',
      'metadata/2.models.json',
      'metadata/2.policy.json',
      'metadata/2.snapshot.json',
      'metadata/2.root.json',
      'metadata/timestamp.json',
    ]);
  });

  it('keeps every version that it ever published, byte for byte', () => {
    const repository = made();
    const before = new Map(readdirSync(join(repository.public, 'metadata')).map((name) => [name, read(repository, name)]));
    repository.add('app/outpost-1.1.0.exe', 'x').publish();
    before.delete('timestamp.json');
    for (const [name, bytes] of before) expect(read(repository, name), name).toEqual(bytes);
  });

  it('signs into the timestamp when it was made, to the second, and 60 days of life', () => {
    const repository = made({ now: Date.parse('2026-12-01T12:00:00.999Z') });
    const { signed } = repository.repository.published.get('timestamp')!;
    expect((signed as TimestampForm).x_issued).toBe('2026-12-01T12:00:00Z');
    expect(signed.expires).toBe('2027-01-30T12:00:00Z');
  });

  it.each(['root', 'policy'] as const)('refuses %s with one signature of two, and leaves everything as it was', (role) => {
    const repository = made().renew(role);
    signRole(repository.repository, role, repository.keys[role][0]!, Date.now());
    signRole(repository.repository, role, repository.keys[role][0]!, Date.now());
    const before = readdirSync(join(repository.public, 'metadata'));
    const { kind, happened } = refusal(() => publish(repository.repository, repository.keys, repository.moment));
    expect([kind, happened]).toEqual(['repository-unfinished', expect.stringContaining(`${role} has 1 of the 2 signatures`)]);
    expect(readdirSync(join(repository.public, 'metadata'))).toEqual(before);
  });

  it('takes no signature for what was changed after it was given', () => {
    const repository = made().renew('app');
    signRole(repository.repository, 'app', repository.keys.app[0]!, Date.now());
    stage(repository.repository, 'app', repository.moment);
    expect(refusal(() => publish(repository.repository, repository.keys, repository.moment)).kind).toBe('repository-unfinished');
  });

  it('is refused when root, targets or what is staged has expired, and not for another role that has', () => {
    const now = Date.parse('2026-12-01T00:00:00Z');
    const repository = made({ now, days: { app: 10 } });
    repository.now = now + 20 * 86_400_000;
    repository.renew('models').publish();
    repository.now = now + 400 * 86_400_000;
    expect(refusal(() => repository.publish())).toMatchObject({
      kind: 'repository-unsafe',
      happened: expect.stringContaining('targets expires'),
    });
  });
});

function read(repository: SignedRepository, name: string): Buffer {
  return readFileSync(join(repository.public, 'metadata', name));
}

describe('when the power goes', { timeout: 120_000 }, () => {
  it('at any step of a publication, a branch sees the state before or after, and the same call finishes it', async () => {
    const repository = made().add('models/scorecard/1.0.0.zip', 'old').publish();
    repository.add('models/scorecard/1.1.0.zip', 'new').renew('policy').renew('targets');
    for (const role of ['models', 'policy', 'targets'] as const)
      for (const key of repository.keys[role]) signRole(repository.repository, role, key, Date.now());
    const states = new Set<string | null>();
    let steps = 0;
    for (; ; steps += 1) {
      const copy = join(folder, `copy-${steps}`);
      cpSync(repository.folder, copy, { recursive: true });
      power.left = steps;
      const wentOut = failsOf(() => publish(openRepository(copy), repository.keys, repository.moment));
      power.left = null;
      const branches = new Branches(join(folder, `branches-${steps}`), join(copy, 'public'));
      await branches.open();
      try {
        states.add(await branches.fetch('one', repository.root(), 'models/scorecard/1.1.0.zip'));
        publish(openRepository(copy), repository.keys, repository.moment);
        expect(await branches.fetch('one', repository.root(), 'models/scorecard/1.1.0.zip')).toBe('new');
      } finally {
        branches.close();
      }
      if (!wentOut) break;
    }
    expect(steps).toBeGreaterThan(8);
    expect(states).toEqual(new Set([null, 'new']));
  });

  it('at any step of a rotation, the same call finishes it', () => {
    const repository = made();
    for (const role of ['timestamp', 'targets', 'policy'] as const) repository.rotate(role);
    const { repository: staged, keys } = repository;
    for (const key of keys.root.slice(0, 2)) signRole(staged, 'root', key, Date.now());
    for (const role of ['targets', 'policy'] as const) for (const key of keys[role]) signRole(staged, role, key, Date.now());
    for (let steps = 0; ; steps += 1) {
      const copy = join(folder, `copy-${steps}`);
      cpSync(repository.folder, copy, { recursive: true });
      power.left = steps;
      const wentOut = failsOf(() => publish(openRepository(copy), keys, repository.moment));
      power.left = null;
      publish(openRepository(copy), keys, repository.moment);
      expect(openRepository(copy).published.get('root')?.signed.version).toBe(2);
      if (!wentOut) return expect(steps).toBeGreaterThan(7);
    }
  });
});

function failsOf(work: () => void): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if ((error as Error).message === 'the power is gone') return true;
    throw error;
  }
}

describe('opening the working folder', () => {
  it.each([
    ['metadata/timestamp.json', '"version": 2', '"version": 9'],
    ['metadata/2.snapshot.json', '"length": ', '"length": 1'],
    ['metadata/2.policy.json', '2027', '2037'],
    ['metadata/1.root.json', '"threshold": 2', '"threshold": 1'],
  ])('refuses to work on a changed %s', (file, from, to) => {
    const repository = made().renew('policy').publish();
    const path = join(repository.public, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(from, to));
    expect(readFileSync(path, 'utf8')).not.toBe(text);
    expect(refusal(() => openRepository(repository.folder))).toMatchObject({
      kind: 'repository-unsafe',
      happened: expect.stringContaining('does not verify'),
    });
  });

  it('refuses what was staged for another state of the repository', () => {
    const repository = made().renew('app');
    const staged = join(repository.folder, 'staged/app.json');
    const old = readFileSync(staged);
    repository.publish();
    repository.renew('app').publish();
    writeFileSync(staged, old);
    expect(refusal(() => openRepository(repository.folder)).happened).toMatch(/is version 2, and version 3 is published/);
    writeFileSync(staged, '{"signed":');
    expect(refusal(() => openRepository(repository.folder)).kind).toBe('file-malformed');
  });
});
