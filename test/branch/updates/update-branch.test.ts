/** A real office that updates itself: work goes on, each refusal is told once, and what is verified is handed on. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { readEntry } from '../../../branch/read-entry.ts';
import type { Held, Offer } from '../../../branch/updates/offers.ts';
import { activation, type Receiver } from '../../../branch/updates/receiver.ts';
import { type CheckStep, checkForUpdates } from '../../../branch/updates/update-branch.ts';
import { lastCheck } from '../../../branch/updates/update-state.ts';
import type { Rollout } from '../../../contract/channel.ts';
import { waitingRelease } from '../../../contract/update-calls.ts';
import { listEntriesOfType } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { BUNDLED_DIR, Offices, openedBranch } from '../../support/office.ts';
import type { SignedRepository } from '../../support/signed-repository.ts';
import { UpdateServer } from '../../support/update-server.ts';
import { LINE, MODEL_BYTES, modelDigest, openedUpdates, release, TO_ALL, UpdateTrial } from '../../support/updating-branch.ts';

const trial = new UpdateTrial();
const offices = new Offices();
let repository: SignedRepository;
let server: UpdateServer;
let branch: Branch;

beforeAll(async () => {
  await offices.make();
  repository = release(trial.repository(), { model: '1.1.0', policy: '1.1.0', app: '0.2.0' });
});
beforeEach(async () => {
  server = await UpdateServer.start(repository.public);
  branch = await openedBranch(offices.copy());
});
afterEach(async () => {
  await branch.close();
  await server.stop();
});
afterAll(() => {
  offices.remove();
  trial.remove();
});

/** Takes everything, and remembers what it took. */
class Taking implements Receiver {
  taken: { offer: Offer; bytes: Buffer }[] = [];
  withdrawn: string[] = [];
  has: Held[] = [];
  held = () => this.has;
  receiveModel = this.#take.bind(this);
  receivePolicy = this.#take.bind(this);

  async #take(_branch: Branch, { file, offer }: { file: string; offer: Offer }) {
    this.taken.push({ offer, bytes: readFileSync(file) });
    const { product, alias, artefact } = offer;
    this.has = [...this.has.filter((one) => one.alias !== alias), { product, alias, artefact }];
    return { state: 'active' as const, seq: 1 };
  }

  async withdraw(_branch: Branch, { artefact }: { artefact: { version: string } }) {
    this.withdrawn.push(artefact.version);
  }
}

const updates = (from = server.url, limits = LINE) =>
  openedUpdates(join(branch.dataDir, 'updates'), repository.root(), { repository: from, branch: branch.log.branch, limits });

const check = async (receiver: Receiver, from?: string, steps: CheckStep[] = []) =>
  await checkForUpdates(branch, { updates: updates(from), receiver, current: '0.1.0', onStep: (step) => steps.push(step) });

const refusals = () => listEntriesOfType(branch.log.db, 'update-refused').map((seq) => readEntry(branch.log.db, seq).entry);

describe('a check for updates', () => {
  it('hands on what is verified with where it came from, once, and remembers that nothing is left', async () => {
    const receiver = new Taking();
    const steps: CheckStep[] = [];
    const { offers, app, failure, refusals: none } = await check(receiver, undefined, steps);
    expect({ failure, none }).toEqual({ failure: null, none: [] });
    expect(offers.map(({ outcome }) => outcome.state)).toEqual(['active', 'active']);
    expect(receiver.taken.map(({ offer: { alias, source } }) => [alias, source.signedBy.role])).toEqual([
      ['champion', 'models'],
      ['policy', 'policy'],
    ]);
    expect(receiver.taken[0]?.bytes.equals(MODEL_BYTES)).toBe(true);
    expect(steps.map(({ step }) => step)).toContain('download');
    expect(app?.version).toBe('0.2.0');
    expect(lastCheck(branch.log.db)).toMatchObject({ failure: null, waiting: [], app: { version: '0.2.0' } });
    expect((await check(receiver)).offers).toEqual([]);
    expect(receiver.taken).toHaveLength(2);
    expect(refusals()).toEqual([]);
  });

  it('tells a refusal in the log once, however often it is tried, and again when it comes back after a good check', async () => {
    const receiver = new Taking();
    const tamper = () => {
      server.attack = (path, _request, response) => {
        if (!path.includes('/scorecard/')) return false;
        response.end(Buffer.alloc(MODEL_BYTES.length));
        return true;
      };
    };
    tamper();
    for (let i = 0; i < 3; i += 1) expect((await check(receiver)).offers[0]?.outcome.state).toBe('offered');
    expect(refusals()).toMatchObject([{ target: 'models/scorecard/1.1.0.zip', kind: 'update-refused', actor: 'ada' }]);
    expect(waitingRelease.parse(lastCheck(branch.log.db)?.waiting[0])).toMatchObject({
      state: 'offered',
      failure: { facts: { cause: 'hash' } },
    });
    server.attack = null;
    await check(receiver);
    expect(receiver.taken.map(({ offer }) => offer.alias)).toEqual(['policy', 'champion']);
    receiver.has = [];
    tamper();
    await check(receiver);
    expect(refusals()).toHaveLength(2);
  });

  it('says nothing in the log of a line that is down, and keeps what is known', async () => {
    const receiver = new Taking();
    await check(receiver);
    const { url } = server;
    await server.stop();
    const { failure } = await check(receiver, url);
    expect(failure?.kind).toBe('update-unreachable');
    expect(refusals()).toEqual([]);
    expect(lastCheck(branch.log.db)?.failure?.kind).toBe('update-unreachable');
    expect(updates(url).chain().metadata).toHaveProperty('models');
    server = await UpdateServer.start(repository.public);
  });

  it('only looks when it is asked to only look', async () => {
    const receiver = new Taking();
    const { offers } = await checkForUpdates(branch, { updates: updates(), receiver, current: '0.1.0', onlyLook: true });
    expect(offers).toHaveLength(2);
    expect(receiver.taken).toEqual([]);
    expect(existsSync(join(branch.dataDir, 'updates/verified', 'x'))).toBe(false);
    expect(lastCheck(branch.log.db)?.waiting.map((one) => waitingRelease.parse(one).state)).toEqual(['offered', 'offered']);
  });

  it('decides as usual while a download stalls and while nothing that comes is what it should be', async () => {
    const stall = Promise.withResolvers<void>();
    server.attack = (path, _request, response) => {
      if (!path.includes('/scorecard/')) return false;
      response.writeHead(200).write(Buffer.alloc(1000), () => stall.resolve());
      return true;
    };
    let isOver = false;
    const checking = checkForUpdates(branch, {
      updates: updates(server.url, { ...LINE, idleMs: 6000 }),
      receiver: new Taking(),
      current: '0.1.0',
    });
    const over = checking.finally(() => {
      isOver = true;
    });
    await stall.promise;
    const { decision } = await decideApplication(branch, application());
    expect(['approve', 'refer', 'decline']).toContain(decision.outcome);
    expect(isOver).toBe(false);
    expect((await over).offers[0]?.outcome).toMatchObject({ state: 'offered', failure: { facts: { cause: 'stalled' } } });
  });
});

describe('a release that is taken back', () => {
  it('is handed on as withdrawn where nothing is named in its place, and gives way to the next where there is one', async () => {
    const own = release(trial.repository('withdrawing'), { model: '1.0.0' });
    const receiver = new Taking();
    const at = (state: Rollout['state'], version: string) => ({
      rollout: { ...TO_ALL, state },
      activateFrom: null,
      allowDowngrade: false,
      artefact: { name: 'scorecard', version, sha256: modelDigest(version) },
      file: `models/scorecard/${version}.zip`,
    });
    own.add('models/scorecard/1.1.0.zip', 'newer');
    const champions = async (champion: ReturnType<typeof at>[]) => {
      own
        .channel('models/stable.json', { format: 'outpost-models/1', products: { 'instalment-loan': { champion, challengers: [] } } })
        .publish();
      return await checkForUpdates(branch, {
        updates: openedUpdates(join(branch.dataDir, 'updates'), own.root(), { repository: own.public }),
        receiver,
        current: '0.1.0',
      });
    };
    await champions([at('rolling', '1.1.0'), at('rolling', '1.0.0')]);
    expect(receiver.has[0]?.artefact.version).toBe('1.1.0');
    await champions([at('halted', '1.1.0'), at('rolling', '1.0.0')]);
    expect(receiver.has[0]?.artefact.version).toBe('1.1.0');
    await champions([at('withdrawn', '1.1.0'), at('rolling', '1.0.0')]);
    expect(receiver.taken.at(-1)?.offer).toMatchObject({
      artefact: { version: '1.0.0' },
      allowDowngrade: true,
      isInsteadOfWithdrawn: true,
    });
    const { withdrawn } = await champions([at('withdrawn', '1.1.0'), at('withdrawn', '1.0.0')]);
    expect(withdrawn).toEqual(['scorecard 1.0.0']);
    expect(receiver.withdrawn).toEqual(['1.0.0']);
  });
});

describe('a policy of the repository', () => {
  it('is active after a check, with the keys that signed it in its entry', async () => {
    const own = trial.repository('credit-risk');
    const bundled = JSON.parse(readFileSync(join(BUNDLED_DIR, 'instalment-loan/policy.json'), 'utf8')) as { name: string; version: string };
    const bytes = Buffer.from(JSON.stringify({ ...bundled, version: '99.0.0' }));
    const artefact = { name: bundled.name, version: '99.0.0', sha256: createHash('sha256').update(bytes).digest('hex') };
    const file = 'policy/instalment-loan-99.0.0.json';
    own.add(file, bytes);
    own.channel('policy/stable.json', {
      format: 'outpost-policies/1',
      products: { 'instalment-loan': [{ rollout: TO_ALL, activateFrom: null, allowDowngrade: false, artefact, file }] },
    });
    own.publish();
    const { offers } = await checkForUpdates(branch, {
      updates: openedUpdates(join(branch.dataDir, 'updates'), own.root(), { repository: own.public }),
      receiver: activation,
      current: '0.1.0',
    });
    expect(offers.map(({ outcome }) => outcome)).toMatchObject([{ state: 'active' }]);
    const last = listEntriesOfType(branch.log.db, 'policy-activated').at(-1) ?? -1;
    expect(readEntry(branch.log.db, last).entry).toMatchObject({
      artefact,
      cause: 'released',
      source: { target: file, signedBy: { role: 'policy', keys: own.keys.policy.map(({ id }) => id) } },
    });
    expect(activation.held(branch)).toContainEqual({ product: 'instalment-loan', alias: 'policy', artefact });
  });
});
