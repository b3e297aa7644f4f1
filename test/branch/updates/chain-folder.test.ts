/** The cache at every point where a crash, a torn disk or somebody's hand may leave it. */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignedRepository } from '../../support/signed-repository.ts';
import { DAY_MS, filesBelow, NOW, openedUpdates, release, UpdateTrial } from '../../support/updating-branch.ts';

const trial = new UpdateTrial();
let repository: SignedRepository;
/** A branch that has refreshed twice, with a new root in between. */
let seen: string;

beforeAll(async () => {
  repository = release(trial.repository(), { model: '1.0.0' });
  seen = trial.branchFolder();
  expect((await opened(seen).refresh()).failure).toBeNull();
  repository.rotate('timestamp');
  release(repository, { model: '1.1.0', policy: '1.0.0' });
  expect((await opened(seen).refresh()).failure).toBeNull();
});
afterAll(() => trial.remove());

const opened = (folder: string, from: string | null = repository.public, now = NOW) =>
  openedUpdates(folder, repository.root(1), { repository: from, clock: { now: () => now } });

function copy(): string {
  const folder = trial.branchFolder();
  cpSync(seen, folder, { recursive: true });
  return folder;
}

const generations = (folder: string): string[] => readdirSync(join(folder, 'chain')).filter((name) => /^\d/.test(name));

describe('the cache of verified metadata', () => {
  it('is verified at a start without network, and past its expiry', async () => {
    const updates = opened(copy(), null, NOW + 900 * DAY_MS);
    expect(updates.chain()).toMatchObject({ metadata: { root: 2, timestamp: 3, models: 3, policy: 2 }, isExpired: true, isStale: true });
    expect((await updates.offers([])).offers).toEqual([]);
    expect(opened(copy(), null).chain()).toMatchObject({ isExpired: false, isStale: false });
  });
  it('survives any one file torn or emptied: the chain before or a refresh makes it whole', async () => {
    for (const file of filesBelow(join(seen, 'chain')).map((one) => one.slice(0, one.lastIndexOf(' ')))) {
      for (const length of [0, 20]) {
        const folder = copy();
        truncateSync(join(folder, 'chain', file), length);
        const updates = opened(folder);
        expect((await updates.refresh()).failure, `${file} to ${length}`).toBeNull();
        expect(updates.chain().metadata, file).toMatchObject({ root: 2, timestamp: 3, models: 3 });
      }
    }
  });
  it('falls back to the generation before when the newest is damaged', () => {
    const folder = copy();
    const [before = '', newest = ''] = generations(folder);
    cpSync(join(folder, 'chain', newest), join(folder, 'chain', before), { recursive: true });
    truncateSync(join(folder, 'chain', newest, 'snapshot.json'), 10);
    expect(opened(folder, null).chain().metadata).toMatchObject({ timestamp: 3 });
  });
  it('does not take a root for being in its place: only the way from the embedded one counts', async () => {
    const folder = copy();
    const thief = trial.repository(`thief-${trial.branchFolder().at(-1)}`);
    for (const generation of generations(folder)) writeFileSync(join(folder, 'chain', generation, 'root.json'), thief.root());
    writeFileSync(join(folder, 'chain/roots/2.root.json'), thief.root());
    const updates = opened(folder);
    // What the old root vouched for is all that is left to believe.
    expect(updates.chain().metadata).toMatchObject({ root: 1, timestamp: 2 });
    expect((await updates.refresh()).failure).toBeNull();
    expect(updates.chain().metadata).toMatchObject({ root: 2, timestamp: 3 });
  });
  it('a refresh that was cut off leaves nothing that counts, and the next removes it', async () => {
    const folder = copy();
    const chain = join(folder, 'chain');
    const [, newest = ''] = generations(folder);
    cpSync(join(chain, newest), join(chain, 'staging-1'), { recursive: true });
    truncateSync(join(chain, 'staging-1/models.json'), 5);
    writeFileSync(join(chain, 'roots/3.root.json.unfinished'), '{');
    const updates = opened(folder);
    expect(updates.chain().metadata).toMatchObject({ timestamp: 3 });
    expect((await updates.refresh()).failure).toBeNull();
    expect(readdirSync(chain).filter((name) => name.startsWith('staging'))).toEqual([]);
    expect(generations(folder)).toHaveLength(2);
  });
  it('a failed refresh changes no generation', async () => {
    const folder = copy();
    const before = filesBelow(folder);
    rmSync(join(trial.root, 'nowhere'), { force: true, recursive: true });
    mkdirSync(join(trial.root, 'nowhere'));
    expect((await opened(folder, join(trial.root, 'nowhere')).refresh()).failure).toMatchObject({ kind: 'update-unreachable' });
    expect((await opened(folder, join(trial.root, 'no-such-folder')).refresh()).failure).toMatchObject({ kind: 'update-unreachable' });
    expect((await opened(folder, null).refresh()).failure).toMatchObject({ kind: 'update-unreachable' });
    expect(filesBelow(folder)).toEqual(before);
  });
  it('refreshes and downloads at once follow each other, also of two that were opened apart', async () => {
    const folder = copy();
    const several = [opened(folder), opened(folder), opened(folder)];
    expect((await Promise.all(several.map(async (one) => await one.refresh()))).map(({ failure }) => failure)).toEqual([null, null, null]);
    const got = await Promise.all(several.map(async (one) => await one.downloadTarget('models/scorecard/1.1.0.zip')));
    expect(got.map((one) => 'file' in one)).toEqual([true, true, true]);
  });
  it('an edited channel is not believed, and fetched again', async () => {
    const folder = copy();
    for (const generation of generations(folder)) {
      const file = join(folder, 'chain', generation, 'channels', 'models%2Fstable.json');
      if (statSync(file, { throwIfNoEntry: false }) !== undefined)
        writeFileSync(file, readFileSync(file, 'utf8').replace('"percentage": 100', '"percentage": 5'));
    }
    const updates = opened(folder);
    expect((await updates.offers([])).refusals[0]?.failure.facts.cause).toBe('hash');
    await updates.refresh();
    expect((await updates.offers([])).refusals).toEqual([]);
  });
  it('a program with another root of trust knows nothing of it, and loses nothing', async () => {
    const folder = copy();
    const other = release(trial.repository('other-bank'), { model: '5.0.0' });
    const updates = openedUpdates(folder, other.root(), { repository: other.public });
    expect(updates.chain().metadata).toEqual({});
    expect((await updates.refresh()).failure).toBeNull();
    renameSync(join(folder, 'chain'), join(folder, 'chain-of-other'));
  });
});
