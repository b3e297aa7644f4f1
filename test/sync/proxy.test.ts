/** Between a branch and a receiver on real sockets: whatever the line does, every entry is there exactly once and in order, and the branch knows it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PROBLEMS } from '../../contract/sync.ts';
import { cutEach } from './every-byte.ts';
import type { Behaviour } from './proxy.ts';
import { type Joined, joinByProxy } from './real-branch.ts';
import { compare } from './simulator/judge.ts';

let one: Joined;
beforeAll(async () => {
  one = await joinByProxy({ idleMs: 700 });
  one.decide(3);
  await one.sync();
});
afterAll(async () => await one.close());
beforeEach(() => one.decide(2));

async function expectAllThere(): Promise<void> {
  one.proxy.behave({ does: 'pass' });
  one.proxy.cutAll();
  expect((await one.sync()).failure).toBeNull();
  expect(compare(one.stored(), await one.held())).toEqual({ lost: 0, doubled: 0, reordered: 0 });
  expect(one.state()).toMatchObject({ stopped: null, held: one.log.frontier.size, acked: { size: one.log.frontier.size } });
}

const answer = (status: string, type: string, body: string, more = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}Connection: close\r\n\r\n${body}`;

it('is cut after a byte in each direction (every 61st; `npm run chaos -- --every-byte` for all of them)', async () => {
  const { length, cuts, committedUnheard, failures } = await cutEach(61, one);
  expect(failures).toEqual([]);
  // As well as before, after and within what head office commits.
  expect(cuts).toBeGreaterThan(15);
  expect(committedUnheard).toBeGreaterThan(2);
  expect(committedUnheard).toBeLessThan(cuts);
  expect(length.up).toBeGreaterThan(700);
  await expectAllThere();
});

const notAcknowledged: [what: string, behaviour: Behaviour, cause: string][] = [
  ['a captive portal’s page', { does: 'answer', bytes: answer('200 OK', 'text/html', '<html>Welcome') }, 'portal'],
  [
    'a portal’s redirect',
    { does: 'answer', bytes: answer('302 Found', 'text/html', '', 'Location: http://portal.invalid/\r\n') },
    'portal',
  ],
  ['511', { does: 'answer', bytes: answer('511 Network Authentication Required', 'text/html', '<html>') }, 'portal'],
  [
    'a 200 that breaks off',
    { does: 'answer', bytes: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"v":1' },
    'unreachable',
  ],
  ['no HTTP at all', { does: 'answer', bytes: '220 mail.invalid ESMTP\r\n' }, 'unreachable'],
  ['a line that stalls on the way there', { does: 'stall', direction: 'up', after: 300 }, 'stalled'],
];
it.each(notAcknowledged)('takes %s for no acknowledgement', async (_, behaviour, cause) => {
  const before = one.state().acked?.size;
  one.proxy.behave(behaviour);
  const { failure } = await one.sync();
  expect(failure).toMatchObject({ kind: 'sync-unreachable', facts: { cause } });
  expect(one.state()).toMatchObject({ stopped: null, acked: { size: before } });
  expect(await one.held()).toHaveLength(before!);
  await expectAllThere();
});

it('does not take another branch’s receipt for its own', async () => {
  const body = JSON.stringify({ v: 1, log: 'a'.repeat(64), size: one.log.frontier.size, cosignatures: ['\u2014 x y\n'], deliveries: 0 });
  one.proxy.behave({ does: 'answer', bytes: answer('200 OK', 'application/json', body) });
  const before = one.state().acked?.size;
  await one.sync();
  expect(one.state().acked?.size).toBe(before);
  await expectAllThere();
});

it.each<[string, Behaviour]>([
  ['reset after the receiver committed', { does: 'cut', direction: 'down', after: 0 }],
  ['stalled after the receiver committed', { does: 'stall', direction: 'down', after: 0 }],
])('sends again what was %s, and it is there once', async (_, behaviour) => {
  one.proxy.behave(behaviour);
  expect((await one.sync()).failure?.kind).toBe('sync-unreachable');
  // It was taken, and the branch does not know.
  expect(await one.held()).toHaveLength(one.log.frontier.size);
  expect(one.state().acked!.size).toBeLessThan(one.log.frontier.size);
  await expectAllThere();
});

it.each<[string, Behaviour]>([
  ['one byte at a time there', { does: 'trickle', direction: 'up', ms: 0 }],
  ['one byte at a time back', { does: 'trickle', direction: 'down', ms: 0 }],
  ['twice', { does: 'repeat' }],
])('goes over when it comes %s', async (_, behaviour) => {
  one.proxy.cutAll();
  one.proxy.behave(behaviour);
  expect((await one.sync()).failure).toBeNull();
  expect(one.state().acked?.size).toBe(one.log.frontier.size);
  await expectAllThere();
});

it('keeps going by parts on a line that is cut every few kilobytes', async () => {
  one.session.batchBytes = 400_000;
  one.decide(400);
  let tries = 0;
  do {
    one.proxy.behave({ does: 'cut', direction: 'up', after: 9000 + 500 * tries });
    await one.sync();
    tries += 1;
  } while (one.state().acked!.size < one.log.frontier.size && tries < 60);
  expect(tries).toBeLessThan(60);
  await expectAllThere();
});

it('stops where a device is refused, and goes on when a person says so', async () => {
  const body = JSON.stringify({ type: PROBLEMS.device, title: 'no', status: 403 });
  one.proxy.behave({ does: 'answer', bytes: answer('403 Forbidden', 'application/problem+json', body) });
  await one.sync();
  expect(one.state().stopped?.kind).toBe('sync-refused');
  await expectAllThere();
});
