import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppChannel, AppRelease, ModelRelease, PolicyChannel } from '../../../contract/channel.ts';
import { Failed } from '../../../contract/failure.ts';
import { createRepository } from '../../../headoffice/publish/create-repository.ts';
import { sealed } from '../../../headoffice/publish/envelope.ts';
import { DELEGATED, ROLES, type RoleName, type StageableName, THRESHOLDS } from '../../../headoffice/publish/form.ts';
import { checkBeforePublishing } from '../../../headoffice/publish/lint.ts';
import { stagedTargetFile } from '../../../headoffice/publish/places.ts';
import { publish } from '../../../headoffice/publish/publish.ts';
import { currentOf, type FormOf, keepStaged, stage } from '../../../headoffice/publish/repository.ts';
import { rotate } from '../../../headoffice/publish/rotate.ts';
import { signRole } from '../../../headoffice/publish/sign-role.ts';
import { generateKey, publicKeyOf } from '../../../headoffice/publish/signing-key.ts';
import { addTarget, putChannel, roleOfTarget } from '../../../headoffice/publish/targets.ts';
import { SignedRepository } from '../../support/signed-repository.ts';

const EVERYBODY = { state: 'rolling' as const, percentage: 100, branches: [], tags: [] };

let folder: string;
let repository: SignedRepository;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outpost-lint-'));
  repository = new SignedRepository(join(folder, 'repo'));
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

/** Stages a form that no command would make. */
function forge<R extends StageableName>(role: R, change: (signed: FormOf[R]) => FormOf[R]): void {
  stage(repository.repository, role, repository.moment, (signed) => change(structuredClone(signed)));
}

const published = () => publish(repository.repository, repository.keys, repository.moment);
const signing = (role: StageableName) => refusal(() => signRole(repository.repository, role, repository.keys[role][0]!, Date.now()));

describe('signing refuses keys that count twice:', () => {
  it('the same public key under two ids', () => {
    forge('targets', (signed) => {
      const delegations = signed.delegations!;
      const policy = delegations.roles.find(({ name }) => name === 'policy')!;
      const key = delegations.keys[policy.keyids[0]!]!;
      // Any change of the form gives another SHA-256, and so another id that TUF would take.
      delegations.keys['a'.repeat(64)] = key;
      policy.keyids = [policy.keyids[0]!, 'a'.repeat(64)];
      return signed;
    });
    expect(signing('targets')).toEqual(['repository-unsafe', expect.stringContaining('under an id that is not its own')]);
  });

  it('the same public key in two spellings', () => {
    forge('root', (signed) => {
      const [id] = signed.roles.root.keyids;
      const again = publicKeyOf('root', signed.keys[id!]!.keyval.public.toUpperCase());
      signed.keys[again.id] = again.form;
      signed.roles.root.keyids.push(again.id);
      return signed;
    });
    expect(signing('root')[0]).toBe('repository-unsafe');
  });

  it('one key for two roles', () => {
    const key = repository.keys.models[0]!;
    expect(refusal(() => rotate(repository.repository, 'app', [key], repository.moment))[1]).toContain(
      'a key of models was given for app'.replace('a', 'A'),
    );
    rotate(repository.repository, 'app', [{ ...key, role: 'app' }], repository.moment);
    expect(signing('targets')).toEqual(['repository-unsafe', expect.stringContaining('One key serves both models and app')]);
  });

  it('a policy, or a root, that one person alone could sign', () => {
    expect(refusal(() => rotate(repository.repository, 'policy', [generateKey('policy')], repository.moment))[1]).toContain(
      'needs 2 different keys',
    );
    const one = generateKey('policy');
    expect(refusal(() => rotate(repository.repository, 'policy', [one, one], repository.moment))[1]).toContain('there is 1');
    forge('targets', (signed) => {
      signed.delegations!.roles.find(({ name }) => name === 'policy')!.threshold = 1;
      return signed;
    });
    expect(signing('targets')).toEqual(['repository-unsafe', expect.stringContaining('has to need at least 2')]);
    forge('root', (signed) => ({ ...signed, roles: { ...signed.roles, root: { ...signed.roles.root, threshold: 1 } } }));
    expect(signing('root')[0]).toBe('repository-unsafe');
  });

  it('a set-up with too few officers', () => {
    const keys = ROLES.flatMap((role) => Array.from({ length: role === 'root' ? 2 : THRESHOLDS[role] }, () => generateKey(role)));
    expect(refusal(() => createRepository(join(folder, 'two'), keys, repository.moment))[1]).toContain(
      'root needs 3 different keys, and there are 2',
    );
  });
});

describe('signing refuses targets past their role:', () => {
  it.each([
    'models/Score.zip',
    'models/../policy/stable.json',
    'models//a.zip',
    'models/a b.zip',
    'models/.hidden',
    'models/a/b/c.zip',
    'policy/a/b.json',
    'other/a.zip',
    'models/é.zip',
    'models/a\\b.zip',
    'models',
    '/models/a.zip',
  ])('%j is no name', (name) => {
    expect(refusal(() => roleOfTarget(name))[0]).toBe('repository-unsafe');
    forge('models', (signed) => ({
      ...signed,
      targets: { [name]: { length: 1, hashes: { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) } } },
    }));
    expect(signing('models')[0]).toBe('repository-unsafe');
  });

  it('a target that the top-level role names, so that credit risk need not sign', () => {
    addTarget(repository.repository, 'policy/stable.json', Buffer.from('{}'), repository.moment);
    const stolen = currentOf(repository.repository, 'policy').signed.targets;
    forge('targets', (signed) => ({ ...signed, targets: stolen }));
    expect(signing('targets')).toEqual(['repository-unsafe', expect.stringContaining('past the role')]);
  });

  it.each(DELEGATED)('a delegation of %s that is wider, or not the last word', (name) => {
    for (const change of [{ paths: ['*', '*/*'] }, { terminating: false }]) {
      forge('targets', (signed) => {
        Object.assign(signed.delegations!.roles.find((role) => role.name === name)!, change);
        return signed;
      });
      expect(signing('targets')[1]).toContain(`delegation to ${name}`);
    }
  });

  it('a role that has expired', () => {
    repository.now = Date.now() - 400 * 86_400_000;
    repository.renew('models');
    expect(signing('models')).toEqual(['repository-unsafe', expect.stringContaining('which is past')]);
  });

  it('a key that is not the role’s, before and after its revocation', () => {
    repository.renew('models');
    expect(refusal(() => signRole(repository.repository, 'models', repository.keys.app[0]!, Date.now()))[0]).toBe('key-wrong');
    const [old] = repository.rotate('models');
    expect(refusal(() => signRole(repository.repository, 'models', old!, Date.now()))[0]).toBe('key-wrong');
    expect(currentOf(repository.repository, 'targets').signed.delegations!.keys[old!.id]).toBe(undefined);
  });
});

function release(version: string, over: Partial<ModelRelease> = {}): ModelRelease {
  return {
    artefact: { name: 'loans', version, sha256: version.replaceAll('.', '').padEnd(64, '0') },
    file: `policy/loans-${version}.json`,
    rollout: EVERYBODY,
    activateFrom: null,
    allowDowngrade: false,
    ...over,
  };
}

function policies(...releases: ModelRelease[]): PolicyChannel {
  return { format: 'outpost-policies/1', products: { loan: releases } };
}

function addPolicies(...versions: string[]): void {
  for (const version of versions) {
    const { artefact, file } = release(version);
    addTarget(repository.repository, file, Buffer.from(version), repository.moment, { kind: 'policy', product: 'loan', artefact });
  }
}

function channelled(channel: PolicyChannel): [string, string] {
  putChannel(repository.repository, 'policy/stable.json', channel, repository.moment);
  const answer = signing('policy');
  expect(refusal(() => checkBeforePublishing(repository.repository, Date.now()))).toEqual(answer);
  return answer;
}

describe('signing refuses a channel', () => {
  beforeEach(() => addPolicies('1.0.0', '1.1.0', '1.10.0'));

  it('that names an absent target', () => {
    expect(channelled(policies(release('2.0.0')))).toEqual(['repository-unsafe', expect.stringContaining('names policy/loans-2.0.0.json')]);
  });

  it.each([
    ['digest', { artefact: { ...release('1.1.0').artefact, sha256: 'f'.repeat(64) } }],
    ['version', { artefact: { ...release('1.1.0').artefact, version: '9.0.0' } }],
    ['name', { artefact: { ...release('1.1.0').artefact, name: 'cards' } }],
    ['file', { file: release('1.0.0').file }],
  ])('whose release has another %s than its target', (_what, over) => {
    expect(channelled(policies(release('1.1.0', over)))).toEqual(['repository-unsafe', expect.stringContaining('and it is not')]);
  });

  it('whose target is for another product', () => {
    expect(channelled({ format: 'outpost-policies/1', products: { card: [release('1.1.0')] } })[1]).toContain('for card');
  });

  it('whose list goes up, unless every step down is permitted', () => {
    expect(channelled(policies(release('1.1.0'), release('1.10.0')))[1]).toContain('back from 1.10.0 to 1.1.0 without permission');
    putChannel(
      repository.repository,
      'policy/stable.json',
      policies(release('1.1.0', { allowDowngrade: true }), release('1.10.0')),
      repository.moment,
    );
    expect(() => repository.publish()).not.toThrow();
  });

  it('that puts a lower version on top than is published, unless permitted', () => {
    repository.channel('policy/stable.json', policies(release('1.10.0'), release('1.1.0'))).publish();
    expect(channelled(policies(release('1.1.0')))[1]).toContain('back from 1.10.0 to 1.1.0');
    const withdrawn = release('1.10.0', { rollout: { ...EVERYBODY, state: 'withdrawn' } });
    repository.channel('policy/stable.json', policies(withdrawn, release('1.1.0'))).publish();
    repository.channel('policy/stable.json', policies(release('1.1.0', { allowDowngrade: true }))).publish();
  });

  it('with two files of one version', () => {
    const twin = { ...release('1.1.0').artefact, sha256: 'e'.repeat(64) };
    const file = 'policy/loans-1.1.0-again.json';
    addTarget(repository.repository, file, Buffer.from('x'), repository.moment, { kind: 'policy', product: 'loan', artefact: twin });
    expect(channelled(policies(release('1.1.0'), release('1.1.0', { artefact: twin, file })))[1]).toContain('two different files');
  });

  it('that is malformed, or not here to be looked at', () => {
    addTarget(repository.repository, 'policy/stable.json', Buffer.from('{"format":"outpost-policies/1"}'), repository.moment);
    expect(signing('policy')[0]).toBe('file-malformed');
    putChannel(repository.repository, 'policy/stable.json', policies(release('1.1.0')), repository.moment);
    const { sha256 } = currentOf(repository.repository, 'policy').signed.targets['policy/stable.json']!.hashes;
    rmSync(stagedTargetFile(repository.folder, 'policy/stable.json', sha256));
    expect(signing('policy')).toEqual(['repository-unfinished', expect.stringContaining('cannot see')]);
  });

  it('whose file is not the one that was added', () => {
    putChannel(repository.repository, 'policy/stable.json', policies(release('1.1.0')), repository.moment);
    const { sha256 } = currentOf(repository.repository, 'policy').signed.targets['policy/stable.json']!.hashes;
    const file = stagedTargetFile(repository.folder, 'policy/stable.json', sha256);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"percentage": 100', '"percentage": 1'));
    expect(signing('policy')).toEqual(['repository-unsafe', expect.stringContaining('not the one that was added')]);
  });

  it('of the app whose version is not its installer’s, or whose block map is absent', () => {
    const file = 'app/outpost-1.1.0.exe';
    addTarget(repository.repository, file, Buffer.from('x'), repository.moment, { kind: 'app', version: '1.1.0' });
    const { artefact: _, ...terms } = release('1.1.0', { file });
    const app: AppRelease = {
      ...terms,
      version: '1.2.0',
      blockmap: null,
      blockMapSize: null,
      releasedOn: '2026-12-01',
      notes: { en: 'x' },
      earliestVersion: null,
    };
    const put = (release: AppRelease) => {
      const channel: AppChannel = { format: 'outpost-app/1', releases: [release] };
      putChannel(repository.repository, 'app/stable-win32-x64.json', channel, repository.moment);
    };
    put(app);
    expect(signing('app')[1]).toContain('and it is not');
    put({ ...app, version: '1.1.0', blockmap: 'app/none.blockmap' });
    expect(signing('app')[1]).toContain('names app/none.blockmap');
    put({ ...app, version: '1.1.0' });
    expect(() => repository.publish()).not.toThrow();
  });
});

it('publishing looks again at what was signed elsewhere, past the commands', () => {
  const role: RoleName & StageableName = 'targets';
  forge(role, (signed) => ({
    ...signed,
    targets: { 'policy/stable.json': { length: 1, hashes: { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) } } },
  }));
  const staged = currentOf(repository.repository, role);
  keepStaged(repository.repository, role, sealed(staged.signed, repository.keys.targets));
  expect(refusal(published)[1]).toContain('past the role');
});

it('publishing hashes once more what a stick may have spoiled, and misses what it left behind', () => {
  const form = addTarget(repository.repository, 'app/outpost-1.1.0.exe', Buffer.from('installer'), repository.moment);
  signRole(repository.repository, 'app', repository.keys.app[0]!, Date.now());
  const file = stagedTargetFile(repository.folder, 'app/outpost-1.1.0.exe', form.hashes.sha256);
  writeFileSync(file, 'installeR');
  expect(refusal(published)).toEqual(['repository-unsafe', expect.stringContaining('not the one that was added')]);
  rmSync(file);
  expect(refusal(published)).toEqual(['repository-unfinished', expect.stringContaining('is not there')]);
});
