/** A disk that fails or fills at any one call (SQLite's own rule: fail the first, then the second, until none is left to fail). */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Disk } from './shim/disk-model.ts';
import { acknowledgeLine, examineFolder, nothingAcknowledged, putState } from './shim/examine-state.ts';
import { memoryFolder } from './shim/memory-folder.ts';
import { cutPower } from './shim/power-cuts.ts';
import { removeRecorder, runRecorded, whyNoRecorder } from './shim/preload.ts';
import { Random, seedOfRun } from './shim/random.ts';
import { type Call, readTrace } from './shim/read-trace.ts';

const SEED = seedOfRun();
const root = realpathSync(mkdtempSync(join(memoryFolder(), 'outpost-failing-')));
const data = join(root, 'data');
const trace = join(root, 'trace');
afterAll(() => {
  rmSync(root, { recursive: true });
  removeRecorder();
});

/** What came of a run whose `at`-th call failed (see fail-each-call.ts). */
interface Run {
  at: number;
  failure: string | null;
  again: string | null;
  stopped: string | null;
  acknowledged: number;
  problem: string | null;
}

function failEachCall(on: 'write' | 'sync', error: 'EIO' | 'ENOSPC', lasting: string): Run[] {
  for (const path of [data, trace]) rmSync(path, { recursive: true, force: true });
  mkdirSync(data);
  const recorded = on === 'sync' ? { below: data, trace } : { below: data };
  return runRecorded('fail-each-call.ts', [data, on, error, lasting], recorded).map((line) => JSON.parse(line) as Run);
}

function print(title: string, runs: readonly Run[]): void {
  const came = new Map<string, number>();
  for (const { failure, again } of runs) {
    const what = failure === null ? 'no harm' : `${failure}, then ${again ?? 'not open'}`;
    came.set(what, (came.get(what) ?? 0) + 1);
  }
  console.log(`${title}: ${runs.length} runs; ${[...came].map(([what, times]) => `${what}: ${times}`).join('; ')}`);
}

/** The calls of each run, by its number. */
function runsIn(calls: readonly Call[]): Map<number, Call[]> {
  const runs = new Map<number, Call[]>();
  let current: number | null = null;
  for (const call of calls) {
    const [marker, at] = call.call === 'acknowledge' ? call.text.split(' ') : [];
    if (marker === 'begin') current = Number(at);
    else if (marker === 'end') current = null;
    else if (current !== null) runs.set(current, [...(runs.get(current) ?? []), call]);
  }
  return runs;
}

/** Cuts the power after each sync and acknowledgement from the failed sync on; tells how often, and what was wrong. */
async function cutAfterFailedSync(at: number, calls: readonly Call[]): Promise<{ states: number; problems: string[] }> {
  const random = new Random(SEED + at);
  const disk = new Disk(join(data, `at-${at}`));
  const acknowledged = nothingAcknowledged();
  const problems: string[] = [];
  let [states, hasFailed] = [0, false];
  for (const [i, call] of calls.entries()) {
    disk.apply(call);
    if (call.call === 'acknowledge') acknowledgeLine(acknowledged, call.text);
    hasFailed ||= call.call === 'sync' && call.failed;
    if (!hasFailed || !(call.call === 'sync' || call.call === 'acknowledge' || i === calls.length - 1)) continue;
    for (const { cut, state } of cutPower(disk, random, 3)) {
      putState(state, join(root, 'state'));
      const problem = await examineFolder(join(root, 'state'), acknowledged, states % 8 === 0);
      states += 1;
      if (problem !== null) problems.push(`${problem}: ${cut} after call ${i} of run ${at}`);
    }
  }
  return { states, problems };
}

describe('a call that fails', () => {
  if (whyNoRecorder === null) {
    it.each([
      ['write', 'EIO', 'once', 'disk-error'],
      ['write', 'EIO', 'lasting', 'disk-error'],
      ['write', 'ENOSPC', 'once', 'disk-full'],
      ['write', 'ENOSPC', 'lasting', 'disk-full'],
      ['sync', 'EIO', 'once', 'disk-error'],
      ['sync', 'EIO', 'lasting', 'disk-error'],
    ] as const)(
      '(%s, %s, %s) is named, and nothing acknowledged is lost, whichever it is',
      { timeout: 120_000 },
      (on, error, lasting, kind) => {
        const runs = failEachCall(on, error, lasting);
        print(`${on} ${error} ${lasting}`, runs);
        expect(runs.map(({ at }) => at)).toEqual(runs.map((_, i) => i + 1));
        expect(runs.length).toBeGreaterThan(on === 'sync' ? 15 : 100);
        expect(runs.filter(({ problem }) => problem !== null)).toEqual([]);
        // A file that cannot be made is a disk error to SQLite, whatever the reason.
        for (const { failure } of runs) expect([null, kind, 'disk-error']).toContain(failure);
        const open = runs.filter(({ again }) => again !== null);
        expect(open.length).toBeGreaterThan(2);
        expect(new Set(open.map(({ failure }) => failure))).toEqual(new Set([kind]));
        // After an error of the disk nothing may be tried again on the handle; after a full disk it may, once there is room.
        const then = lasting === 'once' && error === 'ENOSPC' ? 'appended' : kind;
        expect(new Set(open.map(({ again }) => again))).toEqual(new Set([then]));
        if (error === 'EIO') expect(new Set(open.map(({ stopped }) => stopped))).toEqual(new Set(['disk-error']));
        // The failures came at every stage: before anything was acknowledged, and after.
        expect(new Set(runs.map(({ acknowledged }) => acknowledged)).size).toBeGreaterThan(2);
      },
    );

    it.each(['once', 'lasting'])(
      '(sync, EIO, %s) has lost what was written before it, and no later sync is taken for it',
      { timeout: 120_000 },
      async (lasting) => {
        const runs = failEachCall('sync', 'EIO', lasting);
        const calls = runsIn(readTrace(trace));
        let [states, problems]: [number, string[]] = [0, []];
        for (const { at } of runs) {
          const cut = await cutAfterFailedSync(at, calls.get(at)!);
          states += cut.states;
          problems = [...problems, ...cut.problems];
        }
        console.log(
          `power cuts after a failed sync, ${lasting} (seed ${SEED}): ${states} states of ${runs.length} runs, ${problems.length} with a problem`,
        );
        expect(states).toBeGreaterThan(200);
        expect({ seed: SEED, problems }).toEqual({ seed: SEED, problems: [] });
      },
    );
  } else {
    it(`was not tried: ${whyNoRecorder}`, () => {
      expect(whyNoRecorder).not.toBeNull();
    });
  }
});
