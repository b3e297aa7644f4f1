/** What an office meets, each told to its end, on the simulator's clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { DISK_RESERVE_BYTES } from '../../branch/log/disk-reserve.ts';
import { syncState } from '../../branch/sync/sync-state.ts';
import { getEntry, listEntriesOfType } from '../../db/log-entries.ts';
import { EVENING_LINE, oneEvening } from './ninety-days.ts';
import { diskInMemory } from './simulator/disk-in-memory.ts';
import { Run } from './simulator/run.ts';
import { drawKeysFrom } from './simulator/seeded-keys.ts';
import { SimOffice } from './simulator/sim-office.ts';

const disk = vi.hoisted(() => ({ isLow: false }));
vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  return {
    ...fs,
    statfsSync: (path: string) => (disk.isLow ? Object.assign(fs.statfsSync(path), { bavail: 1, bsize: 4096 }) : fs.statfsSync(path)),
  };
});

let office: SimOffice;
let folder: string;
beforeAll(async () => {
  office = await SimOffice.open();
  folder = mkdtempSync(diskInMemory());
});
afterAll(async () => {
  await office.close();
  rmSync(folder, { recursive: true, force: true });
});

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function inRun(work: (run: Run) => Promise<void>): Promise<void> {
  const giveBack = drawKeysFrom(7);
  const run = new Run(office, 7, { folder });
  try {
    await run.begin();
    await run.world.pass(MINUTE);
    await work(run);
    await run.comeToRest(run.branch);
    await run.judge.holdsAll(run.branch.process!, run.branch.stored());
    await run.judge.noForks();
  } finally {
    await run.end();
    giveBack();
  }
}

const failuresOf = ({ branch }: Run, kind: string) =>
  listEntriesOfType(branch.process!.db, 'failure').filter(
    (seq) => (JSON.parse(getEntry(branch.process!.db, seq)!.bytes.toString()) as { kind: string }).kind === kind,
  ).length;
const alarms = async (kind: string) =>
  await office.store.query<{ ended_at: Date | null }>('SELECT ended_at FROM alarms WHERE kind = $1', [kind]);

it('tells both sides that head office was restored from yesterday, and brings everything there again', async () => {
  await inRun(async (run) => {
    await office.snapshot();
    run.append(20);
    await run.world.pass(5 * MINUTE);
    const acked = syncState(run.branch.process!.db).acked!.size;
    await run.world.pass(DAY);
    await office.restore();
    run.append(1);
    await run.world.pass(20 * MINUTE);
    expect(failuresOf(run, 'head-office-behind')).toBe(1);
    expect(await alarms('head-office-behind')).toHaveLength(1);
    expect(syncState(run.branch.process!.db).acked!.size).toBeGreaterThan(acked);
  });
});

it('syncs on a disk below its reserve, where decisions are refused', async () => {
  await inRun(async (run) => {
    run.network.isDown = true;
    run.append(10);
    await run.world.pass(MINUTE);
    disk.isLow = true;
    try {
      const { size } = run.branch.process!.log.frontier;
      for (let n = 0; n < 20; n += 1) run.append(1);
      // None of the decisions among them.
      expect(run.trace.filter((line) => line.includes('append-refused')).length).toBeGreaterThan(5);
      run.network.isDown = false;
      run.branch.process!.client.linkReturned();
      await run.world.pass(5 * MINUTE);
      expect(syncState(run.branch.process!.db).acked!.size).toBeGreaterThanOrEqual(size);
      const [row] = await office.store.query<{ free: number }>(`SELECT (report->>'diskFreeBytes')::bigint AS free FROM logs`);
      expect(row!.free).toBeLessThan(DISK_RESERVE_BYTES);
    } finally {
      disk.isLow = false;
    }
  });
});

it('loses nothing while a disk takes nothing at all: first the branch’s, then head office’s', async () => {
  await inRun(async (run) => {
    run.append(5);
    run.branch.isDiskFull = true;
    run.append(5);
    await run.world.pass(10 * MINUTE);
    run.branch.isDiskFull = false;
    office.isFull = true;
    run.append(5);
    await run.world.pass(10 * MINUTE);
    expect(syncState(run.branch.process!.db)).toMatchObject({
      stopped: null,
      failure: { kind: 'sync-unreachable', facts: { cause: 'busy' } },
    });
    office.isFull = false;
  });
});

it.each([
  ['the branch', 10],
  ['the branch', -10],
  ['head office', 10],
  ['head office', -10],
])('syncs with the clock of %s off by %i years, and head office says so', async (whose, years) => {
  await inRun(async (run) => {
    const off = years * 365 * DAY;
    if (whose === 'the branch') run.branch.wallOffset = off;
    else office.now = () => run.world.now + off;
    run.append(8);
    await run.world.pass(10 * MINUTE);
    expect(syncState(run.branch.process!.db).acked?.size).toBe(run.branch.process!.log.frontier.size);
    expect((await alarms('clock')).length).toBeGreaterThan(0);
  });
});

it('brings ninety days of a busy branch over in one evening of 64 kbit/s that is cut every minute and a half', async () => {
  const evening = await oneEvening(office, 90, 200, EVENING_LINE);
  expect(evening).toMatchObject({ lost: 0, doubled: 0, reordered: 0, acknowledged: evening.entries });
  expect(evening.entries).toBeGreaterThan(18_000);
  expect(evening.cuts).toBeGreaterThan(10);
  expect(evening.virtualMinutes).toBeLessThan(120);
  expect(evening.goodput).toBeGreaterThan(0.9);
  // Generous: a batch at a time, in its forms of both sides; the log itself has more than 50 MB.
  expect(evening.heapGrowth).toBeLessThan(400e6);
}, 180_000);
