/** What sync costs the line in bytes and round trips, against the same entries compressed by brotli at quality 9. */
import { brotliCompressSync, constants } from 'node:zlib';
import { newSession, syncOnce } from '../../branch/sync/sync-once.ts';
import { syncState } from '../../branch/sync/sync-state.ts';
import { spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { openSyncedBranch, type SyncedBranch } from './sync/synced-branch.ts';
import { NO_LIMITS } from './updates/slow-line.ts';

/** Decisions that are brought over together, and how often. */
const BATCHES: readonly [decisions: number, rounds: number][] = [
  [1, 7],
  [10, 5],
  [100, 5],
  [1000, 3],
];

const NEVER = new AbortController().signal;

interface Brought {
  up: number;
  down: number;
  requests: number;
  floor: number;
}

export async function benchSync(folder: string, dataDir: string): Promise<Result> {
  const decisions = BATCHES.reduce((sum, [size, rounds]) => sum + size * rounds, 0);
  const synced = await openSyncedBranch(folder, dataDir, NO_LIMITS, decisions, 11);
  // Its registration and the entries that every new folder has.
  await bring(synced);
  const findings: Finding[] = [];
  const before: Brought[] = [];
  for (const [size, rounds] of BATCHES) {
    const all: Brought[] = [];
    for (let round = 0; round < rounds; round++) {
      await synced.decide(size);
      all.push(await bring(synced));
    }
    findings.push(...bytesOf(size, all));
    before.push(all.at(-1)!);
  }
  const nothing = await bring(synced);
  await synced.close();
  BATCHES.forEach(([size], i) => {
    findings.push(trips(`round trips: ${many(size)}, ${kilobytes(before[i]!.up)} up`, before[i]!));
  });
  findings.push(trips('round trips: nothing new', nothing), alone('  its bytes, both ways', nothing.up + nothing.down));
  return {
    name: 'sync',
    about: [
      'Bytes: all that goes over the line to bring the decisions over and have them acknowledged, both ways, with headers of HTTP and without TLS.',
      'Floor: the same entries, one behind the other without any framing, by brotli at quality 9 with the largest window. Ours compresses at quality 10.',
    ],
    findings,
  };
}

async function bring({ branch, deps, line, requests, entries }: SyncedBranch): Promise<Brought> {
  const from = syncState(branch.log.db).acked?.size ?? 0;
  const before = { up: line.up, down: line.down, requests: requests() };
  const { failure } = await syncOnce(branch, deps, NEVER, newSession(deps));
  if (failure !== null) throw new Error(failure.happened);
  const { size } = branch.log.frontier;
  if (syncState(branch.log.db).acked?.size !== size) throw new Error('not everything is acknowledged');
  return {
    up: line.up - before.up,
    down: line.down - before.down,
    requests: requests() - before.requests,
    floor: from === size ? 0 : brotli9(Buffer.concat(entries(from, size))),
  };
}

function brotli9(bytes: Buffer): number {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/** A decision's share of each. */
function bytesOf(size: number, all: readonly Brought[]): Finding[] {
  const share = (of: (one: Brought) => number) => spreadOf(all.map((one) => of(one) / size)).median;
  return [
    {
      what: `bytes a decision, ${many(size)} together`,
      ours: share(({ up, down }) => up + down),
      floor: share(({ floor }) => floor),
      unit: 'bytes',
      ratio: spreadOf(all.map(({ up, down, floor }) => (up + down) / floor)),
      target: size >= 100 ? { atMost: 1.1 } : null,
    },
    alone(
      '  of them answers',
      share(({ down }) => down),
    ),
  ];
}

function alone(what: string, bytes: number): Finding {
  return { what, ours: bytes, floor: null, unit: 'bytes', ratio: null, target: null };
}

function trips(what: string, { requests }: Brought): Finding {
  return { what, ours: requests, floor: null, unit: 'requests', ratio: null, target: null };
}

function many(size: number): string {
  return size === 1 ? '1 decision' : `${size.toLocaleString('en')} decisions`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
