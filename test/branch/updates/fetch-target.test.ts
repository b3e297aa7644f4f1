/** Lines that break, crawl and are shared: what has arrived is never fetched again, and work is not held up. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { UpdatesOptions } from '../../../branch/updates/open-updates.ts';
import type { SignedRepository } from '../../support/signed-repository.ts';
import { UpdateServer } from '../../support/update-server.ts';
import { LINE, MODEL_BYTES, openedUpdates, release, UpdateTrial } from '../../support/updating-branch.ts';

const TARGET = 'models/scorecard/1.0.0.zip';
const trial = new UpdateTrial();
let repository: SignedRepository;
let server: UpdateServer;

beforeAll(async () => {
  repository = release(trial.repository(), { model: '1.0.0' });
  server = await UpdateServer.start(repository.public);
});
afterEach(() => {
  server.attack = null;
});
afterAll(async () => {
  await server.stop();
  trial.remove();
});

const isModel = (path: string): boolean => path.includes('/scorecard/');
const rangesOfModel = (): string[] => server.asked.filter(isModel).map((one) => one.split(' ')[1] ?? 'all');

/** As a start of the program: nothing of the one before is left but its folder. */
async function fetched(folder: string, changes: Partial<UpdatesOptions> = {}, signal?: AbortSignal) {
  const updates = openedUpdates(folder, repository.root(), { repository: server.url, ...changes });
  expect((await updates.refresh()).failure).toBeNull();
  return await updates.download({ target: TARGET }, undefined, signal);
}

/** Answers honestly, but breaks off after so many bytes of the answer. */
function breakAfter(bytes: number): void {
  server.attack = (path, request, response) => {
    if (!isModel(path)) return false;
    const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const rest = MODEL_BYTES.subarray(from);
    const head = {
      'content-length': rest.length,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${MODEL_BYTES.length - 1}/${MODEL_BYTES.length}` } : {}),
    };
    response.writeHead(from > 0 ? 206 : 200, head);
    if (rest.length <= bytes) response.end(rest);
    else response.write(rest.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20));
    return true;
  };
}

function expectModel(got: Awaited<ReturnType<typeof fetched>>): void {
  expect(got).toHaveProperty('file');
  if ('file' in got) expect(readFileSync(got.file).equals(MODEL_BYTES)).toBe(true);
}

describe('a download', () => {
  it('goes on after restarts of the program where the line broke', async () => {
    const folder = trial.branchFolder();
    server.asked.length = 0;
    breakAfter(120_000);
    expect(await fetched(folder)).toMatchObject({ failure: { kind: 'update-unreachable', facts: { cause: 'interrupted' } } });
    expect(await fetched(folder)).toMatchObject({ failure: { facts: { cause: 'interrupted' } } });
    expectModel(await fetched(folder));
    expect(rangesOfModel()).toEqual(['all', 'bytes=120000-', 'bytes=240000-']);
    // What is here and right is not fetched again.
    expectModel(await fetched(folder));
    expect(rangesOfModel()).toHaveLength(3);
  });
  it('goes on within one check, as often as it may', async () => {
    server.asked.length = 0;
    breakAfter(120_000);
    expectModel(await fetched(trial.branchFolder(), { limits: { ...LINE, attempts: 3 } }));
    expect(rangesOfModel()).toEqual(['all', 'bytes=120000-', 'bytes=240000-']);
  });
  it('goes on for as long as each try brings something, and not for ever where it does not', async () => {
    server.asked.length = 0;
    breakAfter(40_000);
    expectModel(await fetched(trial.branchFolder(), { limits: { ...LINE, progressBytes: 30_000 } }));
    expect(rangesOfModel()).toHaveLength(8);
    server.asked.length = 0;
    breakAfter(20_000);
    const limits = { ...LINE, attempts: 3, progressBytes: 30_000 };
    expect(await fetched(trial.branchFolder(), { limits })).toMatchObject({ failure: { facts: { cause: 'interrupted' } } });
    expect(rangesOfModel()).toHaveLength(3);
  });
  it('does not go on for ever with a server that knows no ranges and breaks off', async () => {
    server.asked.length = 0;
    server.attack = (path, _request, response) => {
      if (!isModel(path)) return false;
      response
        .writeHead(200, { 'content-length': MODEL_BYTES.length })
        .write(MODEL_BYTES.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    const limits = { ...LINE, attempts: 2, progressBytes: 30_000 };
    expect(await fetched(trial.branchFolder(), { limits })).toMatchObject({ failure: { facts: { cause: 'interrupted' } } });
    expect(rangesOfModel()).toHaveLength(3);
  });
  it('starts over where the server knows no ranges', async () => {
    const folder = trial.branchFolder();
    breakAfter(120_000);
    await fetched(folder);
    server.attack = (path, _request, response) => {
      if (!isModel(path)) return false;
      response.writeHead(200, { 'content-length': MODEL_BYTES.length }).end(MODEL_BYTES);
      return true;
    };
    expectModel(await fetched(folder));
  });
  it('is not fooled by a server that answers with another range', async () => {
    const folder = trial.branchFolder();
    breakAfter(120_000);
    await fetched(folder);
    server.attack = (path, _request, response) => {
      if (!isModel(path)) return false;
      response.writeHead(206, { 'content-range': `bytes 0-${MODEL_BYTES.length - 1}/${MODEL_BYTES.length}` }).end(MODEL_BYTES);
      return true;
    };
    expect(await fetched(folder)).toMatchObject({ failure: { facts: { cause: 'interrupted' } } });
    server.attack = null;
    expectModel(await fetched(folder));
  });
  it('goes on from a stick with what the line had brought', async () => {
    const folder = trial.branchFolder();
    breakAfter(120_000);
    await fetched(folder);
    expectModel(await fetched(folder, { repository: repository.public }));
  });
  it('takes pieces of one byte as well as large ones', async () => {
    server.attack = (path, _request, response) => {
      if (!isModel(path)) return false;
      response.writeHead(200);
      void inSlices(response);
      return true;
    };
    expectModel(await fetched(trial.branchFolder()));
  });
  it('is not given up where the line breaks in the metadata before it', async () => {
    let breaks = 2;
    server.attack = (path, _request, response) => {
      if (!path.includes('timestamp') || breaks-- <= 0) return false;
      response.writeHead(200, { 'content-length': 500 }).write(Buffer.alloc(100), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    expectModel(await fetched(trial.branchFolder(), { limits: { ...LINE, attempts: 3 } }));
    expect(breaks).toBeLessThan(0);
  });
  it('comes over the connection of the check before it: that there is no newer root ends none', async () => {
    const connections = new Set<unknown>();
    server.attack = (_path, request) => {
      connections.add(request.socket);
      return false;
    };
    // Another address of the same server: no connection of the tests before.
    expectModel(await fetched(trial.branchFolder(), { repository: server.url.replace('127.0.0.1', 'localhost') }));
    expect(connections.size).toBe(1);
  });
  it('keeps to the bandwidth that it may use, and is not taken for slow because of it', async () => {
    const began = performance.now();
    expectModel(
      await fetched(trial.branchFolder(), { limits: { ...LINE, bytesPerSecond: 300_000, minBytesPerSecond: 200_000, speedWindowMs: 200 } }),
    );
    expect(performance.now() - began).toBeGreaterThan(700);
  });
  it('ends when it is given up, keeps what came, and says why', async () => {
    const folder = trial.branchFolder();
    const giveUp = new AbortController();
    server.asked.length = 0;
    server.attack = (path, _request, response) => {
      if (!isModel(path)) return false;
      response
        .writeHead(200, { 'content-length': MODEL_BYTES.length })
        .write(MODEL_BYTES.subarray(0, 100_000), () => setTimeout(() => giveUp.abort(new Error('signed out')), 60));
      return true;
    };
    await expect(fetched(folder, {}, giveUp.signal)).rejects.toThrow('signed out');
    server.attack = null;
    expectModel(await fetched(folder));
    expect(rangesOfModel()).toEqual(['all', 'bytes=100000-']);
  });
});

async function inSlices(response: ServerResponse): Promise<void> {
  for (const byte of MODEL_BYTES.subarray(0, 500)) {
    response.write(Buffer.from([byte]));
    if (byte % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(MODEL_BYTES.subarray(500));
}
