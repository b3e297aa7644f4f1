/**
 * Power cuts (after ALICE: Pillai and others, OSDI 2014): a program works on a log under a recorder of its file calls; at each of its
 * steps every kind of disk that a power cut could leave is built again and opened. What had been acknowledged must be there.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cutEverywhere, Outcome, type RecordedRun } from './shim/cut-everywhere.ts';
import { memoryFolder } from './shim/memory-folder.ts';
import { removeRecorder, runRecorded, whyNoRecorder } from './shim/preload.ts';
import { seedOfRun } from './shim/random.ts';
import { readTrace } from './shim/read-trace.ts';

const SEED = seedOfRun();
const STATES = 1200;
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-power-')));
const data = join(root, 'data');
const state = join(root, 'state');
afterAll(() => {
  rmSync(root, { recursive: true });
  removeRecorder();
});

function record(program: string, seed: number, ...args: string[]): RecordedRun {
  const trace = join(root, 'trace');
  rmSync(trace, { force: true });
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data);
  runRecorded(program, [data, String(seed), ...args], { below: data, trace });
  return { calls: readTrace(trace), seed, data };
}

async function control(title: string, synchronous: 'FULL' | 'NORMAL', syncs: (path: string) => boolean = () => true): Promise<Outcome> {
  const outcome = new Outcome();
  await cutEverywhere(outcome, { ...record('record-appends.ts', SEED, '1', '4', synchronous), syncs }, 1, state);
  outcome.print(`control, ${title}`, SEED);
  return outcome;
}

describe('a power cut', () => {
  if (whyNoRecorder === null) {
    it(`at any step, whatever it leaves of ${STATES} disks, loses nothing that was acknowledged`, { timeout: 300_000 }, async () => {
      const outcome = new Outcome();
      for (let run = 0; outcome.states < STATES; run++)
        await cutEverywhere(outcome, record('record-appends.ts', SEED + run, '2', '5'), 3, state);
      outcome.print('appending', SEED);
      expect(outcome.acknowledged).toBeGreaterThan(20);
      const { problems, first } = outcome;
      expect({ seed: SEED, problems, first }).toEqual({ seed: SEED, problems: {}, first: null });
    });

    it('while witnesses, epochs and erasures change the log loses nothing, and brings nobody back who was erased', {
      timeout: 300_000,
    }, async () => {
      const outcome = new Outcome();
      await cutEverywhere(outcome, record('record-upkeep.ts', SEED), 2, state);
      outcome.print('witnesses, epochs, erasures', SEED);
      expect(outcome.acknowledged).toBeGreaterThan(10);
      const { problems, first } = outcome;
      expect({ seed: SEED, problems, first }).toEqual({ seed: SEED, problems: {}, first: null });
    });

    it('would lose acknowledged entries if syncs did nothing, so the test above can fail', { timeout: 120_000 }, async () => {
      const { problems } = await control('no sync counts', 'FULL', () => false);
      expect(problems['acknowledged entry lost']).toBeGreaterThan(0);
    });

    it('would lose acknowledged entries if the write-ahead log alone were not synced', { timeout: 120_000 }, async () => {
      const { problems } = await control('no sync of the write-ahead log counts', 'FULL', (path) => !path.endsWith('-wal'));
      expect(problems['acknowledged entry lost']).toBeGreaterThan(0);
    });

    it('would lose acknowledged entries under the setting that SQLite calls NORMAL', { timeout: 120_000 }, async () => {
      const { problems } = await control('synchronous = NORMAL', 'NORMAL');
      expect(problems['acknowledged entry lost']).toBeGreaterThan(0);
    });
  } else {
    it(`was not tried: ${whyNoRecorder}`, () => {
      expect(whyNoRecorder).not.toBeNull();
    });
  }
});
