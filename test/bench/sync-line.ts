/** How much of a slow line's speed is left for the log: 64 kbit/s, 600 ms there and back, and broken off now and then. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SyncClient } from '../../branch/sync/sync-client.ts';
import { newSession, syncOnce } from '../../branch/sync/sync-once.ts';
import { syncState } from '../../branch/sync/sync-state.ts';
import { serveBareUpload, uploadBare } from './floors/bare-upload.ts';
import { spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { openSyncedBranch, type SyncedBranch } from './sync/synced-branch.ts';
import { type LineShape, NO_LIMITS, SlowLine } from './updates/slow-line.ts';

const BYTES_PER_SECOND = 8000;
const SLOW: LineShape = { bytesPerSecond: BYTES_PER_SECOND, roundTripMs: 600, cutEvery: null, isCutByUploads: true };
/** About 410 KB as sent, most of a minute of the line. */
const DECISIONS = 1200;
const BARE_BYTES = 410_000;
/** Bytes up between two cuts. */
const CUTS = [null, 110_000, 40_000];
const ROUNDS = 2;
const APART_MS = 8000;
const GOOD = { atLeast: 0.9 };

interface Took {
  bytes: number;
  /** Milliseconds. */
  ours: number;
  /** kbit/s. */
  bare: number;
  cuts: number;
  bareCuts: number;
  requests: number;
}

export async function benchSyncLine(folder: string, dataDir: string): Promise<Result> {
  const findings: Finding[] = [];
  const rounds: Took[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const prepared: SyncedBranch[] = [];
    for (const n of CUTS.keys()) prepared.push(await prepare(folder, dataDir, round * CUTS.length + n));
    // Beside one another: each has a line of its own, and all of them mostly wait, but not at their start, when they compress.
    rounds.push(
      await Promise.all(
        prepared.map(async (synced, n) => {
          await setTimeout(n * APART_MS);
          return await measure(synced, CUTS[n]!);
        }),
      ),
    );
  }
  for (const n of CUTS.keys()) findings.push(...findingsOf(rounds.map((round) => round[n]!)));
  return {
    name: 'sync-line',
    about: [
      `${DECISIONS.toLocaleString('en')} decisions over 64 kbit/s and 600 ms there and back, from the moment the client is told until all is acknowledged: made, compressed, sent, checked,`,
      'stored and countersigned there, verified here. Counted as brought: the batches as compressed, without headers. Against the rate of the line, and against a bare client',
      'that brings as many bytes in one upload, on a line of its own that breaks at the same places, and goes on where the server stands.',
    ],
    findings,
  };
}

/** On a line without limits until it has registered and sent what every new folder has. */
async function prepare(folder: string, dataDir: string, n: number): Promise<SyncedBranch> {
  const own = join(folder, `branch-${n}`);
  cpSync(dataDir, own, { recursive: true });
  const synced = await openSyncedBranch(folder, own, NO_LIMITS, DECISIONS, 100 + n);
  const { failure } = await syncOnce(synced.branch, synced.deps, new AbortController().signal, newSession(synced.deps));
  if (failure !== null) throw new Error(failure.happened);
  await synced.decide(DECISIONS);
  return synced;
}

async function measure(synced: SyncedBranch, cutEvery: number | null): Promise<Took> {
  const { branch, deps } = synced;
  const shape = { ...SLOW, cutEvery };
  const bare = measureBare(shape);
  const line = await SlowLine.open(synced.line.url, shape);
  let bytes = 0;
  const place = { ...deps.place(branch)!, url: line.url };
  const client = new SyncClient({
    branch,
    deps: {
      ...deps,
      place: () => place,
      onStep: (step) => {
        if (step.step === 'sending' && step.done === step.total) bytes += step.total;
      },
    },
    hasLink: () => true,
  });
  const before = synced.requests();
  const began = performance.now();
  client.start();
  void client.now();
  await untilAcknowledged(synced);
  const ours = performance.now() - began;
  await client.stop();
  const requests = synced.requests() - before;
  const { cuts } = line;
  await line.close();
  await synced.close();
  return { bytes, ours, cuts, requests, ...(await bare) };
}

async function measureBare(shape: LineShape): Promise<{ bare: number; bareCuts: number }> {
  const server = await serveBareUpload();
  const line = await SlowLine.open(server.url, shape);
  const took = await uploadBare(line.url, Buffer.alloc(BARE_BYTES, 0x61));
  const { cuts } = line;
  await line.close();
  await server.close();
  return { bare: (BARE_BYTES * 8) / took, bareCuts: cuts };
}

function untilAcknowledged({ branch }: SyncedBranch): Promise<void> {
  return new Promise((resolve) => {
    const stop = branch.onChange(() => {
      if (syncState(branch.log.db).acked?.size !== branch.log.frontier.size) return;
      stop();
      resolve();
    });
  });
}

function findingsOf(took: readonly Took[]): Finding[] {
  const cuts = took[0]!.cuts === 0 ? 'no cut' : `${took.map((one) => one.cuts).join(' and ')} cuts`;
  const requests = took.map((one) => one.requests).join(' and ');
  const floor = (BYTES_PER_SECOND * 8) / 1000;
  const ours = took.map((one) => (one.bytes * 8) / one.ours);
  const what = `${Math.round(spreadOf(took.map(({ bytes }) => bytes)).median / 1000)} KB, ${cuts}`;
  return [
    {
      what: `${what} (${requests} requests)`,
      ours: spreadOf(ours).median,
      floor,
      unit: 'kbit/s',
      ratio: spreadOf(ours.map((speed) => speed / floor)),
      target: GOOD,
    },
    {
      what: `${what}, against a bare client (${took.map((one) => one.bareCuts).join(' and ')} cuts)`,
      ours: spreadOf(ours).median,
      floor: spreadOf(took.map((one) => one.bare)).median,
      unit: 'kbit/s',
      ratio: spreadOf(took.map((one, i) => ours[i]! / one.bare)),
      target: null,
    },
  ];
}
