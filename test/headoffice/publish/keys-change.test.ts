import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failed } from '../../../contract/failure.ts';
import { calendar } from '../../../headoffice/publish/calendar.ts';
import { describeStaged } from '../../../headoffice/publish/describe-staged.ts';
import { withLock } from '../../../headoffice/publish/lock.ts';
import { openRepository } from '../../../headoffice/publish/open-repository.ts';
import { publish } from '../../../headoffice/publish/publish.ts';
import { currentOf } from '../../../headoffice/publish/repository.ts';
import { rotate } from '../../../headoffice/publish/rotate.ts';
import { collectSignatures, signRole } from '../../../headoffice/publish/sign-role.ts';
import { generateKey, type SigningKey } from '../../../headoffice/publish/signing-key.ts';
import { SignedRepository } from '../../support/signed-repository.ts';
import { Branches } from './updater.ts';

const DAY_MS = 86_400_000;

let folder: string;
let made: SignedRepository;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-change-'));
  made = new SignedRepository(join(folder, 'repo'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusal(work: () => unknown): [kind: string, happened: string] {
  try {
    work();
  } catch (error) {
    if (error instanceof Failed) return [error.failure.kind, error.failure.happened];
    throw error;
  }
  throw new Error('it was not refused');
}

const sign = (role: 'root' | 'targets' | 'policy' | 'models', keys: readonly SigningKey[]) => {
  for (const key of keys) signRole(made.repository, role, key, Date.now());
};
const published = () => publish(made.repository, made.keys, made.moment);

describe('a new root', () => {
  it('needs two officers of before and two of now, so that neither thieves nor leavers replace it alone', () => {
    const fresh = [generateKey('root'), generateKey('root'), generateKey('root')];
    rotate(made.repository, 'root', fresh, made.moment);
    sign('root', fresh);
    expect(refusal(published)).toEqual(['repository-unfinished', expect.stringContaining('officers named by the root before it')]);
    sign('root', [made.keys.root[2]!]);
    expect(refusal(published)[0]).toBe('repository-unfinished');
    sign('root', [made.keys.root[0]!]);
    published();
    expect(openRepository(made.folder).published.get('root')?.signed.version).toBe(2);
  });

  it('may keep an officer, whose one signature then counts for both', () => {
    const [agnes, ben, carla] = made.keys.root;
    const dora = generateKey('root');
    rotate(made.repository, 'root', [agnes!, ben!, dora], made.moment);
    sign('root', [agnes!, ben!]);
    published();
    made.renew('root');
    expect(refusal(() => sign('root', [carla!]))[0]).toBe('key-wrong');
  });
});

describe('a revoked key', () => {
  it.each(['models', 'policy', 'app', 'targets', 'timestamp', 'snapshot'] as const)('of %s is listed nowhere any more', (role) => {
    const old = made.rotate(role);
    made.publish();
    const { root, targets } = { root: currentOf(made.repository, 'root').signed, targets: currentOf(made.repository, 'targets').signed };
    const listed = JSON.stringify([root.keys, root.roles, targets.delegations]);
    for (const { id, form } of old) {
      expect(listed).not.toContain(id);
      expect(listed).not.toContain(form.keyval.public);
    }
  });

  it('of the timestamp moves no branch: what it signs is refused', async () => {
    const stolen = made.keys.timestamp;
    made.add('models/a.zip', 'a').publish();
    const before = readFileSync(join(made.public, 'metadata/timestamp.json'));
    made.rotate('timestamp');
    made.publish();
    const branches = new Branches(folder, made.public);
    await branches.open();
    try {
      expect(await branches.fetch('one', made.root(), 'models/a.zip')).toBe('a');
      writeFileSync(join(made.public, 'metadata/timestamp.json'), before);
      await expect(branches.fetch('one', made.root(), 'models/a.zip')).rejects.toThrow(/signed by 0\/1 keys/);
    } finally {
      branches.close();
    }
    expect(stolen).not.toEqual(made.keys.timestamp);
  });
});

describe('signatures from another machine', () => {
  const copyOf = () => {
    const copy = join(folder, 'stick');
    cpSync(made.folder, copy, { recursive: true });
    return copy;
  };

  it('are taken over once, and complete what is here', () => {
    made.renew('policy');
    const copy = openRepository(copyOf());
    signRole(copy, 'policy', made.keys.policy[1]!, Date.now());
    sign('policy', [made.keys.policy[0]!]);
    const signed = copy.staged.get('policy')!;
    expect(collectSignatures(made.repository, 'policy', signed)).toBe(1);
    expect(collectSignatures(made.repository, 'policy', signed)).toBe(0);
    published();
  });

  it('are refused when they are on something else, however alike', () => {
    made.renew('policy');
    const copy = openRepository(copyOf());
    signRole(copy, 'policy', made.keys.policy[1]!, Date.now());
    made.add('policy/loans-1.0.0.json', '{}');
    expect(refusal(() => collectSignatures(made.repository, 'policy', copy.staged.get('policy')!))).toEqual([
      'repository-unsafe',
      expect.stringContaining('not of what is staged here'),
    ]);
  });

  it('are left behind when they do not verify, or are nobody’s', () => {
    made.renew('policy');
    const copy = openRepository(copyOf());
    signRole(copy, 'policy', made.keys.policy[1]!, Date.now());
    const signed = copy.staged.get('policy')!;
    const [good] = signed.signatures;
    const bad = { ...signed, signatures: [{ ...good!, sig: good!.sig.replace(/^../, (two) => (two === '00' ? '11' : '00')) }] };
    expect(collectSignatures(made.repository, 'policy', bad)).toBe(0);
    expect(collectSignatures(made.repository, 'policy', { ...signed, signatures: [{ ...good!, keyid: 'f'.repeat(64) }] })).toBe(0);
  });

  it('begin with the same digest on both screens, and show what changes', () => {
    made.add('policy/loans-1.0.0.json', '{}');
    made.rotate('models');
    const here = describeStaged(made.repository, 'policy');
    expect(here).toEqual(describeStaged(openRepository(copyOf()), 'policy'));
    expect(here.join('\n')).toMatch(
      /^policy version 2, valid until [^\n]*\nSHA-256 of what is signed: [0-9a-f]{64}\n[^\n]*\n {2}\+ policy\/loans-1\.0\.0\.json: 2 bytes/,
    );
    // So that a folder that was replaced as a whole does not pass for this one.
    const first = createHash('sha256').update(made.root()).digest('hex');
    expect(here[2]).toBe(`compared with the repository whose first root has SHA-256 ${first}`);
    const keys = describeStaged(made.repository, 'targets').join('\n');
    expect(keys).toMatch(/\+ key of models: [0-9a-f]{64} \(public [0-9a-f]{64}\)\n {2}- key of models: [0-9a-f]{64}, revoked/);
    made.add('policy/loans-1.0.0.json', '{ }');
    expect(describeStaged(made.repository, 'policy')[1]).not.toBe(here[1]);
  });
});

describe('the calendar', () => {
  it('warns before a role expires, counts down to the day, and says who may still sign', () => {
    const now = Date.now();
    const line = (days: number, role: string) => calendar(made.repository, now + days * DAY_MS).find((one) => one.role === role)!;
    expect([line(28, 'timestamp').state, line(31, 'timestamp').state, line(61, 'timestamp').state]).toEqual(['valid', 'soon', 'expired']);
    expect(line(61, 'timestamp').daysLeft).toBe(-2);
    expect([line(130, 'policy').state, line(140, 'policy').state]).toEqual(['valid', 'soon']);
    made.renew('policy');
    const [one, two] = made.keys.policy;
    sign('policy', [two!]);
    expect(line(0, 'policy').staged).toMatchObject({ version: 2, signedBy: [two!.id], maySign: [one!.id], isComplete: false });
  });
});

describe('the working folder', () => {
  it('is one program’s at a time, and is taken over from one that ended', async () => {
    const inside = await withLock(made.folder, async () => {
      await expect(withLock(made.folder, () => 1)).rejects.toThrow(/Another program is working/);
      return 'done';
    });
    expect(inside).toBe('done');
    const { hostname } = await import('node:os');
    writeFileSync(join(made.folder, 'in-use'), `999999999 ${hostname()}`);
    expect(await withLock(made.folder, () => 2)).toBe(2);
    writeFileSync(join(made.folder, 'in-use'), '1 another-machine');
    await expect(withLock(made.folder, () => 3)).rejects.toThrow(/delete/);
  });
});
