/** A branch and the head office of this repository: over HTTP and PGlite, and by sticks both ways. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { logIdOf } from '../../../branch/sync/log-id.ts';
import { ownDeps } from '../../../branch/sync/own-deps.ts';
import { exportToStick } from '../../../branch/sync/stick/export-to-stick.ts';
import { importFromStick } from '../../../branch/sync/stick/import-from-stick.ts';
import { syncOnce } from '../../../branch/sync/sync-once.ts';
import { syncState } from '../../../branch/sync/sync-state.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import { lastCountersigned } from '../../../db/countersigned.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { takeStick } from '../../../headoffice/stick/take-stick.ts';
import { formatEntryTile } from '../../../ledger/tiles.ts';
import { application } from '../../support/application.ts';
import { heldEntries, NOW } from '../../support/head-office.ts';
import { type HeadOfficeOfBank, headOfficeOfBank } from '../../support/head-office-of-bank.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const NEVER = new AbortController().signal;
const offices = new Offices();
let bank: HeadOfficeOfBank;

beforeAll(async () => {
  await offices.make();
  bank = await headOfficeOfBank(() => NOW);
}, 60_000);

afterAll(async () => {
  await bank.close();
  offices.remove();
});

async function office(name: string, change: Parameters<HeadOfficeOfBank['enrol']>[2] = {}): Promise<Branch> {
  const branch = (await openedBranch(offices.copy())).for({ account: 'ines', role: 'it' });
  // All offices here are copies of one, and head office would see one log.
  beginEpoch(branch.log, 'copied');
  await bank.enrol(branch, name, change);
  return branch;
}

async function decide(branch: Branch, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const changed = application();
    await decideApplication(branch.for({ account: 'ada', role: 'officer' }), {
      ...changed,
      answers: { ...changed.answers, amount: 500 + n * 7, income: 100 + n },
    });
  }
}

const stored = ({ log }: Branch) => listEntries(log.db, 0, log.frontier.size).map(({ bytes }) => bytes.toString('base64'));
const held = async ({ log }: Branch) => (await heldEntries(bank.head.store, logIdOf(log.origin))).map((bytes) => bytes.toString('base64'));

async function expectAllThere(branch: Branch): Promise<void> {
  expect((await held(branch)).length).toBe(branch.log.frontier.size);
  expect(await held(branch)).toEqual(stored(branch));
  expect(syncState(branch.log.db)).toMatchObject({ failure: null, stopped: null });
  expect(syncState(branch.log.db).acked?.size).toBe(branch.log.frontier.size);
}

describe('over a line', () => {
  it('brings over what was decided, and head office’s line becomes the anchor of what follows', async () => {
    const branch = await office('line-1');
    await decide(branch, 5);
    expect((await syncOnce(branch, ownDeps(fetch), NEVER)).failure).toBeNull();
    await expectAllThere(branch);
    expect(lastCountersigned(branch.log.db)?.size).toBe(branch.log.frontier.size);
    await decide(branch, 1);
    for await (const step of verifyOwnLog(branch)) if (step.step === 'report') expect(step.report.verdict).toBe('intact-unwitnessed-tail');
    await branch.close();
  });

  it('brings a large batch over in parts, under a new epoch too', async () => {
    const branch = await office('line-2');
    await decide(branch, 40);
    const deps = ownDeps(fetch);
    const limits = { ...deps.limits, batchBytes: 40_000, firstPart: 2000, leastPart: 1000, mostPart: 4000 };
    expect((await syncOnce(branch, { ...deps, limits }, NEVER)).failure).toBeNull();
    await expectAllThere(branch);
    beginEpoch(branch.log, 'key-replaced');
    await decide(branch, 3);
    expect((await syncOnce(branch, { ...deps, limits }, NEVER)).failure).toBeNull();
    await expectAllThere(branch);
    await branch.close();
  });

  it('costs for a hundred decisions no more than 1.10 times what brotli-9 makes of their entries, heads and answer included', async () => {
    const branch = await office('line-3');
    await syncOnce(branch, ownDeps(fetch), NEVER);
    const from = branch.log.frontier.size;
    await decide(branch, 100);
    const counter = await countingProxy(new URL(bank.base));
    const deps = ownDeps(fetch);
    const place = deps.place(branch)!;
    expect((await syncOnce(branch, { ...deps, place: () => ({ ...place, url: counter.url }) }, NEVER)).failure).toBeNull();
    await expectAllThere(branch);
    const raw = formatEntryTile(listEntries(branch.log.db, from, 100).map(({ bytes }) => bytes));
    const plain = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
    const bytes = counter.bytes();
    await counter.close();
    console.info(`wire: ${bytes} bytes for 100 decisions, brotli-9 of their entries ${plain}: ${(bytes / plain).toFixed(3)}`);
    expect(bytes / plain).toBeLessThan(1.1);
    await branch.close();
  });
});

describe('by stick', () => {
  it('enrols, brings entries and the countersignature back, for two branches on one stick', async () => {
    const [one, two] = [await office('stick-1', { url: null }), await office('stick-2', { url: null })];
    await decide(one, 6);
    await decide(two, 2);
    const stick = folder('stick');
    const deps = ownDeps(fetch);
    const written = await exportToStick(one, deps, stick, NEVER);
    expect(written).toMatchObject({ from: 0, to: one.log.frontier.size, entries: one.log.frontier.size });
    await exportToStick(two, deps, stick, NEVER);
    // Once more changes nothing on it but an unneeded enrolment, which is sealed anew each time.
    expect((await exportToStick(one, deps, stick, NEVER)).files).toBeLessThanOrEqual(1);
    expect(syncState(one.log.db).acked).toBeNull();

    const taken = await takeStick(bank.head, stick, 'cli:test');
    expect(taken.logs.flatMap(({ refused }) => refused)).toEqual([]);
    for (const branch of [one, two]) {
      const imported = await importFromStick(branch, deps, stick);
      expect(imported.replies.map(({ outcome }) => outcome)).toEqual(['taken']);
      await expectAllThere(branch);
      // Repeated: known.
      expect((await importFromStick(branch, deps, stick)).replies.map(({ outcome }) => outcome)).toEqual(['known']);
      await branch.close();
    }
  });

  it('is not harmed by sticks that are lost, stale, half-copied, edited or another branch’s', async () => {
    const branch = await office('stick-3', { url: null });
    const deps = ownDeps(fetch);
    await decide(branch, 3);
    const lost = folder('lost');
    await exportToStick(branch, deps, lost, NEVER);
    await decide(branch, 3);
    const stick = folder('good');
    await exportToStick(branch, deps, stick, NEVER);
    await takeStick(bank.head, stick, 'cli:test');
    const log = join('outpost-sync', logIdOf(branch.log.origin));
    const [reply] = readdirSync(join(stick, log)).filter((name) => name.startsWith('reply-'));
    const bytes = readFileSync(join(stick, log, reply!));
    const bad = folder('bad');
    mkdirSync(join(bad, log), { recursive: true });
    writeFileSync(join(bad, log, reply!.replace(/-[0-9a-f]{8}/, '-00000000')), bytes);
    truncateSync(join(bad, log, reply!.replace(/-[0-9a-f]{8}/, '-00000000')), bytes.length - 20);
    const edited = Buffer.from(bytes);
    edited[edited.length - 30]! ^= 1;
    writeFileSync(join(bad, log, reply!.replace(/-[0-9a-f]{8}/, '-00000001')), edited);
    const before = syncState(branch.log.db);
    expect((await importFromStick(branch, deps, bad)).replies.map(({ outcome }) => outcome)).toEqual(['unreadable', 'unreadable']);
    expect(syncState(branch.log.db)).toEqual(before);
    // Another branch reads the same stick, under its own name and renamed to its log.
    const other = await office('stick-4', { url: null });
    expect((await importFromStick(other, deps, stick)).replies).toEqual([]);
    const foreign = folder('foreign');
    cpSync(join(stick, log), join(foreign, 'outpost-sync', logIdOf(other.log.origin)), { recursive: true });
    expect((await importFromStick(other, deps, foreign)).replies.map(({ outcome }) => outcome)).toEqual(['unreadable']);
    // The good one, then the lost one that was found again: head office knows its entries.
    await importFromStick(branch, deps, stick);
    await expectAllThere(branch);
    const late = await takeStick(bank.head, lost, 'cli:test');
    expect(late.logs[0]).toMatchObject({ taken: 0, refused: [] });
    expect((await importFromStick(branch, deps, lost)).acked).toBe(branch.log.frontier.size);
    await Promise.all([branch.close(), other.close()]);
  });

  it('says what to do with a stick that is not there', async () => {
    const branch = await office('stick-5', { url: null });
    await expect(exportToStick(branch, ownDeps(fetch), offices.path('pulled-out'), NEVER)).rejects.toMatchObject({
      failure: { kind: 'stick-unreadable' },
    });
    expect((await syncOnce(branch, ownDeps(fetch), NEVER)).failure).toMatchObject({ kind: 'not-enrolled', facts: { cause: 'no-address' } });
    await branch.close();
  });

  it('writes a half-copied file of its own anew', async () => {
    const branch = await office('stick-6', { url: null });
    await decide(branch, 2);
    const stick = folder('half');
    const deps = ownDeps(fetch);
    await exportToStick(branch, deps, stick, NEVER);
    const log = join(stick, 'outpost-sync', logIdOf(branch.log.origin));
    const entries = readdirSync(log).find((name) => /^\d/.test(name))!;
    truncateSync(join(log, entries), 100);
    expect((await exportToStick(branch, deps, stick, NEVER)).files).toBeGreaterThan(0);
    await takeStick(bank.head, stick, 'cli:test');
    await importFromStick(branch, deps, stick);
    await expectAllThere(branch);
    await branch.close();
  });
});

function folder(name: string): string {
  const path = offices.path(name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** Counts what goes over the line, both ways, HTTP heads and all. */
async function countingProxy(to: URL): Promise<{ url: string; bytes(): number; close(): Promise<void> }> {
  let bytes = 0;
  const server = createServer((socket) => {
    const line = connect(Number(to.port), to.hostname);
    socket.on('data', (piece) => {
      bytes += piece.length;
    });
    line.on('data', (piece) => {
      bytes += piece.length;
    });
    socket.pipe(line).pipe(socket);
    for (const end of [socket, line]) end.on('error', () => end.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    bytes: () => bytes,
    close: async () => {
      server.close();
    },
  };
}
