/** Whatever a line does, in whatever order: what head office holds is always a beginning of the log, and once the line is good it is all of it. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SyncClient } from '../../../branch/sync/sync-client.ts';
import { newSession, syncOnce } from '../../../branch/sync/sync-once.ts';
import { keepSyncSettings } from '../../../branch/sync/sync-settings.ts';
import { PROBLEMS } from '../../../contract/sync.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { temporaryLog } from '../../support/temporary-log.ts';
import { type Asked, refuse } from './fake-head-office.ts';
import { type Syncing, syncing } from './syncing-branch.ts';

const SMALL = { batchBytes: 6000, firstPart: 1000, leastPart: 200, mostPart: 2000 };

const digest = (entry: Buffer) => createHash('sha256').update(entry).digest('base64').slice(0, 8);

function expectBeginning({ held, stored, state }: Syncing): void {
  const there = held().map(digest);
  expect(there).toEqual(stored().slice(0, there.length).map(digest));
  expect(state().acked?.size ?? 0).toBeLessThanOrEqual(stored().length);
}

type Fault =
  | 'none'
  | 'never-arrives'
  | 'answer-lost'
  | 'part-kept'
  | 'portal'
  | 'half'
  | 'stale'
  | 'twice'
  | 'busy'
  | 'forgets-uploads'
  | 'stalls';
const faults: readonly Fault[] = [
  'none',
  'never-arrives',
  'answer-lost',
  'part-kept',
  'portal',
  'half',
  'stale',
  'twice',
  'busy',
  'forgets-uploads',
  'stalls',
];

const cut = (): never => {
  throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
};

/** Plays the faults one after the other, one a request. */
function play(one: Syncing, planned: Fault[]): void {
  let before: Response | null = null;
  const queue = [...planned];
  one.office.interfere = async (asked: Asked, answer) => {
    await one.time.sleep(50);
    const fault = queue.shift() ?? 'none';
    if (fault === 'never-arrives') return cut();
    if (fault === 'part-kept') {
      one.office.keepPart(asked, Math.floor(asked.body.length / 3));
      return cut();
    }
    if (fault === 'portal') return new Response('<html>', { headers: { 'content-type': 'text/html' } });
    if (fault === 'busy') return refuse(503, PROBLEMS.busy, {}, { 'retry-after': '3' });
    if (fault === 'forgets-uploads' && /uploads\/\d+$/.test(asked.path)) return new Response(null, { status: 404 });
    if (fault === 'stale' && before !== null) return before.clone();
    if (fault === 'stalls') return await new Promise<never>(() => {});
    if (fault === 'twice') await answer();
    const response = await answer();
    before = response.clone();
    if (fault === 'answer-lost') return cut();
    if (fault === 'half') return new Response((await response.text()).slice(0, 20), { status: response.status, headers: response.headers });
    return response;
  };
}

it('loses, doubles and reorders nothing, whatever the line does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ decisions: fc.nat(25), faults: fc.array(fc.constantFrom(...faults), { maxLength: 12 }), isNewRun: fc.boolean() }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async (rounds) => {
        const one = syncing(SMALL);
        let session = newSession(one.deps);
        for (const { decisions, faults: planned, isNewRun } of rounds) {
          one.decide(decisions);
          play(one, planned);
          // The program was ended meanwhile: what it had in memory is gone.
          if (isNewRun) session = newSession(one.deps);
          for (let tries = 0; tries < 3; tries += 1) {
            await one.sync(session);
            expectBeginning(one);
          }
        }
        play(one, []);
        const { failure } = await one.sync(session);
        expect(failure).toBeNull();
        expect(one.held()).toHaveLength(one.stored().length);
        expectBeginning(one);
        expect(one.state().acked?.size).toBe(one.stored().length);
        closeDatabase(one.made.db);
      },
    ),
    { numRuns: 25 },
  );
});

it('goes on after a death at any request, with what the database alone remembers', async () => {
  for (let die = 1; die <= 12; die += 1) {
    const made = temporaryLog();
    const one = syncing(SMALL, made);
    one.decide(30);
    let asked = 0;
    // As kill -9: what the request did is done there, and nothing more of this run ever happens here.
    one.office.interfere = async (_, answer) => {
      asked += 1;
      if (asked < die) return await answer();
      if (asked === die && die % 2 === 0) await answer();
      return await new Promise<never>(() => {});
    };
    const controller = new AbortController();
    const running = syncOnce(one.branch, one.deps, controller.signal).catch(() => undefined);
    one.time.set(() => controller.abort(new Error('killed')), 1000);
    await one.time.until(running);
    closeDatabase(made.db);
    const again = syncing(SMALL, temporaryLog(made.directory), one.office);
    one.office.interfere = async (_, answer) => await answer();
    expect((await again.sync()).failure).toBeNull();
    expectBeginning(again);
    expect(again.held()).toHaveLength(again.stored().length);
  }
});

it('waits by itself with full jitter, at most 30 seconds, and never gives up', async () => {
  const one = syncing();
  one.decide(1);
  const tries: number[] = [];
  one.office.interfere = async () => {
    tries.push(one.time.now());
    return cut();
  };
  one.deps.random = () => 0.999;
  const client = new SyncClient({ branch: one.branch, deps: one.deps, hasLink: () => true });
  client.start();
  await one.time.pass(10 * 60_000);
  const waits = tries.slice(1).map((at, i) => Math.round((at - tries[i]!) / 1000));
  expect(waits.slice(0, 6)).toEqual([5, 7, 11, 17, 25, 30]);
  expect(Math.max(...waits)).toBe(30);
  expect(tries.length).toBeGreaterThan(20);
  // The line is good again: nobody waits for the next turn.
  one.office.interfere = async (_, answer) => await answer();
  client.linkReturned();
  await one.time.pass(1500);
  expect(one.held()).toHaveLength(one.stored().length);
  await client.stop();
});

it('sends what is stored soon after, and what is stored meanwhile with it', async () => {
  const one = syncing();
  const client = new SyncClient({ branch: one.branch, deps: one.deps, hasLink: () => true });
  client.start();
  await one.time.pass(10_000);
  for (let n = 0; n < 5; n += 1) {
    one.decide(1);
    await one.time.pass(200);
  }
  await one.time.pass(10_000);
  expect(one.held()).toHaveLength(one.stored().length);
  expect(one.office.asked.filter(({ path }) => path.endsWith('/entries'))).toHaveLength(2);
  await client.stop();
});

it('does nothing by itself on a metered line that is to wait, without a line, or once it was stopped; a person always may', async () => {
  const one = syncing();
  one.decide(1);
  let hasLink = true;
  const client = new SyncClient({ branch: one.branch, deps: one.deps, hasLink: () => hasLink });
  keepSyncSettings(one.made.db, { metered: 'wait', isMetered: true });
  client.start();
  await one.time.pass(120_000);
  expect(one.office.asked).toHaveLength(0);
  expect((await one.time.until(client.now())).failure).toBeNull();
  keepSyncSettings(one.made.db, { isMetered: false });
  hasLink = false;
  one.decide(1);
  const before = one.office.asked.length;
  await one.time.pass(120_000);
  expect(one.office.asked).toHaveLength(before);
  hasLink = true;
  one.office.interfere = async () => refuse(403, PROBLEMS.device);
  await one.time.pass(3600_000);
  expect(one.office.asked).toHaveLength(before + 1);
  one.office.interfere = async (_, answer) => await answer();
  await one.time.until(client.now());
  expect(one.held()).toHaveLength(one.stored().length);
  await client.stop();
});
