import { describe, expect, it } from 'vitest';
import { UpdateSchedule } from '../../../branch/updates/schedule.ts';

/** Timers that only move when they are told to. */
class Bench {
  readonly waits: number[] = [];
  due: (() => void) | null = null;
  link = true;
  works = true;
  checks = 0;
  random = 0.5;
  readonly schedule = new UpdateSchedule({
    check: async (signal) => {
      this.checks += 1;
      if (this.hangs) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return this.works;
    },
    hasLink: () => this.link,
    timers: {
      set: (work, ms) => {
        this.waits.push(ms);
        this.due = work;
        return work;
      },
      clear: (timer) => {
        if (this.due === timer) this.due = null;
      },
    },
    random: () => this.random,
    everyMs: 100_000,
    retryMs: 1000,
  });
  hangs = false;

  async turn(): Promise<void> {
    const { due } = this;
    this.due = null;
    due?.();
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  }
}

describe('the schedule of updates', () => {
  it('waits a random time after a start, then looks every so often', async () => {
    const bench = new Bench();
    bench.schedule.start();
    await bench.turn();
    await bench.turn();
    expect(bench.waits).toEqual([500, 100_000, 100_000]);
    expect(bench.checks).toBe(2);
  });
  it('after failures waits a random time up to twice as long each time, and no longer than usual', async () => {
    const bench = new Bench();
    bench.works = false;
    bench.random = 0.999;
    bench.schedule.start();
    for (let i = 0; i < 9; i += 1) await bench.turn();
    expect(bench.waits.map((ms) => Math.round(ms / 999))).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100, 100]);
    bench.works = true;
    await bench.turn();
    bench.works = false;
    await bench.turn();
    expect(Math.round((bench.waits.at(-1) ?? 0) / 999)).toBe(2);
  });
  it('tries nothing without a line, and soon after one has come back', async () => {
    const bench = new Bench();
    bench.link = false;
    bench.schedule.start();
    for (let i = 0; i < 6; i += 1) await bench.turn();
    expect(bench.checks).toBe(0);
    bench.link = true;
    bench.schedule.nudge();
    expect(bench.waits.at(-1)).toBe(500);
    await bench.turn();
    expect(bench.checks).toBe(1);
  });
  it('never looks twice at once, and gives up what is under way when it is stopped', async () => {
    const bench = new Bench();
    bench.hangs = true;
    bench.schedule.start();
    await bench.turn();
    bench.schedule.nudge();
    await bench.turn();
    expect(bench.checks).toBe(1);
    bench.schedule.stop();
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
    expect(bench.due).toBeNull();
    bench.schedule.nudge();
    expect(bench.due).toBeNull();
  });
});
