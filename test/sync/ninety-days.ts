/** A busy branch that was ninety days without a line, and then has one evening of a slow one that is cut now and then. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { SYNC_DEFAULTS } from '../../branch/sync/limits.ts';
import { syncState } from '../../branch/sync/sync-state.ts';
import { logOf } from '../../headoffice/receive/log-rows.ts';
import { heldEntries } from '../support/head-office.ts';
import { decisionDraft } from '../support/log-samples.ts';
import { Dice } from './simulator/dice.ts';
import { diskInMemory } from './simulator/disk-in-memory.ts';
import { compare } from './simulator/judge.ts';
import { SimBranch } from './simulator/sim-branch.ts';
import { BRANCH, type SimOffice } from './simulator/sim-office.ts';
import { World } from './simulator/world.ts';
import { type Line, SlowLine } from './slow-line.ts';

export interface Evening {
  entries: number;
  /** Of the entries in the log. */
  entryBytes: number;
  virtualMinutes: number;
  up: number;
  down: number;
  requests: number;
  cuts: number;
  /** Bytes of the batches, compressed, each counted once, over what the line could have carried in that time. */
  goodput: number;
  /** Above what was in use before the evening began; of branch, receivers and embedded database together, with their buffers. */
  heapGrowth: number;
  lost: number;
  doubled: number;
  reordered: number;
  acknowledged: number;
}

const DAY = 86_400_000;
const FEATURES = 24;

/** The form of a real decision of about 2.5 KB, whose values differ from one to the next. */
function busyDecision(n: number, dice: Dice) {
  const value = () => Math.round(dice.next() * 1e6) / 1e4;
  const features = Array.from({ length: FEATURES }, value);
  const inputs = Object.fromEntries(features.map((feature, i) => [`characteristic-${i}`, feature]));
  const pii = {
    kid: `key-${n}`,
    nonce: dice.bytes(12).toString('base64'),
    ct: dice.bytes(180).toString('base64'),
    tag: dice.bytes(16).toString('base64'),
    kc: dice.bytes(32).toString('base64'),
  };
  const explanation = {
    method: 'exact-trees',
    scale: 'log-odds',
    expected: -1,
    predicted: value(),
    values: features.map(() => dice.next() - 0.5),
  } as const;
  return decisionDraft(n, { inputs, features, pii, explanation, pd: dice.next() / 2 });
}

export async function oneEvening(office: SimOffice, days: number, perDay: number, line: Line): Promise<Evening> {
  const folder = mkdtempSync(diskInMemory());
  const inFolder = mkdtempSync(`${folder}/run-`);
  const world = new World();
  const dice = new Dice(90);
  office.now = () => world.now;
  const slow = new SlowLine(world, office, dice, line);
  const token = createHash('sha256').update('token').digest('base64url');
  let batchBytes = 0;
  const counted = new Set<number>();
  const branch = new SimBranch({
    world,
    dice,
    folder: inFolder,
    fetch: slow.fetch,
    limits: SYNC_DEFAULTS,
    hasTwoWitnesses: false,
    token,
    sees: () => undefined,
    begins: async () => undefined,
  });
  try {
    await office.store.query('INSERT INTO branches (branch, name) VALUES ($1, $1)', [BRANCH]);
    await office.store.query(
      `INSERT INTO branch_files (token_sha256, branch, issued_by, expires_at) VALUES ($1, $2, 'run', '2100-01-01')`,
      [createHash('sha256').update(token).digest('hex'), BRANCH],
    );
    branch.hasLink = false;
    const { log, client, deps, db } = branch.begin();
    deps.encode = async (bytes) => {
      const encoded = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
      // By its first entry: a batch that is made again is not counted again.
      const from = Number(/"from":(\d+)/.exec(bytes.toString('latin1', 0, 200))?.[1]);
      if (!counted.has(from)) batchBytes += encoded.length;
      counted.add(from);
      return { encoding: 'br', bytes: encoded };
    };
    let n = 0;
    for (let day = 0; day < days; day += 1) {
      appendEntries(
        log,
        Array.from({ length: perDay }, () => ({ entry: busyDecision(n++, dice) })),
      );
      world.now += DAY;
    }
    const before = inUse();
    let most = before;
    deps.onStep = () => {
      most = Math.max(most, inUse());
    };
    const began = world.now;
    branch.hasLink = true;
    client.linkReturned();
    const atRest = async () => {
      while (syncState(db).acked?.size !== log.frontier.size || client.isRunning) await world.sleep(1000);
    };
    await world.until(atRest(), 12 * 3_600_000, 'an evening');
    const ms = world.now - began;
    const stored = branch.stored();
    return {
      entries: stored.length,
      entryBytes: stored.reduce((sum, entry) => sum + entry.length, 0),
      virtualMinutes: ms / 60_000,
      up: slow.up,
      down: slow.down,
      requests: slow.requests,
      cuts: slow.cuts,
      goodput: (batchBytes * 1000) / (ms * line.bytesPerSecond),
      heapGrowth: most - before,
      ...compare(stored, await heldEntries(office.store, logOf(log.origin))),
      acknowledged: syncState(db).acked?.size ?? 0,
    };
  } finally {
    branch.die();
    world.end();
    await office.empty();
    rmSync(folder, { recursive: true, force: true });
  }
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export const EVENING_LINE: Line = { bytesPerSecond: 8000, roundTripMs: 600, cutEveryMs: 90_000 };
