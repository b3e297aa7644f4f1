import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetPage } from '../../../headoffice/fleet/plugin.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { parseTlogProof, verifyTlogProof } from '../../../ledger/tlog-proof.ts';
import { addCheapOperator } from '../../support/cheap-operator.ts';
import { type FilledLog, FLEET_NOW, fillFleet, fillLog, OFFICE, sampleEntries } from '../../support/fleet-of-branches.ts';
import { applicationId } from '../../support/log-samples.ts';
import { hiddenOf, Visitor } from './visitor.ts';

const PASSPHRASE = 'correct horse battery';
const HOSTILE = `<script>alert(1)</script>"'&`;
let store: Store;
let app: FastifyInstance;
let clock = FLEET_NOW;
let real: FilledLog;
let second: FilledLog;
const early = { door: '', overview: '', branches: '', alarms: '' };
const visitors: Record<'viewer' | 'auditor' | 'operator', Visitor> = {} as never;

beforeAll(async () => {
  store = await openStore({ database: 'memory://', partitions: 2 });
  app = fastify();
  await app.register(fleetPage, { store, keys: OFFICE, now: () => clock });
  await lookAtNothing();
  await fillFleet(store, { branches: 260, days: 5 });
  const entries = sampleEntries('riverside', 12);
  real = await fillLog(store, {
    branch: 'riverside',
    name: 'Riverside',
    entries: entries.slice(0, 13),
    batches: [
      { to: 5, received: new Date(FLEET_NOW - 7_200_000) },
      { to: 13, received: new Date(FLEET_NOW - 3_600_000) },
    ],
    made: new Date(FLEET_NOW - 9 * 86_400_000),
  });
  // The override of entry 4 comes in the next epoch of the same tree.
  second = await fillLog(store, {
    branch: 'riverside',
    epoch: 2,
    entries: [
      { ...(entries[0] as object), seq: 13, origin: 'second' },
      { ...(entries[14] as object), seq: 14 },
      { ...(entries[5] as object), seq: 15, [HOSTILE]: HOSTILE },
    ],
    batches: [{ to: 16, received: new Date(FLEET_NOW - 60_000) }],
    base: { logNo: real.logNo, size: 13, entries: real.entries },
    made: new Date(FLEET_NOW - 1_000_000),
  });
  await store.query(
    `INSERT INTO evidence (evidence, log_no, kind, known, sent, device) VALUES ('11111111-2222-4333-8444-555555555555', $1, 'fork', $2, $3, 'd')`,
    [real.logNo, 'known note\n', `sent ${HOSTILE}\n`],
  );
  for (const role of ['auditor', 'operator'] as const) await addCheapOperator(store, role, PASSPHRASE);
  for (const [i, role] of (['viewer', 'auditor', 'operator'] as const).entries()) {
    visitors[role] = new Visitor(app, `127.0.0.${i + 2}`);
    expect((await visitors[role].signIn(role, PASSPHRASE)).status).toBe(303);
  }
});

/** What an office shows before it has people, and before it has branches. */
async function lookAtNothing(): Promise<void> {
  const visitor = new Visitor(app, '10.0.0.9');
  early.door = (await visitor.get('/fleet/sign-in')).body;
  await addCheapOperator(store, 'viewer', PASSPHRASE);
  await visitor.signIn('viewer', PASSPHRASE);
  early.overview = (await visitor.get('/fleet')).body;
  early.branches = (await visitor.get('/fleet/branches')).body;
  early.alarms = (await visitor.get('/fleet/alarms')).body;
  clock += 61_000;
}

afterAll(async () => {
  await app.close();
  await store.close();
});

const actionsOf = (what: string) =>
  store.query<{ who: string; detail: Record<string, unknown> }>('SELECT who, detail FROM actions WHERE what = $1', [what]);

describe('the door', () => {
  it('shows nothing to nobody, and leads to where they wanted to go', async () => {
    const stranger = new Visitor(app, '10.0.0.1');
    const asked = await stranger.get('/fleet/branches?state=silent');
    expect(asked.status).toBe(303);
    expect(asked.headers.location).toBe('/fleet/sign-in?to=%2Ffleet%2Fbranches%3Fstate%3Dsilent');
    const entered = await stranger.signIn('viewer', PASSPHRASE, '/fleet/branches?state=silent');
    expect(entered.headers.location).toBe('/fleet/branches?state=silent');
    for (const to of ['https://evil.example/', '//evil.example', '/fleet//evil.example', '/fleet\\evil', '/fleet/../feeds', '/elsewhere']) {
      const led = await new Visitor(app, '10.0.0.2').get(`/fleet/sign-in?to=${encodeURIComponent(to)}`);
      expect(hiddenOf(led.body).to, to).toBe('/fleet');
    }
  });

  it('sets a cookie that scripts and other sites never get, and over TLS one that no neighbour sets', async () => {
    const plain = new Visitor(app, '10.0.0.3');
    const { headers } = await plain.signIn('viewer', PASSPHRASE);
    const cookies = [headers['set-cookie']].flat().join('\n');
    expect(cookies).toMatch(/^outpost-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/m);
    const overTls = fastify({ trustProxy: true });
    await overTls.register(fleetPage, { store, keys: OFFICE, now: () => clock });
    const door = await overTls.inject({ url: '/fleet/sign-in', headers: { host: 'office.example', 'x-forwarded-proto': 'https' } });
    expect(door.headers['set-cookie']).toMatch(/^__Host-outpost-form=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(door.headers['strict-transport-security']).toBe('max-age=31536000');
    await overTls.close();
  });

  it('gives a new token at each sign-in: one that was planted, or had before, opens nothing', async () => {
    const visitor = new Visitor(app, '10.0.0.4');
    visitor.cookies.set('outpost-session', 'planted-by-somebody-planted-by-somebody-123');
    await visitor.signIn('viewer', PASSPHRASE);
    const first = visitor.cookies.get('outpost-session')!;
    expect(first).not.toContain('planted');
    await visitor.signIn('viewer', PASSPHRASE);
    const thief = new Visitor(app, '10.0.0.5');
    thief.cookies.set('outpost-session', first);
    expect((await thief.get('/fleet')).status).toBe(303);
  });

  it('takes no form from another site, none without its token, and none of somebody else', async () => {
    const { operator } = visitors;
    const [alarm] = await store.query<{ alarm: string }>('SELECT alarm FROM alarms LIMIT 1');
    const url = `/fleet/alarms/${alarm!.alarm}/acknowledge`;
    const { form } = hiddenOf((await operator.get('/fleet/alarms')).body, url);
    expect(form).toMatch(/^[\w-]{43}$/);
    const tries: [Record<string, string>, Record<string, string>][] = [
      [{ form: form! }, { origin: 'https://evil.example' }],
      [{ form: form! }, { origin: 'null' }],
      [{ form: form! }, {}],
      [{}, { origin: 'http://office.example' }],
      [{ form: 'A'.repeat(43) }, { origin: 'http://office.example' }],
      [{ form: hiddenOf((await visitors.viewer.get('/fleet')).body, '/fleet/sign-out').form! }, { origin: 'http://office.example' }],
    ];
    for (const [fields, headers] of tries) expect((await operator.post(url, fields, headers)).status).toBe(403);
    expect((await new Visitor(app).post('/fleet/sign-in', { operator: 'viewer', passphrase: PASSPHRASE })).status).toBe(403);
    expect((await store.query<{ n: number }>('SELECT count(*) AS n FROM alarms WHERE seen_at IS NOT NULL'))[0]!.n).toBe(0);
  });

  it('lets one address try ten times a minute, whatever the account', async () => {
    const prowler = new Visitor(app, '10.9.9.9');
    const door = hiddenOf((await prowler.get('/fleet/sign-in')).body);
    const statuses: number[] = [];
    // Without the form's token, so that this test does not wait for eleven hashes: the limit comes first.
    for (let i = 0; i < 12; i++)
      statuses.push((await prowler.post('/fleet/sign-in', { ...door, form: 'no', operator: `a${i}`, passphrase: 'x' })).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(403));
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it('lets somebody out', async () => {
    const visitor = new Visitor(app, '10.0.0.6');
    await visitor.signIn('viewer', PASSPHRASE);
    const kept = visitor.cookies.get('outpost-session')!;
    await visitor.post('/fleet/sign-out', hiddenOf((await visitor.get('/fleet')).body, '/fleet/sign-out'));
    visitor.cookies.set('outpost-session', kept);
    expect((await visitor.get('/fleet')).status).toBe(303);
  });
});

describe('roles', () => {
  const decision = () => `/fleet/decisions/${real.log}/4`;
  const evidence = '/fleet/evidence/11111111-2222-4333-8444-555555555555';
  const pages: [path: () => string, who: string[]][] = [
    [() => '/fleet', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/branches', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/branches/riverside', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/alarms', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/downloads', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/downloads/branches.csv', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/downloads/decisions-by-day.csv?from=2026-05-01&to=2026-05-20', ['viewer', 'auditor', 'operator']],
    [() => '/fleet/branches/riverside/decisions', ['auditor']],
    [decision, ['auditor']],
    [() => `${decision()}/entry.json`, ['auditor']],
    [() => `${decision()}/proof.txt`, ['auditor']],
    [() => `${decision()}/checkpoint.txt`, ['auditor']],
    [() => '/fleet/downloads/predictions?from=2026-05-01&to=2026-05-20&format=csv', ['auditor']],
    [() => '/fleet/actions', ['auditor']],
    [() => evidence, ['auditor', 'operator']],
    [() => `${evidence}/known.txt`, ['auditor', 'operator']],
  ];

  it('shows each page to those whose role has it, and to nobody else', async () => {
    for (const [path, who] of pages)
      for (const role of ['viewer', 'auditor', 'operator'] as const) {
        const { status, body } = await visitors[role].get(path());
        expect(status, `${role} ${path()}`).toBe(who.includes(role) ? 200 : 403);
        if (status === 403) expect(body).toContain(`Your role is ${role}`);
      }
  });

  it('lets operators alone act', async () => {
    const [alarm] = await store.query<{ alarm: string }>('SELECT alarm FROM alarms LIMIT 1');
    const { form } = hiddenOf((await visitors.auditor.get('/fleet')).body, '/fleet/sign-out');
    const refused = await visitors.auditor.post(`/fleet/alarms/${alarm!.alarm}/acknowledge`, { form: form! });
    expect(refused.status).toBe(403);
    expect((await visitors.auditor.get('/fleet/alarms')).body).not.toContain('Acknowledge');
  });

  it('records each look at a decision before it is shown, and each list of them', async () => {
    await visitors.auditor.get(decision());
    const looks = await actionsOf('see-decision');
    expect(looks.at(-1)).toEqual({ who: 'auditor', detail: { branch: 'riverside', log: real.log, seq: 4 } });
    expect(await actionsOf('list-decisions')).not.toHaveLength(0);
    expect(await actionsOf('take-decision')).not.toHaveLength(0);
    expect((await visitors.auditor.get('/fleet/actions?what=see-decision')).body).toContain('see-decision');
  });
});

describe('what is shown', () => {
  it('counts the fleet', async () => {
    const { body } = await visitors.viewer.get('/fleet');
    expect(body).toMatch(/of 261 in use/);
    expect(body).toContain('Unsent (estimate)');
    expect(body).toContain('instalment-loan-champion 1.1.0');
    expect(body).toMatch(/<rect class="bar-approve"/);
  });

  it('estimates what was not sent: what the branch told, and its average day since', async () => {
    await store.query(`INSERT INTO branches (branch, name) VALUES ('estimate', 'Estimate');`);
    await store.query(
      `INSERT INTO logs (log_no, log, branch, device, origin, vkey, size, frontier, made_at, contact_at, report) VALUES (7, 'l', 'estimate', 'd', 'o', 'v', 1000, '\\x', $1, $2, $3)`,
      [new Date(clock - 11 * 86_400_000), new Date(clock - 86_400_000), JSON.stringify({ app: '1.4.0', logSize: 1030 })],
    );
    const { body } = await visitors.viewer.get('/fleet/branches?text=estimate');
    // 30 were waiting, and 1000 in 10 days make 100 in the day since.
    expect(body).toMatch(/≈ 130/);
    await store.query(`DELETE FROM logs WHERE branch = 'estimate'`);
    await store.query(`DELETE FROM branches WHERE branch = 'estimate'`);
  });

  it('filters, sorts and turns pages', async () => {
    const of = async (query: string) => {
      const { body } = await visitors.viewer.get(`/fleet/branches?${query}`);
      return [...body.matchAll(/href="\/fleet\/branches\/([a-z0-9-]+)"/g)].map(([, name]) => name);
    };
    expect(await of('')).toHaveLength(100);
    expect(await of('page=3')).toHaveLength(61);
    expect(await of('text=RIVER')).toEqual(['riverside']);
    expect(await of('tag=pilot&state=silent')).toEqual(expect.arrayContaining([]));
    const old = await of('version=instalment-loan-champion+1.0.0');
    expect(old.length).toBeGreaterThan(10);
    expect(old.length).toBeLessThan(100);
    expect((await of('order=contact'))[0]).not.toBe('branch-00001');
    expect(await of('state=closed')).toEqual([]);
  });

  it('shows a decision with its override from the next epoch, and says that identity is ciphertext', async () => {
    const { body } = await visitors.auditor.get(`/fleet/decisions/${real.log}/4`);
    expect(body).toContain(applicationId(2));
    expect(body).toContain('low-side');
    expect(body).toContain('That key never left the branch');
    expect(body).not.toContain('c2VjcmV0');
    expect((await visitors.auditor.get(`/fleet/decisions/${real.log}/5`)).body).toContain('The application named nobody');
  });

  it('gives proofs that verify, over one epoch and over two', async () => {
    for (const [log, seq] of [
      [real, 2],
      [real, 11],
      [second, 15],
    ] as const) {
      const path = `/fleet/decisions/${log.log}/${seq}`;
      const entry = (await visitors.auditor.get(`${path}/entry.json`)).bytes;
      const proof = parseTlogProof((await visitors.auditor.get(`${path}/proof.txt`)).body)!;
      const verified = verifyTlogProof(proof, leafHash(entry), parseVkey(log.signer.vkey)!, [parseVkey(OFFICE.witness.vkey)!]);
      expect(verified).toMatchObject({ origin: log.origin });
      expect('cosignatures' in verified && verified.cosignatures).toHaveLength(1);
      expect(proof.extra).toEqual(leafHash(entry));
      expect((await visitors.auditor.get(`${path}/checkpoint.txt`)).body).toBe(proof.checkpoint);
    }
  });

  it('acknowledges an alarm once, and goes back to where it was pressed', async () => {
    const { operator } = visitors;
    const page = (await operator.get('/fleet/alarms?kind=stale-policy')).body;
    const url = /action="(\/fleet\/alarms\/[^"]+\/acknowledge)"/.exec(page)![1]!;
    const answer = await operator.post(url, hiddenOf(page, url));
    expect(answer.headers.location).toBe('/fleet/alarms?kind=stale-policy&which=open&page=1');
    await operator.post(url, hiddenOf(page, url));
    expect(await actionsOf('acknowledge-alarm')).toHaveLength(1);
    const [row] = await store.query<{ seen_by: string; ended_at: Date | null }>(
      'SELECT seen_by, ended_at FROM alarms WHERE seen_at IS NOT NULL',
    );
    expect(row).toEqual({ seen_by: 'operator', ended_at: null });
  });

  it('lets an operator revoke a device, with a reason', async () => {
    const { operator, viewer } = visitors;
    const path = '/fleet/branches/branch-00009';
    const page = (await operator.get(path)).body;
    const url = /action="([^"]+\/revoke)"/.exec(page)![1]!;
    expect((await viewer.get(path)).body).not.toContain('/revoke"');
    const { form } = hiddenOf((await viewer.get(path)).body, '/fleet/sign-out');
    expect((await viewer.post(url, { form: form!, why: 'for fun' })).status).toBe(403);
    expect((await operator.post(url, { ...hiddenOf(page, url), why: ' ' })).status).toBe(400);
    expect((await operator.post(url.replace('branch-00009', 'branch-00010'), { ...hiddenOf(page, url), why: 'stolen' })).status).toBe(400);
    expect((await operator.post(url, { ...hiddenOf(page, url), why: 'The PC was stolen.' })).headers.location).toBe(path);
    expect((await operator.get(path)).body).toContain('by operator: The PC was stolen.');
    expect(await actionsOf('revoke-device')).toHaveLength(1);
  });

  it('lets an operator settle evidence with a reason', async () => {
    const { operator, auditor } = visitors;
    const path = '/fleet/evidence/11111111-2222-4333-8444-555555555555';
    expect((await auditor.get(path)).body).not.toContain('Settle it');
    const hidden = hiddenOf((await operator.get(path)).body, `${path}/settle`);
    expect((await operator.post(`${path}/settle`, { ...hidden, how: 'anything', reason: 'x' })).status).toBe(400);
    expect((await operator.post(`${path}/settle`, { ...hidden, how: 'keep-known', reason: '' })).status).toBe(400);
    expect((await operator.post(`${path}/settle`, { ...hidden, how: 'keep-known', reason: 'a copied disk' })).status).toBe(303);
    expect((await operator.post(`${path}/settle`, { ...hidden, how: 'keep-known', reason: 'a copied disk' })).status).toBe(409);
    expect((await operator.get(path)).body).toContain('a copied disk');
  });
});

describe('hostile input', () => {
  it('shows whatever comes from a branch as text', async () => {
    const [row] = await store.query<{ log_no: number }>(`SELECT log_no FROM logs WHERE branch = 'branch-00002'`);
    await store.query('UPDATE branches SET name = $1, tags = $2 WHERE branch = $3', [HOSTILE, JSON.stringify([HOSTILE]), 'branch-00002']);
    await store.query('UPDATE in_place SET name = $1 WHERE log_no = $2', [HOSTILE, row!.log_no]);
    await store.query('UPDATE logs SET report = $1 WHERE log_no = $2', [
      JSON.stringify({ app: HOSTILE, platform: HOSTILE, wall: HOSTILE, troubles: [HOSTILE] }),
      row!.log_no,
    ]);
    await store.query('UPDATE devices SET platform = $1 WHERE branch = $2', [HOSTILE, 'branch-00002']);
    await store.query(`INSERT INTO alarms (alarm, branch, kind, subject, detail) VALUES ($1, 'branch-00002', $1, $1, $1)`, [HOSTILE]);
    await store.query(`INSERT INTO daily_decisions VALUES ($1, '2026-05-20', $2, $2, $2, 3)`, [row!.log_no, HOSTILE]);
    clock += 61_000;
    const seen = [
      await visitors.operator.get('/fleet'),
      await visitors.operator.get(
        `/fleet/branches?text=${encodeURIComponent(HOSTILE)}&tag=${encodeURIComponent(HOSTILE)}&version=${encodeURIComponent(HOSTILE)}`,
      ),
      await visitors.operator.get('/fleet/branches'),
      await visitors.operator.get('/fleet/branches/branch-00002'),
      await visitors.operator.get('/fleet/alarms'),
      await visitors.operator.get('/fleet/evidence/11111111-2222-4333-8444-555555555555'),
      await visitors.auditor.get(`/fleet/decisions/${second.log}/15`),
      await visitors.auditor.get(`/fleet/actions?who=${encodeURIComponent(HOSTILE)}`),
    ];
    for (const { status, body } of seen) {
      expect(status).toBe(200);
      expect(body).not.toMatch(/<script|alert\(1\)<\/script/);
      // Nothing that a strict policy would have to forbid.
      expect(body).not.toMatch(/ style=| on[a-z]+=/);
    }
    expect(seen.filter(({ body }) => body.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;')).length).toBeGreaterThanOrEqual(
      6,
    );
  });

  it('sends a policy that runs no script and takes no style but its own', async () => {
    for (const path of ['/fleet', '/fleet/sign-in', '/fleet/nowhere', '/fleet/style.css']) {
      const { headers } = await visitors.viewer.get(path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self';.*frame-ancestors 'none'$/);
      expect(headers['content-security-policy']).not.toMatch(/script-src|unsafe/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await visitors.viewer.get('/fleet')).headers['cache-control']).toBe('no-store');
  });

  it('answers strange pages, numbers and names plainly, and never with a bug', async () => {
    const { auditor } = visitors;
    const strange: [path: string, status: number][] = [
      ['/fleet/branches?page=99999999999999999999', 200],
      ['/fleet/branches?page=-1&order=name;drop&state=x', 200],
      ['/fleet/branches?page=1000000', 200],
      ['/fleet/branches?page=1&page=2&text=a&text=b', 200],
      ['/fleet/branches?text=%25_%27%22%5C', 200],
      ['/fleet/branches?text=%00', 200],
      ['/fleet/alarms?page=1000000&kind=nothing', 200],
      ['/fleet/actions?before=2026-99-99T00:00:00.000000Z_x', 200],
      ['/fleet/actions?before=garbage', 200],
      ['/fleet/branches/nowhere', 404],
      ['/fleet/branches/%00', 404],
      ['/fleet/branches/..%2f..%2fetc%2fpasswd', 404],
      ['/fleet/branches/../nowhere', 404],
      ['/fleet/branches/riverside/decisions?log=0000&before=1', 404],
      ['/fleet/branches/riverside/decisions?before=99999999999999999999', 200],
      [`/fleet/decisions/${real.log}/0`, 404],
      [`/fleet/decisions/${real.log}/99999999999999999999`, 404],
      [`/fleet/decisions/${real.log}/-1`, 404],
      [`/fleet/decisions/${'f'.repeat(64)}/4`, 404],
      ['/fleet/decisions/zzzz/4', 404],
      ['/fleet/evidence/nothing', 404],
      ['/fleet/downloads/predictions?from=yesterday&to=2026-01-01', 400],
      ['/fleet/downloads/predictions?from=2026-02-01&to=2026-01-01', 400],
      ['/fleet/nowhere', 404],
      ['/fleet/%ff', 400],
    ];
    for (const [path, status] of strange) {
      const answer = await auditor.get(path);
      expect(answer.status, path).toBe(status);
      if (status >= 400 && status !== 400) expect(answer.body, path).toContain('What to do');
    }
  });

  it('writes no cell that a spreadsheet runs', async () => {
    await store.query(`UPDATE branches SET name = '=HYPERLINK("http://evil.example")' WHERE branch = 'branch-00003'`);
    const { body } = await visitors.viewer.get('/fleet/downloads/branches.csv');
    expect(body).toContain(`branch-00003,"'=HYPERLINK(""http://evil.example"")",`);
    expect(body.split('\r\n')).toHaveLength(263);
  });
});

it('explains an office without branches, and one without people', () => {
  expect(early.door).toContain('outpost headoffice user add');
  expect(early.overview).toContain('No branch yet');
  expect(early.branches).toContain('No branch yet');
  expect(early.alarms).toContain('No alarm is open');
});
