import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtefactStore } from '../../branch/artefacts/artefact-store.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { readyProduct } from '../../branch/ready-product.ts';
import { codeVersions } from '../../branch/versions.ts';
import { listActive } from '../../db/active.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { application } from '../support/application.ts';
import { Offices, openedBranch } from '../support/office.ts';

const offices = new Offices();
let branch: Branch;
beforeAll(async () => {
  await offices.make();
});
afterAll(() => offices.remove());

const PRODUCT = 'instalment-loan';

/** Opens the office, decides one application there, and closes it. */
async function decideOnce(folder: string, before: (branch: Branch) => void = () => undefined) {
  branch = await openedBranch(folder);
  before(branch);
  const { decision } = await decideApplication(branch, application());
  const { model, challengers } = await branch.ready(PRODUCT);
  const key = `model.plan.${model!.artefact.sha256}` as const;
  const kept = getSetting(branch.log.db, key);
  const scored = (await challengers).length;
  await branch.close();
  return { decision, key, kept, scored };
}

describe('a package of the data folder', () => {
  it('is loaded in full once per version of the program, and decides the same by what was kept of it', async () => {
    const folder = offices.copy();
    const first = await decideOnce(folder);
    expect(first.kept?.startsWith(JSON.stringify(codeVersions))).toBe(true);
    const second = await decideOnce(folder);
    expect(second).toEqual(first);
    const marked = first.kept!.replace(codeVersions.outpost, '0.0.0-older');
    const third = await decideOnce(folder, ({ log }) => putSettings(log.db, { [first.key]: marked }));
    expect(third).toEqual(first);
  });

  it('is loaded in full again where what was kept of it does not reproduce the golden rows', async () => {
    const folder = offices.copy();
    const first = await decideOnce(folder);
    const wrong = first.kept!.replace(/"base":[^,]+/, '"base":7');
    expect(wrong).not.toBe(first.kept);
    const again = await decideOnce(folder, ({ log }) => putSettings(log.db, { [first.key]: wrong }));
    expect(again).toEqual(first);
  });
});

describe('an artefact that passed its schema here', () => {
  it('is read without it from then on, and gives the same decisions', async () => {
    const folder = offices.copy();
    const first = await decideOnce(folder);
    const again = await openedBranch(folder);
    const { sha256 } = (await again.ready(PRODUCT)).model!.artefact;
    expect(again.store.passed.has(`package:${sha256}`)).toBe(true);
    expect(await again.store.openModel(sha256)).toStrictEqual(await new ArtefactStore(folder).openModel(sha256));
    const { product, policy } = await again.ready(PRODUCT);
    expect(product).toStrictEqual(await new ArtefactStore(folder).loadProduct(product.artefact.sha256));
    expect(policy).toStrictEqual(await new ArtefactStore(folder).loadPolicy(policy!.artefact.sha256));
    expect((await decideApplication(again, application())).decision).toEqual(first.decision);
    await again.close();
  });

  it('passes again under another version of the program only', async () => {
    const folder = offices.copy();
    await decideOnce(folder);
    const older = await openedBranch(folder);
    const kept = getSetting(older.log.db, 'checks.passed')!;
    putSettings(older.log.db, { 'checks.passed': kept.replace(codeVersions.outpost, '0.0.0-older') });
    await older.close();
    const later = await openedBranch(folder);
    const [sha256] = kept.slice(kept.indexOf('\n') + 1).split(' ');
    expect(later.store.passed.has(sha256!)).toBe(false);
    await (await later.ready(PRODUCT)).challengers;
    expect(later.store.passed.has(sha256!)).toBe(true);
    expect(getSetting(later.log.db, 'checks.passed')).toBe(kept);
    await later.close();
  });
});

describe('a policy', () => {
  it('is inspected once for the product that it decides on', async () => {
    const own = await openedBranch(offices.copy());
    const { product, policy } = await own.ready(PRODUCT);
    expect(own.store.passed.has(`policy:${policy!.artefact.sha256}:${product.artefact.sha256}`)).toBe(true);
    await own.close();
  });

  it('that cannot be used is never taken for inspected, and is told every time', async () => {
    const own = await openedBranch(offices.copy());
    const sha256 = 'f'.repeat(64);
    const load = own.store.loadPolicy.bind(own.store);
    own.store.loadPolicy = async (active) => {
      const { artefact, policy } = await load(active);
      const tables = policy.tables.map((table) => ({ ...table, inputs: table.inputs.map(() => 'no-such-field') }));
      return { artefact: { ...artefact, sha256 }, policy: { ...policy, tables } };
    };
    for (let time = 0; time < 2; time++) {
      const told: string[] = [];
      const ready = await readyProduct(own.log.db, own.store, PRODUCT, (failures) => told.push(...failures.map(({ kind }) => kind)));
      expect(told).toEqual(['policy-malformed']);
      expect(ready.policy).toBeNull();
      expect(own.store.passed.has(`policy:${sha256}:${ready.product.artefact.sha256}`)).toBe(false);
      for (const model of await ready.challengers) await model.close();
      await ready.model?.close();
    }
    await own.close();
  });
});

describe('a challenger', () => {
  it('is loaded after the product is ready, and no decision goes without its score', async () => {
    const own = await openedBranch(offices.copy());
    const { decider, challengers } = await own.ready(PRODUCT);
    let isLoaded = false;
    void challengers.then(() => {
      isLoaded = true;
    });
    expect(isLoaded).toBe(false);
    const [decided] = await decider.decideAll([application()], { today: '2026-12-01', explain: true });
    expect(isLoaded).toBe(true);
    if (decided === undefined || 'complaints' in decided) throw new Error('the application is valid');
    expect(Object.values(decided.shadow)).toEqual([expect.closeTo(0.5, 0)]);
    await own.close();
  });

  it('that breaks in a way that nobody expected is told, and decisions go on without its score', async () => {
    const own = await openedBranch(offices.copy());
    const { db } = own.log;
    const challenger = listActive(db).find(({ product, alias }) => product === PRODUCT && alias === 'challenger');
    const open = own.store.openModel.bind(own.store);
    own.store.openModel = (sha256) => (sha256 === challenger!.sha256 ? Promise.reject(new RangeError('of a person')) : open(sha256));
    const told: string[] = [];
    const ready = await readyProduct(db, own.store, PRODUCT, (failures) => told.push(...failures.map(({ happened }) => happened)));
    const [decided] = await ready.decider.decideAll([application()], { today: '2026-12-01', explain: true });
    expect(decided).toMatchObject({ shadow: {}, decision: { explanation: { method: 'exact-trees' } } });
    expect(told).toEqual(['The challenger could not be loaded (RangeError).']);
    await own.close();
  });

  it('whose failure cannot be stored either does not stop a decision', async () => {
    const own = await openedBranch(offices.copy());
    let calls = 0;
    const ready = await readyProduct(own.log.db, own.store, PRODUCT, () => {
      calls += 1;
      if (calls > 1) throw new Error('the disk is full');
    });
    const [decided] = await ready.decider.decideAll([application()], { today: '2026-12-01', explain: true });
    expect(decided).toMatchObject({ shadow: {}, decision: { explanation: { method: 'exact-trees' } } });
    expect(calls).toBe(2);
    await own.close();
  });
});
