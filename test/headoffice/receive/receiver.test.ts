import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolled, logState, PROBLEMS, problem, receipt, SYNC_LIMITS } from '../../../contract/sync.ts';
import type { Receiving } from '../../../headoffice/receive/receiving.ts';
import { sweepUploads } from '../../../headoffice/receive/uploads.ts';
import { formatSubmission } from '../../../ledger/submission.ts';
import {
  enrolTestBranch,
  heldEntries,
  issueTestToken,
  NOW,
  openTestHeadOffice,
  startReceiver,
  TestBranchLog,
  type TestDevice,
  testBranchLog,
  testDevice,
  testEnrolment,
} from '../../support/head-office.ts';
import { type Asked, ask, askState, encode, entriesRequest, sendEntries, signedHeadersOf } from '../../support/signed-client.ts';

let at: Receiving;
let base: string;
let second: string;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  at = await openTestHeadOffice();
  for (let n = 0; n < 2; n++) {
    const started = await startReceiver(at, { limits: { requestsPerMinute: 1e6 } });
    stops.push(started.stop);
    if (n === 0) base = started.base;
    else second = started.base;
  }
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await at.store.close();
});

async function ready(decisions = 12): Promise<{ log: TestBranchLog; device: TestDevice }> {
  const log = testBranchLog().decide(decisions);
  return { log, device: await enrolTestBranch(at, log) };
}

it('takes a submission in each encoding, and says so with a receipt of the agreed form', async () => {
  const { log, device } = await ready();
  const forms: [string | null, (bytes: Buffer) => Buffer][] = [
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip', gzipSync],
    [null, (bytes) => bytes],
  ];
  let from = 0;
  for (const [encoding, encodeAs] of forms) {
    const submission = log.submission(from, from + 3);
    const request = { ...entriesRequest(submission), body: encodeAs(formatSubmission(submission)) };
    request.headers = encoding === null ? {} : { 'content-encoding': encoding };
    const answer = await ask(base, device, request);
    expect([encoding, answer.status]).toEqual([encoding, 200]);
    expect(receipt.parse(answer.json).size).toBe(from + 3);
    from += 3;
  }
  expect(await heldEntries(at.store, log.log)).toEqual(log.entries.slice(0, 12));
  const state = await askState(base, device, log.log);
  expect(logState.parse(state.json)).toMatchObject({ size: 12, root: log.root(12).toString('base64'), frozen: false });
  expect(state.headers.get('cache-control')).toBe('no-store');
});

it('enrols, registers an epoch, and gives deliveries, each in the agreed form', async () => {
  const log = testBranchLog().decide(2);
  const device = testDevice();
  await at.store.query(`INSERT INTO branches (branch, name) VALUES ('lugo', 'Lugo')`);
  const body = Buffer.from(JSON.stringify(testEnrolment(log, device, 'lugo', await issueTestToken(at.store, 'lugo'))));
  const request: Asked = { method: 'POST', path: '/v1/enrol', body, headers: { 'content-type': 'application/json' } };
  // Whoever has the token and not the key that the body names enrols nobody.
  expect((await ask(base, { ...testDevice(), id: device.id }, request)).status).toBe(401);
  expect((await ask(base, testDevice(), request)).status).toBe(403);
  expect(enrolled.parse((await ask(base, device, request)).json)).toMatchObject({ branch: 'lugo', device: device.id });
  await sendEntries(base, device, log.submission(0));
  const next = new TestBranchLog(`${log.origin}-next`, { log, size: 3 });
  const register: Asked = { method: 'POST', path: '/v1/logs', body: Buffer.from(JSON.stringify(next.epoch)) };
  expect(logState.parse((await ask(base, device, register)).json)).toMatchObject({ size: 3, origin: next.origin });
  expect((await ask(base, device, { method: 'GET', path: `/v1/logs/${log.log}/deliveries?after=0` })).json).toEqual({ v: 1, notes: [] });
  expect((await ask(base, device, { method: 'GET', path: `/v1/logs/${log.log}/deliveries` })).status).toBe(400);
});

it('answers each thing that it does not take with its own status and cause, as problem details', async () => {
  const { log, device } = await ready();
  const request = entriesRequest(log.submission(0));
  const revoked = await ready();
  await at.store.query('UPDATE devices SET revoked_at = now() WHERE device = $1', [revoked.device.id]);
  const copy = (await ready(6)) as { log: TestBranchLog; device: TestDevice };
  await sendEntries(base, copy.device, copy.log.submission(0));
  const cases: [what: string, asked: Promise<{ status: number; json: unknown; headers: Headers }>, status: number, type: string][] = [
    ['no signature', plain('POST', request.path, request.body), 401, PROBLEMS.unsigned],
    ['another body', ask(base, device, { ...request, signed: { digest: 'sha-256=:AAAA:' } }), 401, PROBLEMS.unsigned],
    ['a stranger', ask(base, testDevice(), request), 403, PROBLEMS.device],
    ['a revoked device', sendEntries(base, revoked.device, revoked.log.submission(0)), 403, PROBLEMS.device],
    ['no such log', ask(base, device, { ...request, path: `/v1/logs/${'0'.repeat(64)}/entries` }), 400, PROBLEMS.malformed],
    ['no such log to ask for', askState(base, device, '0'.repeat(64)), 404, PROBLEMS.log],
    ['no name of a log', askState(base, device, 'x'), 404, PROBLEMS.log],
    ['entries from beyond', sendEntries(base, device, log.submission(5)), 409, PROBLEMS.place],
    ['no submission', ask(base, device, { ...request, body: brotliCompressSync(Buffer.from('hello')) }), 400, PROBLEMS.malformed],
    ['no brotli', ask(base, device, { ...request, body: Buffer.from('hello') }), 400, PROBLEMS.malformed],
    ['an unknown encoding', ask(base, device, { ...request, headers: { 'content-encoding': 'lzma' } }), 415, PROBLEMS.malformed],
    ['a wrong checkpoint', sendEntries(base, device, log.submission(0, 4, { checkpoint: log.checkpoint(5) })), 422, PROBLEMS.checkpoint],
    ['a fork', sendEntries(base, copy.device, copy.log.copy(3).decide(6, 99).submission(2)), 422, PROBLEMS.fork],
    ['too much', ask(base, device, { ...request, body: randomBytes(SYNC_LIMITS.encoded + 1) }), 413, PROBLEMS.large],
    ['no address', plain('GET', '/v1/nothing'), 404, 'about:blank'],
    ['no JSON', ask(base, device, { method: 'POST', path: '/v1/logs', body: Buffer.from('{') }), 400, PROBLEMS.malformed],
    ['no epoch', ask(base, device, { method: 'POST', path: '/v1/logs', body: Buffer.from('{"v":1}') }), 400, PROBLEMS.malformed],
  ];
  for (const [what, asked, status, type] of cases) {
    const answer = await asked;
    expect([what, answer.status, problem.parse(answer.json)]).toMatchObject([what, status, { status, type }]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
  expect(await heldEntries(at.store, log.log)).toEqual([]);
});

async function plain(method: string, path: string, body?: Uint8Array): Promise<{ status: number; json: unknown; headers: Headers }> {
  const answer = await fetch(`${base}${path}`, { method, body: (body ?? null) as Uint8Array<ArrayBuffer> | null });
  return { status: answer.status, headers: answer.headers, json: await answer.json() };
}

it('gives a bomb a 413 for no more memory than an honest submission', async () => {
  const { log, device } = await ready(1);
  const zeros = Buffer.alloc(128 * 1024 * 1024);
  const before = process.memoryUsage.rss();
  for (const [encoding, body] of [
    ['br', brotliCompressSync(zeros, { params: { 1: 1 } })],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip', gzipSync(zeros, { level: 1 })],
  ] as const) {
    const answer = await ask(base, device, { ...entriesRequest(log.submission(0)), body, headers: { 'content-encoding': encoding } });
    expect([encoding, answer.status, answer.json.type]).toEqual([encoding, 413, PROBLEMS.large]);
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
  expect((await sendEntries(base, device, log.submission(0))).status).toBe(200);
});

it('answers whatever a device sends, and never with a defect', async () => {
  const { log, device } = await ready(4);
  const good = formatSubmission(log.submission(0, 3));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)),
    fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([place, value]) => {
      const changed = Buffer.from(good);
      changed[place] = value;
      return changed;
    }),
    fc.nat(good.length).map((length) => good.subarray(0, length)),
    fc.json().map((text) => {
      const head = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(head.length);
      return Buffer.concat([length, head]);
    }),
  );
  const field = fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
  await fc.assert(
    fc.asyncProperty(bytes, field, field, async (body, offset, acked) => {
      const headers = { 'upload-offset': offset, 'upload-complete': '?0', 'outpost-acked': acked };
      const answers = [
        await ask(base, device, { ...entriesRequest(log.submission(0)), body, headers }),
        await ask(base, device, { method: 'POST', path: '/v1/logs', body }),
        await ask(base, device, { method: 'POST', path: '/v1/enrol', body }),
        await ask(base, device, { method: 'PATCH', path: `/v1/logs/${log.log}/uploads/x`, body, headers }),
      ];
      for (const { status } of answers) expect(status).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
  expect((await sendEntries(base, device, log.submission(0))).status).toBe(200);
  expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
});

describe('a submission in parts', () => {
  interface Upload {
    log: TestBranchLog;
    device: TestDevice;
    body: Buffer;
    path: string;
  }

  async function begin(size = 1000): Promise<Upload> {
    const { log, device } = await ready(40);
    const body = encode(log.submission(0));
    const answer = await ask(base, device, {
      method: 'POST',
      path: `/v1/logs/${log.log}/uploads`,
      body: body.subarray(0, size),
      headers: { 'content-encoding': 'br', 'upload-complete': '?0', 'upload-length': String(body.length) },
    });
    expect([answer.status, answer.headers.get('upload-offset'), answer.headers.get('upload-complete')]).toEqual([201, String(size), '?0']);
    const location = answer.headers.get('location')!;
    expect(location).toMatch(new RegExp(`^${base}/v1/logs/${log.log}/uploads/[0-9a-f-]+$`));
    return { log, device, body, path: location.slice(base.length) };
  }

  const patch = (where: string, { device, path }: Upload, offset: number, body: Uint8Array, isLast: boolean) =>
    ask(where, device, {
      method: 'PATCH',
      path,
      body,
      headers: { 'upload-offset': String(offset), 'upload-complete': isLast ? '?1' : '?0' },
    });

  const head = async (where: string, { device, path }: Upload) => {
    const answer = await ask(where, device, { method: 'HEAD', path });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return [answer.status, Number(answer.headers.get('upload-offset'))];
  };

  it('goes on at any receiver, names the true offset, and answers its end as a whole one', async () => {
    const upload = await begin(1000);
    const { body, log } = upload;
    expect((await patch(second, upload, 1000, body.subarray(1000, 1500), false)).status).toBe(204);
    const wrong = await patch(base, upload, 1000, body.subarray(1000, 1500), false);
    expect([wrong.status, wrong.headers.get('upload-offset')]).toEqual([409, '1500']);
    expect(await head(second, upload)).toEqual([204, 1500]);
    const last = await patch(base, upload, 1500, body.subarray(1500), true);
    expect(receipt.parse(last.json)).toMatchObject({ size: log.size });
    // The answer was lost: an empty last part brings it again.
    expect((await patch(second, upload, body.length, Buffer.alloc(0), true)).json).toEqual(last.json);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
  });

  it('keeps what came of a part that broke, at whatever byte', async () => {
    const upload = await begin(100);
    const { body, device, path, log } = upload;
    let offset = 100;
    while (offset < body.length - 200) {
      const part = body.subarray(offset);
      const upTo = 1 + Math.floor(Math.random() * Math.min(part.length - 1, 900));
      await sendBroken(device, path, offset, part, upTo);
      const before = offset;
      for (let tries = 0; offset === before && tries < 100; tries++) {
        await setTimeout(10);
        [, offset] = (await head(second, upload)) as [number, number];
      }
      expect(offset).toBe(before + upTo);
    }
    expect((await patch(second, upload, offset, body.subarray(offset), true)).status).toBe(200);
    expect(await heldEntries(at.store, log.log)).toEqual(log.entries);
  });

  async function sendBroken(device: TestDevice, path: string, offset: number, part: Buffer, upTo: number): Promise<void> {
    const asked: Asked = { method: 'PATCH', path, body: part, headers: { 'upload-offset': String(offset), 'upload-complete': '?1' } };
    const { host, hostname, port } = new URL(base);
    const lines = Object.entries({ host, 'content-length': String(part.length), ...signedHeadersOf(base, device, asked) });
    const socket = connect(Number(port), hostname);
    const text = `PATCH ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    await new Promise<void>((resolve) => socket.write(Buffer.concat([Buffer.from(text), part.subarray(0, upTo)]), () => resolve()));
    await setTimeout(10);
    socket.destroy();
  }

  it('refuses a changed part whole, and what was put together wrongly at its end', async () => {
    const upload = await begin(1000);
    const { body, device, path, log } = upload;
    const headers = { 'upload-offset': '1000', 'upload-complete': '?1' };
    const changed = { method: 'PATCH', path, body: body.subarray(1000), headers, signed: { digest: `sha-256=:${'A'.repeat(43)}=:` } };
    expect((await ask(base, device, changed)).status).toBe(401);
    expect(await head(base, upload)).toEqual([204, 1000]);
    expect((await patch(base, upload, 1000, randomBytes(500), true)).status).toBe(400);
    expect(await heldEntries(at.store, log.log)).toEqual([]);
  });

  it('belongs to its device, can be given up, is replaced by a new one, and is swept after a day', async () => {
    const upload = await begin();
    const stranger = (await ready(1)).device;
    expect((await head(base, { ...upload, device: stranger }))[0]).toBe(404);
    expect((await patch(base, { ...upload, device: stranger }, 1000, Buffer.alloc(1), false)).status).toBe(404);
    expect((await ask(base, upload.device, { method: 'DELETE', path: upload.path })).status).toBe(204);
    expect((await head(base, upload))[0]).toBe(404);
    const old = await begin();
    await sweepUploads({ ...at, now: () => NOW + 23 * 3_600_000 });
    expect((await head(base, old))[0]).toBe(204);
    await sweepUploads({ ...at, now: () => NOW + 25 * 3_600_000 });
    expect((await head(base, old))[0]).toBe(404);
    expect(await at.store.query('SELECT upload FROM upload_parts')).toEqual([]);
  });

  it('is no larger than a submission may be', async () => {
    const upload = await begin(100);
    const mebibyte = randomBytes(SYNC_LIMITS.mostPart);
    let offset = 100;
    for (let n = 0; n < 7; n++, offset += mebibyte.length) expect((await patch(base, upload, offset, mebibyte, false)).status).toBe(204);
    expect((await patch(base, upload, offset, mebibyte, false)).status).toBe(413);
    const told = { 'upload-complete': '?0', 'upload-length': String(SYNC_LIMITS.encoded + 1) };
    const asked = { method: 'POST', path: `/v1/logs/${upload.log.log}/uploads`, body: Buffer.alloc(1), headers: told };
    expect((await ask(base, upload.device, asked)).status).toBe(413);
  });
});

describe('a receiver that has enough to do', () => {
  it('limits each device by itself', async () => {
    const { base: limited, stop } = await startReceiver(at, { limits: { requestsPerMinute: 3 } });
    const [one, other] = [await ready(1), await ready(1)];
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await askState(limited, one.device, one.log.log)).status);
    const refused = await askState(limited, one.device, one.log.log);
    expect([...statuses, refused.status]).toEqual([200, 200, 200, 429, 429]);
    expect(refused.json.type).toBe(PROBLEMS.busy);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await askState(limited, other.device, other.log.log)).status).toBe(200);
    await stop();
  });

  it('sends away what it cannot hold, with the time to come again, and takes it then', async () => {
    const { base: small, stop } = await startReceiver(at, { limits: { atOnce: 1, waiting: 1 } });
    const all = await Promise.all(Array.from({ length: 6 }, () => ready(60)));
    const answers = await Promise.all(all.map(({ log, device }) => sendEntries(small, device, log.submission(0))));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ headers, json }) => headers.get('retry-after') === '5' && json.type === PROBLEMS.busy)).toBe(true);
    for (const [n, { log, device }] of all.entries())
      if (answers[n]!.status === 503) expect((await sendEntries(small, device, log.submission(0))).status).toBe(200);
    await stop();
    const { base: tight, stop: stopTight } = await startReceiver(at, { limits: { bodyBytes: 10 } });
    expect((await sendEntries(tight, all[0]!.device, all[0]!.log.submission(0))).status).toBe(503);
    await stopTight();
  });
});

it('tells whether it lives, whether it can work, and what it has done, without naming a branch', async () => {
  const { log, device } = await ready(3);
  await sendEntries(base, device, log.submission(0));
  expect([(await fetch(`${base}/healthz`)).status, (await fetch(`${base}/readyz`)).status]).toEqual([200, 200]);
  const text = await (await fetch(`${base}/metrics`)).text();
  for (const name of [
    'submissions_total',
    'entries_sent_total',
    'submission_bytes_total',
    'refusals_total',
    'request_seconds_bucket',
    'submissions_in_work',
    'alarms_open',
  ])
    expect(text).toContain(`outpost_${name}`);
  expect(text).not.toContain('madrid');
  expect(text).not.toContain(log.log);
});

it('knows its branches under the address of the balancer before it', async () => {
  const { base: behind, stop } = await startReceiver(at, { publicUrl: 'https://sync.bank.example/' });
  const { log, device } = await ready(1);
  const path = `/v1/logs/${log.log}/state`;
  const public_ = signedHeadersOf('https://sync.bank.example', device, { method: 'GET', path });
  expect((await fetch(`${behind}${path}`, { headers: public_ })).status).toBe(200);
  expect((await askState(behind, device, log.log)).status).toBe(401);
  await stop();
});
