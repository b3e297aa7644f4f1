/** How much of a slow line's speed is left for the file itself: 64 kbit/s, 600 ms there and back, and broken off now and then. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Branch } from '../../../branch/open-branch.ts';
import { activation } from '../../../branch/updates/receiver.ts';
import { checkForUpdates } from '../../../branch/updates/update-branch.ts';
import { downloadBare } from '../floors/bare-download.ts';
import { spreadOf } from '../measure/interleave.ts';
import type { Finding } from '../measure/result.ts';
import { HeadOffice } from './head-office.ts';
import { type LineShape, SlowLine } from './slow-line.ts';

const BYTES_PER_SECOND = 8000;
const SLOW: LineShape = { bytesPerSecond: BYTES_PER_SECOND, roundTripMs: 600, cutEvery: null };
const ROUNDS = 2;
/** Of the larger file, which is fetched and not applied: nearly a minute of the line. */
const LARGE = { name: 'models/instalment-loan/large.zip', bytes: randomBytes(400_000) };
/** Bytes between two cuts: each costs two round trips and what was under way. */
const CUTS = [null, 128_000, 48_000];
const GOOD = { atLeast: 0.9 };

/** Milliseconds of one check that applies a model. */
interface Applied {
  whole: number;
  metadata: number;
  download: number;
  activation: number;
  bare: number;
}

export async function benchSlowLine(folder: string, dataDir: string): Promise<Finding[]> {
  const head = await HeadOffice.open(join(folder, 'slow'));
  const packed = await applying(head, dataDir, '1.1.0', 'packed');
  const stored = await applying(head, dataDir, '1.2.0', 'stored');
  const large = await fetching(head, folder);
  await head.server.stop();
  return [...packed, ...stored, ...large];
}

async function applying(head: HeadOffice, dataDir: string, version: string, how: 'packed' | 'stored'): Promise<Finding[]> {
  const branches: Branch[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const branch = await head.openBranch(dataDir);
    // It has looked before: what comes over the slow line is the next release.
    await head.openUpdates(join(branch.dataDir, 'updates'), head.server.url).refresh();
    branches.push(branch);
  }
  const { length } = await head.releaseModel(version, how);
  const shape = { ...SLOW, cutEvery: Math.round(length * 0.75) };
  const file = head.fileOf(`models/instalment-loan/${version}.zip`);
  const rounds: Applied[] = [];
  for (const branch of branches) {
    // At the same time: each has a line of its own, and both mostly wait.
    const [ours, bare] = await Promise.all([applyOne(head, branch, shape), bareOn(head, shape, file, length)]);
    rounds.push({ ...ours, bare });
    await branch.close();
  }
  const of = (name: keyof Applied) => rounds.map((round) => round[name]);
  const part = (what: string, name: keyof Applied): Finding => ({
    what: `  ${what}`,
    ours: spreadOf(of(name)).median,
    floor: null,
    unit: 'ms',
    ratio: null,
    target: null,
  });
  return [
    goodput(`a model of ${kilobytes(length)}, until it is active, 1 cut`, length, of('whole')),
    ...against('  its download', length, of('download'), of('bare')),
    part('metadata and channel', 'metadata'),
    part('download', 'download'),
    part('checked, kept and active', 'activation'),
  ];
}

async function applyOne(head: HeadOffice, branch: Branch, shape: LineShape): Promise<Omit<Applied, 'bare'>> {
  const line = await SlowLine.open(head.server.url, shape);
  const updates = head.openUpdates(join(branch.dataDir, 'updates'), line.url);
  const began = performance.now();
  let [looked, arrived] = [began, began];
  const { offers, failure } = await checkForUpdates(branch, {
    updates,
    current: '1.0.0',
    receiver: {
      ...activation,
      held: (of) => {
        looked = performance.now();
        return activation.held(of);
      },
      receiveModel: (of, release) => {
        arrived = performance.now();
        return activation.receiveModel(of, release);
      },
    },
  });
  const ended = performance.now();
  const outcome = offers[0]?.outcome;
  if (outcome?.state !== 'active') throw new Error(`the model is not active: ${JSON.stringify(failure ?? outcome)}`);
  if (line.cuts !== 1) throw new Error(`${line.cuts} cuts`);
  await line.close();
  return { whole: ended - began, metadata: looked - began, download: arrived - looked, activation: ended - arrived };
}

/** The download alone. All wait, each for a line of its own: the machine has hardly anything to do meanwhile. */
async function fetching(head: HeadOffice, folder: string): Promise<Finding[]> {
  const { name, bytes } = LARGE;
  head.repository.add(name, bytes).publish();
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  const all = await Promise.all(
    CUTS.map(async (cutEvery) => ({
      cutEvery,
      got: await Promise.all(rounds.map(async (round) => await fetchLarge(head, join(folder, `large-${cutEvery}-${round}`), cutEvery))),
    })),
  );
  return all.flatMap(({ cutEvery, got }) => {
    const cuts = cutEvery === null ? 'no cut' : `${got[0]!.cuts} cuts`;
    const [ours, bare] = [got.map((one) => one.ours), got.map((one) => one.bare)];
    return against(`a download of ${kilobytes(bytes.length)}, ${cuts}`, bytes.length, ours, bare);
  });
}

async function fetchLarge(head: HeadOffice, folder: string, cutEvery: number | null) {
  const shape = { ...SLOW, cutEvery };
  const { name, bytes } = LARGE;
  const line = await SlowLine.open(head.server.url, shape);
  const updates = head.openUpdates(folder, line.url);
  // Its last answer leaves the connection, as in a check.
  const { failure } = await updates.refresh();
  if (failure !== null) throw new Error(failure.happened);
  line.beginCounting();
  const timed = async () => {
    const began = performance.now();
    const got = await updates.download({ target: name });
    if ('failure' in got) throw new Error(got.failure.happened);
    return performance.now() - began;
  };
  const [ours, bare] = await Promise.all([timed(), bareOn(head, shape, head.fileOf(name), bytes.length)]);
  const { cuts } = line;
  await line.close();
  return { ours, bare, cuts };
}

async function bareOn(head: HeadOffice, shape: LineShape, file: string, length: number): Promise<number> {
  const line = await SlowLine.open(head.server.url, shape);
  const took = await downloadBare(line.url, file, length);
  await line.close();
  return took;
}

/** Against the line itself, and against the least that a client can do on a line that breaks at the same places. */
function against(what: string, bytes: number, ours: readonly number[], bare: readonly number[]): Finding[] {
  const speed = spreadOf(bare.map((ms) => (bytes * 8) / ms)).median;
  const ratio = spreadOf(bare.map((ms, i) => ms / ours[i]!));
  return [goodput(what, bytes, ours), { ...goodput(`${what}, against a bare client`, bytes, ours), floor: speed, ratio, target: null }];
}

/** What is left for the file, of what the line carries. */
function goodput(what: string, bytes: number, times: readonly number[]): Finding {
  const speeds = times.map((ms) => (bytes * 8) / ms);
  const floor = (BYTES_PER_SECOND * 8) / 1000;
  return {
    what,
    ours: spreadOf(speeds).median,
    floor,
    unit: 'kbit/s',
    ratio: spreadOf(speeds.map((speed) => speed / floor)),
    target: GOOD,
  };
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`;
}
