/** Every way in which a try can go wrong, against head office in memory. After each, the same branch brings everything over: nothing lost, doubled or out of order. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import { newSession, syncOnce } from '../../../branch/sync/sync-once.ts';
import { keepSyncSettings } from '../../../branch/sync/sync-settings.ts';
import { changeSyncState, unsentOf } from '../../../branch/sync/sync-state.ts';
import { PROBLEMS } from '../../../contract/sync.ts';
import { lastCountersigned } from '../../../db/countersigned.ts';
import { listEntriesOfType } from '../../../db/log-entries.ts';
import { openAddCheckpoint } from '../../../ledger/add-checkpoint.ts';
import { cosignatureLine } from '../../../ledger/note.ts';
import { noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { verifyConsistency } from '../../../ledger/proofs.ts';
import { peekSignedJson, signJson } from '../../../ledger/signed-json.ts';
import { witnessNamed } from '../../support/witnesses.ts';
import { type Interfere, idOf, OFFICE_WITNESS, refuse } from './fake-head-office.ts';
import { NEVER, type Syncing, syncing } from './syncing-branch.ts';

/** What comes of it is what stands in the log, byte for byte. */
function expectAllThere(one: Syncing): void {
  expect(one.held().map(digest)).toEqual(one.stored().map(digest));
  const size = one.made.log.frontier.size;
  expect(one.state()).toMatchObject({ failure: null, stopped: null, held: size });
  expect(one.state().acked?.size).toBe(size);
}

const digest = (entry: Buffer) => createHash('sha256').update(entry).digest('base64').slice(0, 8);

/** Apart from those that every trouble of the office has. */
const failuresLogged = ({ made, stored }: Syncing) =>
  listEntriesOfType(made.db, 'failure').filter((seq) => (JSON.parse(stored()[seq]!.toString()) as { kind: string }).kind !== 'sync-stopped')
    .length;

/** Once, then no more. */
const once = (interfere: Interfere, when: (path: string) => boolean = (path) => path.endsWith('/entries')): Interfere =>
  (() => {
    let isOver = false;
    return async (asked, answer) => {
      if (isOver || !when(asked.path)) return await answer();
      isOver = true;
      return await interfere(asked, answer);
    };
  })();

const broken = (): never => {
  throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } });
};

describe('a try on a good line', () => {
  it('brings everything over in one round trip, and says so by the countersignature', async () => {
    const one = syncing();
    one.decide(40);
    expect(await one.sync()).toEqual({ failure: null, retryAfterMs: null });
    expectAllThere(one);
    // The first try makes the log known; then it is one request for all of it.
    expect(one.office.asked.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual(['POST logs', 'POST entries']);
    one.decide(3);
    await one.sync();
    expect(one.office.asked).toHaveLength(3);
    expectAllThere(one);
  });

  it('asks for the state when there is nothing to send, and notes the contact', async () => {
    const one = syncing();
    await one.sync();
    const before = one.state().lastContact;
    await one.time.pass(60_000);
    await one.sync();
    expect(one.office.asked.at(-1)?.path).toMatch(/\/state$/);
    expect(one.state().lastContact).not.toBe(before);
  });

  it('sends a long log in batches that each end in a checkpoint of their own, in parts where they are large', async () => {
    const one = syncing({ batchBytes: 40_000, firstPart: 2000, leastPart: 500, mostPart: 3000 });
    one.decide(200);
    await one.sync();
    expectAllThere(one);
    expect(one.office.asked.filter(({ path }) => path.endsWith('/uploads')).length).toBeGreaterThan(3);
    expect(Math.max(...one.office.asked.map(({ body }) => body.length))).toBeLessThanOrEqual(3000);
  });

  it('keeps to the limit of the line', async () => {
    const one = syncing({ batchBytes: 40_000, firstPart: 2000, leastPart: 500 });
    one.decide(200);
    keepSyncSettings(one.made.db, { bytesPerSecond: 500 });
    const began = one.time.now();
    await one.sync();
    const sent = one.office.asked.reduce((sum, { body }) => sum + body.length, 0);
    expect((sent * 1000) / (one.time.now() - began)).toBeLessThan(600);
    expectAllThere(one);
  });
});

describe('an answer that is lost, late or false', () => {
  it('sends what was committed once more when the answer was lost, and head office holds it once', async () => {
    const one = syncing();
    one.decide(10);
    one.office.interfere = once(async (_, answer) => {
      await answer();
      return broken();
    });
    expect((await one.sync()).failure?.kind).toBe('sync-unreachable');
    expect(one.state().acked).toBeNull();
    one.decide(5);
    await one.sync();
    expectAllThere(one);
  });

  it.each<[string, () => Response]>([
    ['a captive portal’s page with 200', () => new Response('<html>Sign in', { status: 200, headers: { 'content-type': 'text/html' } })],
    ['a redirect to a portal', () => new Response(null, { status: 302, headers: { location: 'http://portal.invalid/' } })],
    ['a page with the type of JSON', () => new Response('<html>Sign in', { headers: { 'content-type': 'application/json' } })],
    ['half an answer', () => new Response('{"v":1,"log":"', { headers: { 'content-type': 'application/json' } })],
    ['an empty object', () => Response.json({})],
    ['200 and nothing', () => new Response(null, { status: 200 })],
    ['a proxy’s 403', () => new Response('Forbidden', { status: 403, headers: { 'content-type': 'text/plain' } })],
    ['a gateway’s 502', () => new Response('<html>Bad gateway', { status: 502, headers: { 'content-type': 'text/html' } })],
  ])('takes %s for no acknowledgement, and goes on trying', async (_, answer) => {
    const one = syncing();
    one.decide(10);
    await one.sync();
    one.decide(10);
    one.office.interfere = once(async () => answer());
    expect((await one.sync()).failure?.kind).toBe('sync-unreachable');
    expect(one.state()).toMatchObject({ stopped: null });
    expect(one.state().acked?.size).toBe(11);
    await one.sync();
    expectAllThere(one);
  });

  it('does not take the receipt of before for the one of now', async () => {
    const one = syncing();
    one.decide(10);
    let first = '';
    one.office.interfere = once(async (_, answer) => {
      const response = await answer();
      first = await response.clone().text();
      return response;
    });
    await one.sync();
    one.decide(10);
    one.office.interfere = once(async () => new Response(first, { headers: { 'content-type': 'application/json' } }));
    await one.sync();
    expectAllThere(one);
  });

  it.each([
    ['another witness’s line', (note: string) => cosignatureLine(note, witnessNamed('mallory'), 1)],
    ['a line under another checkpoint', (note: string) => cosignatureLine(note.replace(/\n\d+\n/, '\n3\n'), OFFICE_WITNESS, 1)],
  ])('does not count %s', async (_, lineOf) => {
    const one = syncing();
    one.decide(10);
    await one.sync();
    one.decide(1);
    one.office.interfere = once(async (_, answer) => {
      const receipt = (await (await answer()).json()) as object;
      const { note } = [...one.office.logs.values()][0]!;
      return Response.json({ ...receipt, cosignatures: [lineOf(note!)] });
    });
    const { failure } = await one.sync();
    expect(failure?.facts.cause).toBe('unproven');
    expect(one.state().acked?.size).toBe(11);
    await one.sync();
    expectAllThere(one);
  });
});

describe('a place that is not where we thought', () => {
  it('goes back to where head office stands after it was restored from a backup, and logs that once', async () => {
    const one = syncing();
    one.decide(30);
    await one.sync();
    one.office.restore(one.made.log.origin, 12);
    one.decide(2);
    await one.sync();
    expectAllThere(one);
    expect(failuresLogged(one)).toBe(1);
    await one.sync();
    expect(failuresLogged(one)).toBe(1);
  });

  it('tells every entry that was lost there as unsent until it is there again', async () => {
    const one = syncing();
    one.decide(30);
    await one.sync();
    one.office.restore(one.made.log.origin, 12);
    one.office.interfere = async (asked, answer) => (asked.path.endsWith('/entries') ? broken() : await answer());
    await one.sync();
    expect(unsentOf(one.state(), one.made.log.frontier.size)).toBe(one.made.log.frontier.size - 12);
    expect(one.state().acked?.size).toBe(31);
  });

  it('asks twice before it says that head office was set back: an old answer raises no alarm', async () => {
    const one = syncing();
    one.decide(5);
    await one.sync();
    const old = one.office.stateOf([...one.office.logs.values()][0]!);
    one.decide(5);
    await one.sync();
    one.office.interfere = once(
      async () => Response.json(old),
      (path) => path.endsWith('/state'),
    );
    await one.sync();
    expect(failuresLogged(one)).toBe(0);
    expectAllThere(one);
  });

  it('goes forward over what head office has countersigned already', async () => {
    const one = syncing();
    one.decide(20);
    await one.sync();
    // The branch’s own state is lost, as after a restored setting.
    changeSyncState(one.made.db, { acked: null, held: 0, registered: null });
    await one.sync();
    expectAllThere(one);
    expect(one.office.asked.filter(({ path }) => path.endsWith('/entries'))).toHaveLength(1);
  });

  it('makes the log known again to a head office that does not know it', async () => {
    const one = syncing();
    one.decide(5);
    await one.sync();
    one.office.logs.clear();
    one.decide(1);
    await one.sync();
    expectAllThere(one);
  });
});

describe('what stops sync', () => {
  it.each([
    [401, PROBLEMS.unsigned],
    [403, PROBLEMS.device],
    [422, PROBLEMS.checkpoint],
  ])('%i stops it and says what to do', async (status, type) => {
    const one = syncing();
    one.decide(3);
    one.office.interfere = once(async () => refuse(status, type));
    const { failure } = await one.sync();
    expect(failure).toMatchObject({ kind: 'sync-refused' });
    expect(one.state().stopped).toEqual(failure);
    // A person says "now", and it goes on.
    await one.sync();
    expectAllThere(one);
  });

  it('stays stopped when head office cannot even be reached afterwards', async () => {
    const one = syncing();
    one.decide(3);
    one.office.interfere = async () => refuse(403, PROBLEMS.device);
    await one.sync();
    one.office.interfere = async () => broken();
    await one.sync();
    expect(one.state()).toMatchObject({ stopped: { kind: 'sync-refused' }, failure: { kind: 'sync-unreachable' } });
  });

  it('keeps both checkpoints in one entry where head office holds another past', async () => {
    const one = syncing();
    one.decide(5);
    await one.sync();
    const held = one.office.logs.get(idOf(one.made.log.origin))!;
    held.entries[4] = Buffer.from('another past');
    changeSyncState(one.made.db, { held: 2 });
    one.decide(1);
    const { failure } = await one.sync();
    expect(failure?.kind).toBe('sync-fork');
    expect(failuresLogged(one)).toBe(1);
    const entry = JSON.parse(one.stored()[listEntriesOfType(one.made.db, 'failure')[0]!]!.toString()) as { kind: string; notes: string[] };
    expect(entry.kind).toBe('sync-fork');
    expect(entry.notes.length).toBeGreaterThan(0);
    await one.sync();
    expect(failuresLogged(one)).toBe(1);
  });

  it('is a fork when head office has a signed checkpoint of more than this PC holds', async () => {
    const one = syncing();
    const copy = syncing({}, one.made, one.office);
    one.decide(5);
    await one.sync();
    const held = one.office.logs.get(idOf(one.made.log.origin))!;
    // As if this folder had been set back by three: head office's word is signed by this log's own key.
    const claimed = { ...one.office.stateOf(held), size: 9 };
    copy.office.interfere = async (asked, answer) => (asked.path.endsWith('/state') ? Response.json(claimed) : await answer());
    // Not what the note says: unproven, and tried again.
    expect((await one.sync()).failure?.facts.cause).toBe('unproven');
  });

  it('halves the batch on 413, and stops where one entry alone is too large', async () => {
    const one = syncing();
    one.decide(40);
    one.office.mostBytes = 20_000;
    await one.sync();
    expectAllThere(one);
    one.decide(1);
    one.office.mostBytes = 10;
    expect((await one.sync()).failure?.facts.cause).toBe('large');
    expect(one.state().stopped?.kind).toBe('sync-refused');
  });

  it('goes on trying where a proxy, and not head office, takes one entry for too large', async () => {
    const one = syncing();
    one.decide(1);
    one.office.interfere = async () => new Response('too large', { status: 413 });
    expect((await one.sync()).failure?.kind).toBe('sync-unreachable');
    expect(one.state().stopped).toBeNull();
    one.office.interfere = async (_, answer) => await answer();
    await one.sync();
    expectAllThere(one);
  });

  it('hears when to come back from a head office that is busy', async () => {
    const one = syncing();
    one.decide(1);
    one.office.interfere = once(async () => refuse(503, PROBLEMS.busy, {}, { 'retry-after': '7' }));
    expect(await one.sync()).toMatchObject({ retryAfterMs: 7000, failure: { kind: 'sync-unreachable' } });
    expect(one.state().stopped).toBeNull();
  });
});

describe('a line that breaks within a batch', () => {
  it('is brought a small batch in parts where it never bears it whole', async () => {
    const one = syncing({ firstPart: 60_000, leastPart: 200, mostPart: 60_000 });
    one.decide(200);
    let most = 0;
    one.office.interfere = async (asked, answer) => {
      if (asked.body.length > 1500) return broken();
      most = Math.max(most, asked.body.length);
      return await answer();
    };
    const session = newSession(one.deps);
    for (let tries = 0; tries < 12; tries += 1) await one.sync(session);
    expectAllThere(one);
    expect(most).toBeGreaterThan(500);
  });

  it('goes on within an upload where head office has it, and asks rather than guesses', async () => {
    const one = syncing({ firstPart: 1000, leastPart: 200, mostPart: 2000 });
    one.decide(120);
    let parts = 0;
    one.office.interfere = async (asked, answer) => {
      if (asked.method !== 'PATCH' || parts++ % 3 !== 1) return await answer();
      one.office.keepPart(asked, Math.floor(asked.body.length / 2));
      return broken();
    };
    const { failure } = await one.sync();
    expect(failure).toBeNull();
    expectAllThere(one);
    const sent = one.office.asked.reduce((sum, { method, body }) => sum + (method === 'PATCH' ? body.length : 0), 0);
    const whole = Number(one.office.asked.find(({ headers }) => headers.has('upload-length'))?.headers.get('upload-length'));
    // A third of the parts broke in their middle: half of those bytes went twice.
    expect(sent).toBeLessThan(whole * 1.4);
  });

  it('goes on with the same upload at the next try, and starts over where head office has forgotten it', async () => {
    const one = syncing({ firstPart: 1000, leastPart: 200, mostPart: 1000 });
    one.decide(120);
    const session = newSession(one.deps);
    let isDown = false;
    one.office.interfere = async (asked, answer) => {
      if (isDown) return broken();
      const response = await answer();
      isDown = asked.method === 'PATCH' && asked.headers.get('upload-offset') === '2000';
      return response;
    };
    expect((await one.sync(session)).failure?.kind).toBe('sync-unreachable');
    isDown = false;
    const before = one.office.asked.length;
    one.office.interfere = async (_, answer) => await answer();
    await one.sync(session);
    expect(one.office.asked[before]?.method).toBe('HEAD');
    expectAllThere(one);
    one.decide(120);
    one.office.interfere = once(
      async () => new Response(null, { status: 404 }),
      (path) => /uploads\/\d+$/.test(path),
    );
    await one.sync(session);
    await one.sync(session);
    expectAllThere(one);
  });

  it('gives a line up that brings nothing', async () => {
    const one = syncing();
    one.decide(3);
    one.office.interfere = once(async () => await new Promise<never>(() => {}));
    const began = one.time.now();
    expect((await one.sync()).failure?.facts.cause).toBe('stalled');
    expect(one.time.now() - began).toBeLessThan(60_000);
    await one.sync();
    expectAllThere(one);
  });

  it('is given up at once by its signal, with nothing noted', async () => {
    const one = syncing();
    one.decide(3);
    one.office.interfere = once(async () => await new Promise<never>(() => {}));
    const controller = new AbortController();
    const running = syncOnce(one.branch, one.deps, controller.signal);
    one.time.set(() => controller.abort(new Error('stopped')), 10);
    await expect(one.time.until(running)).rejects.toThrow('stopped');
    await one.sync();
    expectAllThere(one);
  });
});

describe('epochs', () => {
  it('makes a new epoch known, and brings what the old one had not sent under the new key', async () => {
    const one = syncing({ batchBytes: 4000 });
    one.decide(10);
    await one.sync();
    one.decide(10);
    beginEpoch(one.made.log, 'restored');
    one.decide(10);
    await one.sync();
    expectAllThere(one);
    expect(one.made.log.origin).toMatch(/epoch-2/);
  });

  it('goes on in the middle of a long log after a restore that lost entries head office has', async () => {
    const one = syncing();
    one.decide(10);
    await one.sync();
    beginEpoch(one.made.log, 'copied');
    await one.sync();
    expectAllThere(one);
    expect(one.state().failure).toBeNull();
    expect(failuresLogged(one)).toBe(0);
  });
});

describe('quorum', () => {
  const audit = witnessNamed('audit');

  it('takes head office’s line in at once where it is a quorum alone', async () => {
    const one = syncing();
    trustWitnesses(one.made.log, { witnesses: [OFFICE_WITNESS.vkey], quorum: 1 }, { actor: 'system', role: 'system' });
    one.decide(5);
    await one.sync();
    expect(lastCountersigned(one.made.db)?.size).toBe(one.made.log.frontier.size);
    one.decide(1);
    expect(JSON.parse(one.stored().at(-1)!.toString())).toMatchObject({ anchor: lastCountersigned(one.made.db)?.sha256 });
  });

  it('asks the second witness, which says what it has, and takes in the checkpoint under which both stand', async () => {
    const one = syncing();
    trustWitnesses(one.made.log, { witnesses: [OFFICE_WITNESS.vkey, audit.vkey], quorum: 2 }, { actor: 'system', role: 'system' });
    const second = secondWitness(one, audit);
    one.decide(5);
    await one.sync();
    expect(lastCountersigned(one.made.db)?.size).toBe(one.made.log.frontier.size);
    one.decide(300);
    // It forgot nothing, but we did: its 409 says how far it is.
    changeSyncState(one.made.db, { witnesses: {} });
    await one.sync();
    expect(second.size).toBe(one.made.log.frontier.size);
    expect(lastCountersigned(one.made.db)?.size).toBe(one.made.log.frontier.size);
  });

  it('is not held up by a witness that does not answer', async () => {
    const one = syncing();
    trustWitnesses(one.made.log, { witnesses: [OFFICE_WITNESS.vkey, audit.vkey], quorum: 2 }, { actor: 'system', role: 'system' });
    secondWitness(one, audit, () => new Promise<never>(() => {}));
    one.decide(5);
    expect((await one.sync()).failure).toBeNull();
    expectAllThere(one);
    expect(lastCountersigned(one.made.db)).toBeNull();
  });
});

/** A witness in memory (C2SP tlog-witness). */
function secondWitness(one: Syncing, signer: typeof OFFICE_WITNESS, instead: (() => Promise<Response>) | null = null) {
  const kept = { size: 0, root: Buffer.alloc(0) };
  const url = 'https://audit.invalid';
  Object.assign(one.place, { further: [{ vkey: signer.vkey, verifier: parseVkey(signer.vkey)!, url }] });
  const { fetch } = one.deps;
  one.deps.fetch = (async (to: string, init: RequestInit) => {
    if (!to.startsWith(url)) return await fetch(to, init);
    if (instead) {
      return await new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    }
    const opened = openAddCheckpoint(init.body as string, () => parseVkey(one.made.log.signer.vkey)!);
    if ('status' in opened) return new Response(null, { status: opened.status });
    const { request, checkpoint } = opened;
    if (request.oldSize !== kept.size) return new Response(`${kept.size}\n`, { status: 409 });
    const isConsistent =
      kept.size === 0 ||
      verifyConsistency(kept.size, checkpoint.size, request.proof, kept.root, checkpoint.root) ||
      kept.size === checkpoint.size;
    if (!isConsistent) return new Response(null, { status: 422 });
    Object.assign(kept, { size: checkpoint.size, root: checkpoint.root });
    return new Response(cosignatureLine(request.checkpoint, signer, 1_800_000_000));
  }) as typeof fetch;
  return kept;
}

describe('what head office sends back', () => {
  it('is taken in order, each once, also when the try breaks off between two', async () => {
    const one = syncing();
    const taken: number[] = [];
    const office = noteSigner('office.invalid', Buffer.alloc(32, 9));
    one.deps.deliveries = { take: (_, note) => taken.push((peekSignedJson(note)!.value as { delivery: number }).delivery) };
    await one.sync();
    const held = one.office.logs.get(idOf(one.made.log.origin))!;
    held.deliveries.push(...[1, 2, 3, 4, 5].map((delivery) => signJson({ delivery }, office)));
    let asked = 0;
    one.office.interfere = async ({ path }, answer) => (/deliveries/.test(path) && asked++ === 1 ? broken() : await answer());
    expect((await one.sync()).failure?.kind).toBe('sync-unreachable');
    expect(taken).toEqual([1, 2]);
    await one.sync();
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    await one.sync();
    expect(taken).toHaveLength(5);
  });
});

describe('what cannot be read', () => {
  it('sends what stands before it, names the entry, and says that the rest waits behind it', async () => {
    const one = syncing();
    one.decide(20);
    one.made.db.sqlite.exec('DROP TRIGGER IF EXISTS entries_no_update');
    const triggers = one.made.db.sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'").all() as {
      name: string;
    }[];
    for (const { name } of triggers) one.made.db.sqlite.exec(`DROP TRIGGER ${name}`);
    one.made.db.sqlite.prepare('UPDATE entries SET bytes = ? WHERE seq = 9').run(Buffer.from(createHash('sha256').digest()));
    const { failure } = await one.sync();
    expect(one.held()).toHaveLength(9);
    expect(failure).toMatchObject({ kind: 'log-tampered', facts: { seq: 9 } });
  });
});

it('never has two requests in flight', async () => {
  const one = syncing({ batchBytes: 20_000 });
  one.decide(100);
  let inFlight = 0;
  let most = 0;
  one.office.interfere = async (_, answer) => {
    most = Math.max(most, ++inFlight);
    await one.time.sleep(600);
    inFlight -= 1;
    return await answer();
  };
  await one.time.until(syncOnce(one.branch, one.deps, NEVER));
  expect(most).toBe(1);
  expectAllThere(one);
});
