import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { MODEL_BYTES, openedUpdates, PLATFORM, release, UpdateTrial } from '../../support/updating-branch.ts';

const trial = new UpdateTrial();
afterAll(() => trial.remove());

describe('updates from a folder', () => {
  it('are offered with what vouches for them, and fetched as they were signed', async () => {
    const repository = release(trial.repository(), { model: '1.2.0', policy: '3.0.0', app: '0.2.0' });
    const updates = openedUpdates(trial.branchFolder(), repository.root(), { repository: repository.public });
    expect(updates.chain().metadata).toEqual({});
    expect(await updates.refresh()).toEqual({ failure: null, channels: {} });
    const { offers, refusals } = await updates.offers([]);
    expect(refusals).toEqual([]);
    expect(offers.map(({ target }) => target)).toEqual(['models/scorecard/1.2.0.zip', 'policy/instalment-loan-3.0.0.json']);
    expect(offers[1]?.source.signedBy).toEqual({ role: 'policy', keys: repository.keys.policy.map(({ id }) => id) });
    const got = await updates.download(offers[0]!);
    if ('failure' in got) throw new Error(got.failure.happened);
    expect(readFileSync(got.file)).toEqual(MODEL_BYTES);
    expect(await updates.app('0.1.0')).toMatchObject({
      version: '0.2.0',
      source: { signedBy: { role: 'app' }, target: 'app/outpost-0.2.0.appimage' },
    });
    expect(PLATFORM).toBe('linux-x64');
  });
});
