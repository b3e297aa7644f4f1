import { describe, expect, it } from 'vitest';
import { modelChannel, policyChannel } from '../../../contract/channel.ts';
import {
  changeRelease,
  EMPTY_MODELS,
  EMPTY_POLICIES,
  releaseModel,
  releasePolicy,
  type Terms,
} from '../../../headoffice/publish/edit-channel.ts';
import type { TargetForm } from '../../../headoffice/publish/form.ts';

const TERMS: Terms = {
  rollout: { state: 'rolling', percentage: 10, branches: ['madrid-01'], tags: [] },
  activateFrom: null,
  allowDowngrade: false,
};

function target(version: string, kind: 'model' | 'policy' = 'model'): TargetForm {
  const artefact = { name: 'scorecard', version, sha256: '0'.repeat(64) };
  return { length: 1, hashes: { sha256: '', sha512: '' }, custom: { kind, product: 'loan', artefact } };
}
const file = (version: string) => `models/scorecard/${version}.zip`;
const champions = (...versions: string[]) =>
  versions.reduce((channel, version) => releaseModel(channel, file(version), target(version), 'champion', TERMS), EMPTY_MODELS);

describe('a channel', () => {
  it('has the newest release first, taken from the target itself', () => {
    const channel = champions('1.0.0', '1.1.0');
    expect(modelChannel.parse(channel)).toEqual(channel);
    expect(channel.products.loan?.champion.map(({ artefact }) => artefact.version)).toEqual(['1.1.0', '1.0.0']);
    expect(channel.products.loan?.champion[0]).toMatchObject({ file: file('1.1.0'), ...TERMS });
  });

  it('keeps what it is not asked to change', () => {
    const before = champions('1.0.0', '1.1.0');
    const after = changeRelease(before, file('1.1.0'), (terms) => ({ rollout: { ...terms.rollout, percentage: 50 } }));
    expect(after.products.loan?.champion[0]?.rollout).toEqual({ state: 'rolling', percentage: 50, branches: ['madrid-01'], tags: [] });
    expect(after.products.loan?.champion[1]).toEqual(before.products.loan?.champion[1]);
    expect(before.products.loan?.champion[0]?.rollout.percentage).toBe(10);
  });

  it('takes a release out, and refuses one that it does not name', () => {
    const channel = changeRelease(champions('1.0.0', '1.1.0'), file('1.1.0'), () => null);
    expect(channel.products.loan?.champion.map(({ file: named }) => named)).toEqual([file('1.0.0')]);
    expect(() => changeRelease(channel, file('1.1.0'), () => null)).toThrow(/does not name/);
  });

  it('keeps challengers and products apart', () => {
    const channel = releaseModel(champions('1.0.0'), file('2.0.0'), target('2.0.0'), 'challengers', TERMS);
    expect(channel.products.loan?.champion).toHaveLength(1);
    expect(channel.products.loan?.challengers[0]?.artefact.version).toBe('2.0.0');
    const policies = releasePolicy(EMPTY_POLICIES, 'policy/a.json', target('1.0.0', 'policy'), TERMS);
    expect(policyChannel.parse(policies)).toEqual(policies);
  });

  it('names a release once, and at most twenty of a place', () => {
    const versions = Array.from({ length: 25 }, (_, at) => `1.${at}.0`);
    const channel = champions(...versions, '1.24.0');
    expect(channel.products.loan?.champion.map(({ artefact }) => artefact.version)).toEqual(versions.slice(-20).toReversed());
  });

  it('releases nothing that was not added as what it is released as', () => {
    expect(() =>
      releaseModel(EMPTY_MODELS, file('1.0.0'), { ...target('1.0.0'), custom: { kind: 'app', version: '1.0.0' } }, 'champion', TERMS),
    ).toThrow(/was not added as/);
  });
});
