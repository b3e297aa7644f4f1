import { readFileSync } from 'node:fs';
import { CloudEvent } from 'cloudevents';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPlace, parsePlace } from '../../../headoffice/feeds/place.ts';
import { feeds } from '../../../headoffice/feeds/plugin.ts';
import { readFeed } from '../../../headoffice/feeds/read-feed.ts';
import { addFeedToken, listFeedTokens, readerOf, revokeFeedToken } from '../../../headoffice/feeds/tokens.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { signJson } from '../../../ledger/signed-json.ts';
import { fillLog, OFFICE, originOf, sampleEntries } from '../../support/fleet-of-branches.ts';
import { applicationId } from '../../support/log-samples.ts';
import { startPostgres } from '../../support/postgres.ts';

const BASE = 'https://office.example';
const AGO = (ms: number) => new Date(Date.now() - ms);
/** Entries of the form of each past version, as they were stored: a change that cannot read them any more fails here for ever. */
const OLD_FORMS = new URL('../../fixtures/feeds/entries-2026-11.jsonl', import.meta.url);
const OUTCOMES = [{ application: applicationId(0), performance: 'good', monthsOnBook: 12, asOf: '2027-05-01' }];
const NOT_JSON = Buffer.from([0xff, 0x00, 0x7b]);

interface Event {
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  sequence: string;
  dataschema?: string;
  data?: Record<string, unknown>;
  data_base64?: string;
  [name: string]: unknown;
}

let store: Store;
let app: FastifyInstance;
let token: string;
let oldLines: string[];

beforeAll(async () => {
  store = await openStore({ database: 'memory://', partitions: 2 });
  oldLines = readFileSync(OLD_FORMS, 'utf8').trimEnd().split('\n');
  await fillLog(store, {
    branch: 'riverside',
    entries: sampleEntries('riverside', 12),
    batches: [
      { to: 5, received: AGO(900_000) },
      { to: 15, received: AGO(700_000) },
    ],
  });
  const entries = sampleEntries('hillside', 3);
  const outcomeEntry = {
    ...(entries[0] as object),
    seq: 6,
    type: 'outcome',
    delivery: 1,
    note: signJson({ v: 1, outcomes: OUTCOMES }, OFFICE.office),
  };
  await fillLog(store, {
    branch: 'hillside',
    entries: [
      ...entries.slice(0, 4),
      NOT_JSON,
      { ...(entries[4] as object), seq: 5, next_years_field: { of: ['another', 'program'] } },
      outcomeEntry,
    ],
    batches: [
      { to: 3, received: AGO(800_000) },
      { to: 7, received: AGO(600_000) },
    ],
    trouble: (seq) => (seq === 4 ? 'not-json' : null),
  });
  await fillLog(store, {
    branch: 'oldest',
    entries: oldLines.map((line) => Buffer.from(line)),
    batches: [{ to: oldLines.length, received: AGO(1_000_000) }],
  });
  // Too young to be shown.
  await fillLog(store, { branch: 'youngest', entries: sampleEntries('youngest', 1), batches: [{ to: 3, received: AGO(5000) }] });
  token = await addFeedToken(store, 'cli:test', 'warehouse');
  app = fastify();
  await app.register(feeds, { store, publicUrl: BASE });
});

afterAll(async () => {
  await app.close();
  await store.close();
});

async function ask(query = '', headers: Record<string, string> = { authorization: `Bearer ${token}` }) {
  const answer = await app.inject({ url: `/feeds/v1/predictions${query}`, headers: { host: 'office.example', ...headers } });
  return {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    events: answer.statusCode === 200 ? answer.json<Event[]>() : [],
    body: answer.body,
  };
}

/** Reads to the end, by the links. */
async function readAll(limit: number): Promise<{ pages: Event[][]; tokens: string[] }> {
  const pages: Event[][] = [];
  const tokens: string[] = [];
  for (let query = `?limit=${limit}`; ; ) {
    const { events, headers } = await ask(query);
    pages.push(events);
    if (headers['outpost-caught-up'] === 'true') return { pages, tokens };
    tokens.push(headers['outpost-resume']!);
    query = /\?[^>]*/.exec(headers.link!)![0];
  }
}

describe('who may read', () => {
  it('asks for a token, keeps only its hash, and takes none that was revoked', async () => {
    expect((await ask('', {})).status).toBe(401);
    expect((await ask('', { authorization: 'Bearer outpost_feed_not-one-that-was-given' })).status).toBe(401);
    const other = await addFeedToken(store, 'cli:test', 'other');
    expect(await readerOf(store, `Bearer ${other}`)).toBe('other');
    await revokeFeedToken(store, 'cli:test', 'other', new Date());
    expect((await ask('', { authorization: `Bearer ${other}` })).status).toBe(401);
    expect(JSON.stringify(await store.query('SELECT * FROM feed_tokens'))).not.toContain(other.slice(13));
    expect((await listFeedTokens(store)).map(({ name }) => name)).toEqual(['warehouse', 'other']);
    await expect(addFeedToken(store, 'cli:test', 'warehouse')).rejects.toMatchObject({ failure: { kind: 'account-exists' } });
    await expect(revokeFeedToken(store, 'cli:test', 'other', new Date())).rejects.toMatchObject({ failure: { kind: 'account-unknown' } });
  });

  it('says plainly what it does not take', async () => {
    for (const query of ['?after=garbage', '?after=%00', '?limit=0', '?limit=1001', '?limit=many', `?after=${'A'.repeat(5000)}`]) {
      const { status, body } = await ask(query);
      expect(status, query).toBe(400);
      expect(JSON.parse(body)).toMatchObject({ status: 400, title: 'Bad request' });
    }
    expect(parsePlace(formatPlace({ received: '2026-05-20T12:00:00.123456Z', logNo: 5, from: 0, next: 3 }))).toEqual({
      received: '2026-05-20T12:00:00.123456Z',
      logNo: 5,
      from: 0,
      next: 3,
    });
    for (const odd of [
      [1, "2026-05-20'; DROP", 1, 1, 1],
      [1, '2026-99-20T12:00:00.123456Z', 1, 1, 1],
      [2, '2026-05-20T12:00:00.123456Z', 1, 1, 1],
      [1, '2026-05-20T12:00:00.123456Z', -1, 1, 1],
      {},
      null,
    ])
      expect(parsePlace(Buffer.from(JSON.stringify(odd)).toString('base64url'))).toBeNull();
  });
});

describe('what is read', () => {
  it('gives CloudEvents that their own library takes, one for each decision, review and activation', async () => {
    const { events, headers } = await ask('?limit=1000');
    expect(headers['content-type']).toBe('application/cloudevents-batch+json; charset=utf-8');
    expect(headers['outpost-caught-up']).toBe('true');
    for (const event of events) expect(new CloudEvent(event).validate()).toBe(true);
    const riverside = events.filter(({ branch }) => branch === 'riverside');
    expect(riverside.map(({ type }) => type)).toEqual([
      'bank.outpost.activation.v1',
      ...Array(12).fill('bank.outpost.decision.v1'),
      'bank.outpost.review.v1',
    ]);
    expect(riverside[3]).toMatchObject({
      specversion: '1.0',
      source: originOf('riverside'),
      subject: applicationId(2),
      sequence: '0000000000000004',
      dataschema: `${BASE}/feeds/v1/schema/decision.json`,
      datacontenttype: 'application/json',
    });
    expect(riverside.at(-1)).toMatchObject({ subject: applicationId(2), data: { of: 4, override: 'low-side' } });
  });

  it('leaves identity out, even as ciphertext', async () => {
    const { body } = await ask('?limit=1000');
    expect(body).not.toMatch(/"pii"|c2VjcmV0/);
    expect(body).toContain('"inputs"');
  });

  it('gives what could not be read as bytes, and what stands behind it too', async () => {
    const hillside = (await ask('?limit=1000')).events.filter(({ branch }) => branch === 'hillside');
    expect(hillside.map(({ type }) => type)).toEqual([
      'bank.outpost.activation.v1',
      'bank.outpost.decision.v1',
      'bank.outpost.decision.v1',
      'bank.outpost.unreadable.v1',
      'bank.outpost.decision.v1',
      'bank.outpost.outcomes.v1',
    ]);
    expect(hillside[3]).toMatchObject({
      data_base64: NOT_JSON.toString('base64'),
      trouble: 'not-json',
      leafhash: leafHash(NOT_JSON).toString('hex'),
    });
    expect(hillside[4]!.data).toMatchObject({ next_years_field: { of: ['another', 'program'] } });
    expect(hillside[5]!.data).toMatchObject({ delivery: 1, outcomes: OUTCOMES });
  });

  it('reads entries of every past form, field by field', async () => {
    const oldest = (await ask('?limit=1000')).events.filter(({ branch }) => branch === 'oldest');
    const expected = oldLines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ type }) => type !== 'genesis');
    expect(oldest.map(({ type }) => type)).toEqual([
      'bank.outpost.activation.v1',
      'bank.outpost.activation.v1',
      'bank.outpost.decision.v1',
      'bank.outpost.decision.v1',
      'bank.outpost.review.v1',
      'bank.outpost.model-state.v1',
    ]);
    for (const [i, { data }] of oldest.entries()) {
      const { pii: _pii, note: _note, ...open } = expected[i]!;
      expect(data).toEqual(open);
    }
  });
});

describe('reading on', () => {
  it('gives each event once, in the order of each log, however small the pages, from every token on', async () => {
    const whole = (await ask('?limit=1000')).events.map(({ id }) => id);
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole.length).toBe(14 + 6 + 6);
    for (const limit of [1, 2, 7]) {
      const { pages, tokens } = await readAll(limit);
      expect(pages.flat().map(({ id }) => id)).toEqual(whole);
      for (const [i, after] of tokens.entries()) {
        const rest = (await ask(`?limit=1000&after=${after}`)).events.map(({ id }) => id);
        expect(rest).toEqual(whole.slice((i + 1) * limit));
      }
    }
    const byLog = Map.groupBy((await ask('?limit=1000')).events, ({ source }) => source);
    for (const events of byLog.values())
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map(({ sequence }) => sequence).toSorted());
  });

  it('gives the same ids whenever it is asked', async () => {
    expect((await ask()).events).toEqual((await ask()).events);
  });

  it('shows nothing that is younger than the watermark, and goes on from there when it is older', async () => {
    expect((await ask('?limit=1000')).events.some(({ branch }) => branch === 'youngest')).toBe(false);
    const question = { limit: 1000, base: BASE, after: parsePlace((await ask('?limit=1000')).headers['outpost-resume']!) };
    const later = await readFeed(store, { ...question, watermarkSeconds: 0 });
    expect(later.events.map(({ branch }) => branch)).toEqual(['youngest', 'youngest']);
  });
});

it('publishes a JSON Schema of each kind, open to fields that come later', async () => {
  for (const kind of ['decision', 'review', 'outcomes', 'activation', 'model-state']) {
    const answer = await app.inject({ url: `/feeds/v1/schema/${kind}.json` });
    const schema = answer.json<{ $id: string; $schema: string; properties: Record<string, unknown> }>();
    expect(schema.$id).toBe(`${BASE}/feeds/v1/schema/${kind}.json`);
    expect(schema.$schema).toContain('2020-12');
    expect(Object.keys(schema.properties)).toContain('seq');
    expect(Object.keys(schema.properties)).not.toContain('pii');
    expect(answer.body).not.toContain('"additionalProperties":false');
  }
  for (const path of ['other.json', 'decision', '..%2f..%2fsecret.json', '__proto__.json'])
    expect((await app.inject({ url: `/feeds/v1/schema/${path}` })).statusCode).toBe(404);
});

const postgres = await startPostgres();
if (postgres === null) it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);
else
  describe('on PostgreSQL, where transactions commit in another order than they begin', () => {
    it('skips nothing behind the watermark, and would without it', { timeout: 30_000 }, async () => {
      const shared = await openStore({ database: postgres.url, partitions: 1 });
      try {
        expect(await readFeed(shared, { after: null, limit: 10, base: BASE, watermarkSeconds: 0 })).toEqual({
          events: [],
          resume: null,
          caughtUp: true,
        });
        await fillLog(shared, { branch: 'one', entries: sampleEntries('one', 1), batches: [{ to: 3, received: AGO(100_000) }] });
        await fillLog(shared, { branch: 'two', entries: sampleEntries('two', 1), batches: [{ to: 3, received: AGO(90_000) }] });
        await shared.query('DELETE FROM batches');
        const logs = await shared.query<{ log_no: number; branch: string }>('SELECT log_no, branch FROM logs');
        const numberOf = (branch: string) => logs.find((log) => log.branch === branch)!.log_no;
        const take = (branch: string, until: Promise<void>) =>
          shared.transaction(async (sql) => {
            await sql.query(`INSERT INTO batches (received_at, log_no, from_seq, to_seq, device, bytes) VALUES (now(), $1, 0, 3, 'd', 0)`, [
              numberOf(branch),
            ]);
            await until;
          });
        const { promise: released, resolve: release } = Promise.withResolvers<void>();
        const slow = take('one', released);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await take('two', Promise.resolve());
        const read = (after: string | null, watermarkSeconds: number) =>
          readFeed(shared, { after: after === null ? null : parsePlace(after), limit: 100, base: BASE, watermarkSeconds });
        const hasty = await read(null, 0);
        const careful = await read(null, 2);
        expect(hasty.events.map(({ branch }) => branch)).toEqual(['two', 'two']);
        expect(careful.events).toEqual([]);
        release();
        await slow;
        await new Promise((resolve) => setTimeout(resolve, 2200));
        // What a reader loses who does not wait: the batch that began first and was committed last.
        expect((await read(hasty.resume, 0)).events).toEqual([]);
        expect((await read(careful.resume, 2)).events.map(({ branch }) => branch)).toEqual(['one', 'one', 'two', 'two']);
      } finally {
        await shared.close();
        await postgres.stop();
      }
    });
  });
