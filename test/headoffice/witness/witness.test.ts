/** The independent witness over HTTP, on both engines: what others publish, races, and a log with two pasts. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import type { Witness } from '../../../headoffice/witness/add-checkpoint.ts';
import { addKnownLog, findWitnessed } from '../../../headoffice/witness/known-logs.ts';
import { makeWitnessServer } from '../../../headoffice/witness/witness-server.ts';
import { formatAddCheckpoint } from '../../../ledger/add-checkpoint.ts';
import { openCheckpoint, signCheckpoint } from '../../../ledger/checkpoint.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { formatVkey, LOG_KEY, noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { naiveRoot, naiveSubproof } from '../../support/naive-tree.ts';
import { startPostgres } from '../../support/postgres.ts';
import { witnessNamed } from '../../support/witnesses.ts';
import { MONKEYS, SEQUENCE } from './published-scenarios.ts';

const postgres = await startPostgres();
const stores: [name: string, store: Store][] = [['PGlite', await openStore({ database: 'memory://' })]];
if (postgres) stores.push(['PostgreSQL', await openStore({ database: postgres.url })]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

const NOW = Date.UTC(2026, 10, 28, 12);
const signer = witnessNamed('independent');
const log = noteSigner('outpost.invalid/branch-1/epoch-1', Buffer.alloc(32, 1));
const leaves = Array.from({ length: 12 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
const others = leaves.with(2, leafHash(Buffer.from('another entry 2')));
const idOf = (origin: string) => createHash('sha256').update(origin).digest('hex');

afterAll(async () => {
  for (const [, store] of stores) await store.close();
  await postgres?.stop();
});

/** A signed checkpoint of the first `size` leaves. */
const checkpoint = (size: number, of = leaves): string => signCheckpoint(size, naiveRoot(of.slice(0, size)), log);
const grown = (oldSize: number, size: number, of = leaves): string =>
  formatAddCheckpoint({ oldSize, proof: oldSize === 0 ? [] : naiveSubproof(oldSize, of.slice(0, size)), checkpoint: checkpoint(size, of) });

describe.each(stores)('a witness on %s', (_engine, store) => {
  const servers: FastifyInstance[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    for (const table of ['witnessed', 'witnessed_checkpoints']) await store.query(`DELETE FROM ${table}`);
  });

  async function serve(witness: Partial<Witness> = {}, perMinute = 1000): Promise<string> {
    const server = await makeWitnessServer({ store, signer, now: () => NOW, ...witness }, { perMinute });
    servers.push(server);
    return await server.listen({ port: 0, host: '127.0.0.1' });
  }
  const knows = (origin = log.name, vkey = log.vkey) => addKnownLog(store, { origin, vkey });
  async function add(url: string, body: string | Buffer): Promise<{ status: number; type: string | null; text: string }> {
    const answer = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': 'text/plain' },
    });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  }
  const sizeOf = async (origin = log.name) => (await findWitnessed(store, origin))?.size;

  it('answers the published sequence as the specification says', async () => {
    await knows(SEQUENCE.origin, formatVkey(SEQUENCE.origin, LOG_KEY, Buffer.from(SEQUENCE.publicKey, 'hex')));
    const url = await serve();
    for (const [i, { body, status, says }] of SEQUENCE.steps.entries()) {
      const answer = await add(url, body);
      expect([i, answer.status]).toEqual([i, status]);
      if (status === 200) expect(answer.text).toMatch(new RegExp(`^— ${signer.name} [A-Za-z0-9+/=]+\n$`));
      if (status === 409) expect(answer).toMatchObject({ text: says, type: 'text/x.tlog.size' });
    }
    expect(await findWitnessed(store, SEQUENCE.origin)).toMatchObject({ size: SEQUENCE.finalSize, frozenAt: null, suspect: null });
  });

  it.each([
    ['takes what grew', MONKEYS.five, 5, MONKEYS.eight, MONKEYS.proof, 200],
    ['tells where it stands', MONKEYS.five, 2, MONKEYS.eight, [], 409],
    ['countersigns the same once more', MONKEYS.five, 5, MONKEYS.five, [], 200],
    ['takes no smaller one', MONKEYS.eight, 8, MONKEYS.five, MONKEYS.proof, 400],
    ['takes no proof that is none', MONKEYS.five, 5, MONKEYS.eight, MONKEYS.proof.toReversed(), 422],
  ])('%s (published case)', async (_, first, oldSize, next, proof, status) => {
    await knows('monkeys', MONKEYS.vkey);
    const url = await serve();
    expect((await add(url, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: first }))).status).toBe(200);
    const body = formatAddCheckpoint({ oldSize, proof: proof.map((hash) => Buffer.from(hash, 'hex')), checkpoint: next });
    expect((await add(url, body)).status).toBe(status);
    expect(await sizeOf('monkeys')).toBe(status === 200 ? Number(next.split('\n')[1]) : Number(first.split('\n')[1]));
  });

  it('gives a line that holds under the checkpoint, at its own clock', async () => {
    await knows();
    const url = await serve();
    const { text } = await add(url, grown(0, 5));
    const opened = openCheckpoint(checkpoint(5) + text, parseVkey(log.vkey)!, [parseVkey(signer.vkey)!]);
    expect(opened).toMatchObject({ size: 5, cosignatures: [{ name: signer.name, time: NOW / 1000 }] });
    expect((await findWitnessed(store, log.name))?.note).toBe(checkpoint(5) + text);
    expect(await (await fetch(`${url}/checkpoint/${idOf(log.name)}`)).text()).toBe(checkpoint(5) + text);
    expect((await fetch(`${url}/checkpoint/${idOf('another')}`)).status).toBe(404);
  });

  it('never rolls back: a request that passed its checks and stalls is judged again by what came between', async () => {
    await knows();
    const url = await serve();
    expect((await add(url, grown(0, 3))).status).toBe(200);
    let [go, stalls] = [() => {}, () => {}];
    const isStalled = new Promise<void>((resolve) => (stalls = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const slow: Store = {
      ...store,
      transaction: async (work) => {
        stalls();
        await mayGo;
        return await store.transaction(work);
      },
    };
    const stalled = add(await serve({ store: slow }), grown(3, 5));
    await isStalled;
    expect((await add(url, grown(3, 9))).status).toBe(200);
    go();
    expect(await stalled).toMatchObject({ status: 409, text: '9\n' });
    expect(await sizeOf()).toBe(9);
  });

  it('countersigns one history where two processes are asked at once', async () => {
    await knows();
    const urls = [await serve(), await serve()];
    await add(urls[0]!, grown(0, 2));
    const answers = await Promise.all([5, 6, 7, 8, 9, 10].map((size, i) => add(urls[i % 2]!, grown(2, size))));
    const taken = answers.flatMap(({ status }, i) => (status === 200 ? [5 + i] : []));
    expect(taken).toHaveLength(1);
    for (const { status, text } of answers.filter((each) => each.status !== 200)) expect([status, text]).toEqual([409, `${taken[0]}\n`]);
    expect(await sizeOf()).toBe(taken[0]);
  });

  it('freezes a log whose key signed two roots of one size, also of an old one, and keeps both notes', async () => {
    await knows();
    const url = await serve();
    for (const [from, to] of [
      [0, 3],
      [3, 5],
      [5, 8],
    ] as const)
      expect((await add(url, grown(from, to))).status).toBe(200);
    // What a disk that was set back to entry 2 would send, once it has grown to a size that was countersigned before.
    expect(await add(url, grown(3, 5, others))).toMatchObject({ status: 409, text: '8\n' });
    const again = await add(url, grown(8, 10));
    expect(again).toMatchObject({ status: 422, text: expect.stringContaining('frozen') });
    expect(await findWitnessed(store, log.name)).toMatchObject({ size: 8, frozenAt: expect.any(Date) });
    const evidence = (await (await fetch(`${url}/evidence/${idOf(log.name)}`)).json()) as {
      known: string;
      conflicting: string;
      vkey: string;
    };
    const [known, conflicting] = [evidence.known, evidence.conflicting].map((note) =>
      openCheckpoint(note, parseVkey(evidence.vkey)!, [parseVkey(signer.vkey)!]),
    );
    expect(known).toMatchObject({ size: 5, root: naiveRoot(leaves.slice(0, 5)), cosignatures: [{ name: signer.name }] });
    expect(conflicting).toMatchObject({ size: 5, root: naiveRoot(others.slice(0, 5)), cosignatures: [] });
    expect((await fetch(`${url}/evidence/${idOf('another')}`)).status).toBe(404);
  });

  it('lets nobody freeze a log with a true checkpoint and a false proof, and learns later whether it was a fork', async () => {
    await knows();
    const url = await serve();
    await add(url, grown(0, 3));
    const withoutProof = (of: Buffer[]) => formatAddCheckpoint({ oldSize: 3, proof: [], checkpoint: checkpoint(6, of) });
    expect((await add(url, withoutProof(leaves))).status).toBe(422);
    expect(await findWitnessed(store, log.name)).toMatchObject({ suspect: checkpoint(6), frozenAt: null });
    expect((await add(url, grown(3, 6))).status).toBe(200);
    expect(await findWitnessed(store, log.name)).toMatchObject({ suspect: null, frozenAt: null });
    // The same once more, of another past: its key did sign it, as the size that is countersigned later shows.
    const fork = formatAddCheckpoint({ oldSize: 6, proof: [], checkpoint: checkpoint(9, others) });
    expect((await add(url, fork)).status).toBe(422);
    expect((await add(url, grown(6, 8))).status).toBe(200);
    expect((await add(url, grown(8, 9))).status).toBe(200);
    expect(await findWitnessed(store, log.name)).toMatchObject({ size: 9, conflicting: checkpoint(9, others), frozenAt: expect.any(Date) });
    expect((await add(url, grown(9, 10))).status).toBe(422);
  });

  it('refuses bodies that are too large, no text, or of a log that nobody made known, and too many of them', async () => {
    const url = await serve({}, 6);
    expect((await add(url, 'x'.repeat(70_000))).status).toBe(413);
    expect((await add(url, Buffer.from([0xff, 0xfe]))).status).toBe(400);
    expect((await add(url, 'old 0\n\n\u0000\n1\n\n')).status).toBe(400);
    expect((await add(url, grown(0, 3))).status).toBe(404);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('outpost_witness_answers_total{status="404"} 1');
    expect(metrics).toContain('outpost_witness_logs{state="known"} 0');
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
    expect((await add(url, grown(0, 3))).status).toBe(429);
  });

  it('keeps the key by which it knows a log', async () => {
    expect([await knows(), await knows()]).toEqual(['added', 'known']);
    const another = noteSigner(log.name, Buffer.alloc(32, 9));
    await expect(knows(log.name, another.vkey)).rejects.toMatchObject({
      failure: { kind: 'usage', happened: expect.stringContaining('another key') },
    });
    await expect(knows('some other log', log.vkey)).rejects.toMatchObject({ failure: { kind: 'usage' } });
    await expect(knows(signer.name, signer.vkey)).rejects.toMatchObject({ failure: { kind: 'usage' } });
  });
});
