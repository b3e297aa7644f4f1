import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiveModel } from '../../../branch/activation/receive-release.ts';
import type { UpdateAccess } from '../../../branch/activation/update-state.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import type { Line } from '../../../branch/people/line.ts';
import { Sessions } from '../../../branch/people/sessions.ts';
import { makeRouter } from '../../../electron/service/router.ts';
import { NO_SHELL } from '../../support/no-shell.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { comeIn, withPeople } from '../../support/people.ts';
import { PRODUCT, Releases } from '../../support/releases.ts';

const offices = new Offices();
const releases = new Releases();
let branch: Branch;
const lines: Partial<Record<'it' | 'supervisor', Line>> = {};

beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  await withPeople(branch);
  const sessions = new Sessions(branch);
  for (const role of ['it', 'supervisor'] as const) lines[role] = await comeIn(sessions, role);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
  releases.remove();
});

/** A repository that offers one model. */
const access: UpdateAccess = {
  known: () => null,
  async check(by, folder, onStep) {
    onStep({ step: 'refresh' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let done = 0; done < 100; done++) onStep({ step: 'download', target: folder ?? 'models/x.zip', done, total: 99 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await receiveModel(by, releases.model('champion', { version: '1.9.0' }));
  },
  app: () => ({ current: '0.1.0', offered: null, state: 'none', failure: null }),
};
const callsOf = (role: 'it' | 'supervisor') =>
  createRouterClient(makeRouter({ ...NO_SHELL, updates: access }), { context: { line: lines[role]! } }).updates;

describe('the calls about updates', () => {
  it('check step by step, tell what is held, ask a second person, and keep the history', async () => {
    const [it, supervisor] = [callsOf('it'), callsOf('supervisor')];
    const steps: string[] = [];
    for await (const step of await it.checkFolder({ folder: '/media/stick' })) {
      steps.push(step.step);
      if (step.step === 'done')
        expect(step.state.held.find(({ alias, product }) => alias === 'champion' && product === PRODUCT)).toMatchObject({ by: 'ines' });
    }
    expect([steps[0], steps.includes('download'), steps.at(-1)]).toEqual(['refresh', true, 'done']);
    const { held, fourEyes } = await supervisor.state();
    expect(fourEyes).toBe(true);
    const previous = held.find(({ alias, product }) => alias === 'previous' && product === PRODUCT)!;
    const asked = await it.rollBack({ product: PRODUCT });
    expect(asked).toEqual({ done: false, proposal: expect.any(Number) });
    expect((await supervisor.state()).proposals).toMatchObject([{ by: 'ines', change: 'roll-back', artefact: previous.artefact }]);
    const { seq } = await supervisor.confirm({ proposal: asked.done ? -1 : asked.proposal });
    const state = await it.state();
    expect(state.held.find(({ alias, product }) => alias === 'champion' && product === PRODUCT)).toMatchObject({
      seq,
      artefact: previous.artefact,
      cause: 'rolled-back',
      by: 'samir',
    });
    const { rows, total } = await it.history({ offset: 0, limit: 4 });
    expect(rows.map(({ type }) => type)).toEqual(['model-activated', 'change-confirmed', 'change-proposed', 'model-activated']);
    expect(total).toBeGreaterThan(4);
    const challenger = held.find(({ alias, product }) => alias === 'challenger' && product === PRODUCT)!;
    expect(await it.shadow({ product: PRODUCT, challenger: challenger.artefact.sha256 })).toMatchObject({ decisions: 0, isTooFew: true });
    await expect(supervisor.suspend({ product: PRODUCT, reason: '  ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await supervisor.suspend({ product: PRODUCT, reason: 'Stop.' })).toEqual({ seq: expect.any(Number) });
    const again = await it.resume({ product: PRODUCT });
    expect(await supervisor.dismiss({ proposal: again.done ? -1 : again.proposal })).toEqual({ seq: expect.any(Number) });
  });

  it('tell a failure of the check as the contract has it', async () => {
    const failing = createRouterClient(
      makeRouter({ ...NO_SHELL, updates: { ...access, check: () => Promise.reject(new RangeError('secret')) } }),
      { context: { line: lines.it! } },
    ).updates;
    await expect(
      (async () => {
        for await (const _ of await failing.check());
      })(),
    ).rejects.toThrow();
  });
});
