import type * as os from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateAccess } from '../../../branch/activation/update-state.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { keepCheck, keepUpdatePlace } from '../../../branch/updates/update-state.ts';
import { Failed } from '../../../contract/failure.ts';
import { scheduleUpdates } from '../../../electron/service/scheduled-updates.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const line = vi.hoisted(() => ({ isThere: true }));
vi.mock('node:os', async (original) => {
  const real = await original<typeof os>();
  const networkInterfaces = () => ({ lo: [{ internal: true }], eth0: line.isThere ? [{ internal: false }] : [] });
  return { ...real, networkInterfaces };
});

const MINUTE = 60_000;
const offices = new Offices();
let branch: Branch;
let checks: { actor: string; role: string; folder: string | null; signal: AbortSignal }[];
let stop = (): void => {};
let outcome: () => Promise<unknown>;

const access: UpdateAccess = {
  known: () => null,
  async check(by, folder, _, signal) {
    checks.push({ actor: by.actor, role: by.role, folder, signal });
    return await outcome();
  },
  app: () => ({ current: '0.1.0', offered: null, state: 'none', failure: null }),
};

beforeAll(() => offices.make());
beforeEach(async () => {
  branch = await openedBranch(offices.copy());
  keepUpdatePlace(branch.log.db, { repository: 'https://updates.example', tags: [] });
  checks = [];
  outcome = () => Promise.resolve();
  line.isThere = true;
  vi.useFakeTimers();
});
afterEach(async () => {
  stop();
  vi.useRealTimers();
  await branch.close();
});
afterAll(() => offices.remove());

describe('updates by themselves', () => {
  it('are looked for soon after a start, by the program itself, and again some hours later', async () => {
    stop = scheduleUpdates(branch, access);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(checks).toMatchObject([{ actor: 'system', role: 'system', folder: null }]);
    await vi.advanceTimersByTimeAsync(5 * 60 * MINUTE);
    expect(checks).toHaveLength(2);
  });

  it('are not looked for where no repository is set', async () => {
    keepUpdatePlace(branch.log.db, { repository: '', tags: [] });
    branch.log.db.sqlite.prepare("DELETE FROM settings WHERE key = 'updates.repository'").run();
    stop = scheduleUpdates(branch, access);
    await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE);
    expect(checks).toEqual([]);
  });

  it('wait for a line, and go on within two minutes of its coming back', async () => {
    line.isThere = false;
    stop = scheduleUpdates(branch, access);
    await vi.advanceTimersByTimeAsync(24 * 60 * MINUTE);
    expect(checks).toEqual([]);
    line.isThere = true;
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(checks).toHaveLength(1);
  });

  it('are tried again sooner where the repository was out of reach or the check failed, and never end', async () => {
    outcome = () => {
      const failure = { kind: 'update-unreachable' as const, happened: 'x', safe: 'x', next: 'x', facts: {} };
      keepCheck(branch.log.db, { at: '2026-11-28T12:00:00.000Z', failure, waiting: [], app: null });
      return Promise.resolve();
    };
    stop = scheduleUpdates(branch, access);
    await vi.advanceTimersByTimeAsync(20 * MINUTE);
    const before = checks.length;
    expect(before).toBeGreaterThan(2);
    outcome = () => Promise.reject(new Failed({ kind: 'disk-full', happened: 'x', safe: 'x', next: 'x', facts: {} }));
    await vi.advanceTimersByTimeAsync(48 * 60 * MINUTE);
    expect(checks.length).toBeGreaterThan(before);
  });

  it('are given up when the branch closes', async () => {
    outcome = () => new Promise(() => {});
    stop = scheduleUpdates(branch, access);
    await vi.advanceTimersByTimeAsync(MINUTE);
    stop();
    expect(checks[0]?.signal.aborted).toBe(true);
  });
});
