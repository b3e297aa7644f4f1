/**
 * Power cuts (after ALICE: Pillai and others, OSDI 2014): a program works on a log under a recorder of its file calls; at each of its
 * steps every kind of disk that a power cut could leave is built again and opened. What had been acknowledged must be there.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Disk } from './shim/disk-model.ts';
import { type Acknowledged, acknowledgeLine, examineFolder, type Problem, putState } from './shim/examine-state.ts';
import { memoryFolder } from './shim/memory-folder.ts';
import { type CutName, cutPower } from './shim/power-cuts.ts';
import { removeRecorder, runRecorded, whyNoRecorder } from './shim/preload.ts';
import { Random, seedOfRun } from './shim/random.ts';
import { type Call, readTrace } from './shim/read-trace.ts';

const SEED = seedOfRun();
const STATES = 1200;
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-power-')));
const data = join(root, 'data');
afterAll(() => {
  rmSync(root, { recursive: true });
  removeRecorder();
});

function record(seed: number, ...args: string[]): Call[] {
  const trace = join(root, 'trace');
  rmSync(trace, { force: true });
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data);
  runRecorded('record-appends.ts', [data, String(seed), ...args], { below: data, trace });
  return readTrace(trace);
}

/** What the runs of one kind came to. */
class Outcome {
  states = 0;
  steps = 0;
  acknowledged = 0;
  /** By the way in which the power went. */
  readonly byCut = new Map<CutName, { states: number; problems: number }>();
  readonly problems: Partial<Record<Problem, number>> = {};
  first: string | null = null;

  count(cut: CutName, problem: Problem | null, when: string): void {
    const before = this.byCut.get(cut) ?? { states: 0, problems: 0 };
    this.byCut.set(cut, { states: before.states + 1, problems: before.problems + (problem === null ? 0 : 1) });
    this.states += 1;
    if (problem === null) return;
    this.problems[problem] = (this.problems[problem] ?? 0) + 1;
    this.first ??= `${problem}: ${cut} after ${when}`;
  }

  print(title: string): void {
    const cuts = [...this.byCut].map(([cut, { states, problems }]) => `  ${cut.padEnd(13)} ${states} states, ${problems} with a problem`);
    const problems = Object.entries(this.problems).map(([problem, times]) => `${problem}: ${times}`);
    const head = `${title} (seed ${SEED}): ${this.states} states at ${this.steps} steps, ${this.acknowledged} entries acknowledged`;
    console.log([head, ...cuts, `  ${problems.length === 0 ? 'no problem' : problems.join(', ')}`].join('\n'));
  }
}

/** Cuts the power after each call, in `more` random ways besides the two plain ones. */
async function cutEverywhere(outcome: Outcome, seed: number, calls: readonly Call[], more: number, syncs?: (path: string) => boolean) {
  const random = new Random(seed);
  const disk = new Disk(data, syncs);
  const acknowledged: Acknowledged = { entries: new Map(), checkpoints: new Map() };
  const known = new Set<string>();
  for (const [step, call] of calls.entries()) {
    disk.apply(call);
    if (call.call === 'acknowledge') acknowledgeLine(acknowledged, call.text);
    for (const { cut, state } of cutPower(disk, random, more)) {
      const name = digestOf(state, acknowledged);
      if (known.has(name)) continue;
      known.add(name);
      putState(state, join(root, 'state'));
      const problem = await examineFolder(join(root, 'state'), acknowledged, outcome.states % 8 === 0);
      outcome.count(cut, problem, `call ${step} (${call.call}) of the run with seed ${seed}`);
    }
  }
  outcome.steps += calls.length;
  outcome.acknowledged += acknowledged.entries.size;
}

function digestOf(state: ReadonlyMap<string, Buffer>, { entries, checkpoints }: Acknowledged): string {
  const hash = createHash('sha1').update(`${entries.size} ${checkpoints.size}`);
  for (const [path, content] of state) hash.update(`\0${path}\0${content.length}\0`).update(content);
  return hash.digest('base64');
}

async function control(title: string, synchronous: 'FULL' | 'NORMAL', syncs?: (path: string) => boolean): Promise<Outcome> {
  const outcome = new Outcome();
  await cutEverywhere(outcome, SEED, record(SEED, '1', '5', synchronous), 1, syncs);
  outcome.print(`control, ${title}`);
  return outcome;
}

describe('a power cut', () => {
  if (whyNoRecorder === null) {
    it(`at any step, whatever it leaves of ${STATES} disks, loses nothing that was acknowledged`, { timeout: 300_000 }, async () => {
      const outcome = new Outcome();
      for (let run = 0; outcome.states < STATES; run++) await cutEverywhere(outcome, SEED + run, record(SEED + run, '2', '5'), 3);
      outcome.print('as it is');
      expect(outcome.acknowledged).toBeGreaterThan(20);
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
