import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Offer } from '../../../branch/activation/offer.ts';
import { receiveModel, receivePolicy } from '../../../branch/activation/receive-release.ts';
import { heldArtefacts, updateHistory, waitingReleases } from '../../../branch/activation/what-is-held.ts';
import { withdrawRelease } from '../../../branch/activation/withdraw.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { listActive } from '../../../db/active.ts';
import { listEntriesOfType } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { PRODUCT, Releases } from '../../support/releases.ts';

const offices = new Offices();
const releases = new Releases();
beforeAll(() => offices.make());
afterAll(() => {
  offices.remove();
  releases.remove();
});

const activeIn = ({ log }: Branch, alias: Offer['alias']) =>
  listActive(log.db).filter((one) => one.product === PRODUCT && (one.alias ?? one.kind) === alias);
const versionOf = (branch: Branch, alias: Offer['alias']) => activeIn(branch, alias).map(({ version }) => version);
const entries = ({ log }: Branch, type: string) => listEntriesOfType(log.db, type).length;

async function within(work: (branch: Branch) => Promise<void>, folder = offices.copy(), changes = {}): Promise<string> {
  const branch = await openedBranch(folder, changes);
  try {
    await work(branch);
  } finally {
    await branch.close();
  }
  return folder;
}

describe('a released model', () => {
  it('is checked on this PC, kept, and decides from the next decision on, without a restart', async () => {
    await within(async (branch) => {
      const before = (await decideApplication(branch, application())).model!;
      const release = releases.model('champion', { version: '1.9.0' });
      const received = await receiveModel(branch, release);
      expect(received).toEqual({ state: 'active', seq: branch.log.frontier.size - 1 });
      const after = await decideApplication(branch, application());
      expect(after.model).toEqual(release.offer.artefact);
      expect(after.model?.sha256).not.toBe(before.sha256);
      const [champion] = (await heldArtefacts(branch.log.db, branch.store)).filter(
        ({ product, alias }) => product === PRODUCT && alias === 'champion',
      );
      expect(champion).toMatchObject({ cause: 'released', source: release.offer.source, by: 'ada', suspended: false });
      expect(updateHistory(branch.log.db, 0, 1).rows[0]).toMatchObject({
        type: 'model-activated',
        detail: expect.stringMatching(/champion .* 1\.9\.0 released/),
      });
      expect(await receiveModel(branch, release)).toEqual({ state: 'unchanged' });
    });
  });

  it.each<[string, (release: ReturnType<Releases['model']>) => void, Partial<Offer>, Record<string, unknown>, string, RegExp]>([
    [
      'is another than was offered',
      () => {},
      { artefact: { name: 'x', version: '9.0.0', sha256: 'f'.repeat(64) } },
      {},
      'update-refused',
      /was offered/,
    ],
    [
      'has another file than its manifest says',
      ({ file }) => writeFileSync(join(file, 'model.onnx'), 'x'),
      {},
      {},
      'model-package-unsafe',
      /SHA-256/,
    ],
    ['was made for another product', () => {}, {}, { product: 'personal-loan' }, 'model-does-not-fit', /made for personal-loan/],
    ['is a lower version without permission', () => {}, {}, { version: '0.0.1' }, 'update-refused', /lower version/],
    ['has expired', () => {}, {}, { expiresOn: '2026-11-30' }, 'update-refused', /expired after 2026-11-30/],
    ['is for a product that is not here', () => {}, { product: 'car-loan' }, {}, 'product-unknown', /car-loan/],
  ])('that %s is refused with an entry, and what was active stays', async (_, spoil, offer, change, kind, happened) => {
    await within(async (branch) => {
      const before = listActive(branch.log.db);
      const release = releases.model('champion', { version: '1.9.0', ...change }, offer);
      spoil(release);
      const received = await receiveModel(branch, release);
      expect(received).toMatchObject({ state: 'refused', failure: { kind, happened: expect.stringMatching(happened) } });
      expect(listActive(branch.log.db)).toEqual(before);
      expect(entries(branch, 'update-refused')).toBe(1);
      expect(waitingReleases(branch.log.db)).toMatchObject([{ state: 'refused', failure: { kind } }]);
      expect((await decideApplication(branch, application())).decision.doubts).toEqual([]);
      // Offered again and again, it is told once.
      await receiveModel(branch, release);
      expect(entries(branch, 'update-refused')).toBe(1);
    });
  });

  it('whose columns the form cannot fill is refused with every difference named', async () => {
    await within(async (branch) => {
      const file = releases.model('champion', {}).file;
      const manifest = JSON.parse(readFileSync(join(file, 'manifest.json'), 'utf8')) as { features: { name: string; source: object }[] };
      const [first, ...others] = manifest.features;
      const features = [{ ...first, source: { field: 'shoe_size' } }, ...others];
      const received = await receiveModel(branch, releases.model('champion', { version: '1.9.0', features }));
      expect(received).toMatchObject({
        state: 'refused',
        failure: {
          kind: 'model-does-not-fit',
          happened: expect.stringMatching(new RegExp(`column ${first!.name} is made from the field shoe_size`)),
        },
      });
    });
  });

  it('whose golden rows are not reproduced here is refused', async () => {
    await within(async (branch) => {
      const received = await receiveModel(
        branch,
        releases.model('champion', { version: '1.9.0', calibration: { slope: 2, intercept: 0.5 } }),
      );
      expect(received).toMatchObject({ state: 'refused', failure: { kind: 'model-check-failed' } });
      expect(versionOf(branch, 'champion')).not.toContain('1.9.0');
    });
  });

  it('goes back to a lower version with signed permission', async () => {
    await within(async (branch) => {
      const received = await receiveModel(branch, releases.model('champion', { version: '0.0.1' }, { allowDowngrade: true }));
      expect(received).toMatchObject({ state: 'active' });
      expect(versionOf(branch, 'champion')).toEqual(['0.0.1']);
    });
  });
});

describe('challengers', () => {
  it('are scored beside each other with every decision, and take the place of older versions of their name', async () => {
    await within(async (branch) => {
      const [bundled] = activeIn(branch, 'challenger');
      const other = releases.model('challenger', { name: 'second-opinion', version: '1.0.0' });
      const newer = releases.model('challenger', { version: '9.0.0' });
      for (const release of [other, newer]) expect(await receiveModel(branch, release)).toMatchObject({ state: 'active' });
      expect(activeIn(branch, 'challenger').map(({ name, version }) => [name, version])).toEqual([
        ['second-opinion', '1.0.0'],
        [bundled!.name, '9.0.0'],
      ]);
      const { seq } = await decideApplication(branch, application());
      const entry = JSON.parse(
        branch.log.db.sqlite.prepare<[number], Buffer>('SELECT bytes FROM entries WHERE seq = ?').pluck().get(seq)!.toString(),
      );
      expect(Object.keys(entry.shadow).sort()).toEqual([other.offer.artefact.sha256, newer.offer.artefact.sha256].sort());
    });
  });

  it('are eight at most', async () => {
    await within(async (branch) => {
      for (let n = 1; n < 8; n++)
        expect(await receiveModel(branch, releases.model('challenger', { name: `opinion-${n}` }))).toMatchObject({ state: 'active' });
      const ninth = await receiveModel(branch, releases.model('challenger', { name: 'opinion-9' }));
      expect(ninth).toMatchObject({ state: 'refused', failure: { facts: { cause: 'too-many-challengers' } } });
    });
  }, 60_000);
});

describe('a release with a day', () => {
  const LATER = '2026-12-03T06:00:00.000Z';

  it('waits for it across a restart, and is active from the first start after it, also when the program was off', async () => {
    const release = releases.model('champion', { version: '1.9.0' }, { activateFrom: LATER });
    const folder = await within(async (branch) => {
      expect(await receiveModel(branch, release)).toEqual({ state: 'scheduled', activateFrom: LATER });
      expect(await receiveModel(branch, release)).toEqual({ state: 'unchanged' });
      expect(versionOf(branch, 'champion')).not.toContain('1.9.0');
    });
    await within(async (branch) => {
      expect(waitingReleases(branch.log.db)).toMatchObject([{ state: 'scheduled', activateFrom: LATER }]);
      expect(versionOf(branch, 'champion')).not.toContain('1.9.0');
    }, folder);
    let mono = 0;
    const clock = { now: () => NOON + 9 * 86_400_000 + mono, mono: () => ++mono };
    await within(
      async (branch) => {
        expect(activeIn(branch, 'champion')).toMatchObject([{ version: '1.9.0', cause: 'scheduled' }]);
        expect(waitingReleases(branch.log.db)).toEqual([]);
        expect((await decideApplication(branch, application())).model).toEqual(release.offer.artefact);
      },
      folder,
      { clock },
    );
  });

  it('waits no longer when it is withdrawn, or another comes for its place', async () => {
    await within(async (branch) => {
      const release = releases.model('champion', { version: '1.9.0' }, { activateFrom: LATER });
      await receiveModel(branch, release);
      expect(await withdrawRelease(branch, release.offer)).toBeNull();
      expect(waitingReleases(branch.log.db)).toEqual([]);
      await receiveModel(branch, release);
      await receiveModel(branch, releases.model('champion', { version: '2.0.0' }));
      expect(waitingReleases(branch.log.db)).toEqual([]);
    });
  });
});

describe('a policy', () => {
  it('is checked against the product and used from the next decision on; a broken one is refused', async () => {
    await within(async (branch) => {
      const release = releases.policy({ version: '9.0.0' });
      await decideApplication(branch, application());
      expect(await receivePolicy(branch, release)).toMatchObject({ state: 'active' });
      expect((await decideApplication(branch, application())).policy).toEqual(release.offer.artefact);
      const broken = await receivePolicy(branch, releases.policy({ version: '9.1.0', tables: [] }));
      expect(broken).toMatchObject({ state: 'refused', failure: { kind: 'policy-malformed' } });
      const other = await receivePolicy(branch, releases.policy({ version: '9.2.0', product: 'personal-loan' }));
      expect(other).toMatchObject({ state: 'refused', failure: { facts: { cause: 'other-product' } } });
      expect(versionOf(branch, 'policy')).toEqual(['9.0.0']);
    });
  });
});

describe('a release that head office withdraws', () => {
  it('makes way for the one before it, a challenger for nobody, and the first champion for none', async () => {
    await within(async (branch) => {
      const [first] = activeIn(branch, 'champion');
      const champion = releases.model('champion', { version: '1.9.0' });
      await receiveModel(branch, champion);
      await withdrawRelease(branch, champion.offer);
      expect(activeIn(branch, 'champion')).toMatchObject([{ sha256: first!.sha256, cause: 'withdrawn' }]);
      // Head office may offer it again.
      expect(await receiveModel(branch, champion)).toMatchObject({ state: 'active' });
      await withdrawRelease(branch, champion.offer);
      const challenger = releases.model('challenger', { version: '9.0.0' });
      await receiveModel(branch, challenger);
      await withdrawRelease(branch, challenger.offer);
      expect(activeIn(branch, 'challenger')).toEqual([]);
      await withdrawRelease(branch, { ...champion.offer, artefact: first! });
      expect(activeIn(branch, 'champion')).toMatchObject([{ suspendedBy: expect.any(Number) }]);
      const { decision, model } = await decideApplication(branch, application());
      expect([decision.outcome, model]).toEqual(['refer', null]);
    });
  });
});
