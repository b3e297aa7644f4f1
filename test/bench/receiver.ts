/** How many entries receivers take in, against PostgreSQL's own COPY of the same rows. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import { createOfficeKeys } from '../../headoffice/office-keys.ts';
import type { Receiving } from '../../headoffice/receive/receiving.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { copyRows, makeBareTable, psqlProgram } from './floors/bare-copy.ts';
import { ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { type Load, prepareLoad, sendAll } from './receiver/load.ts';
import { postgresTime, postmasterOf, processorTime } from './receiver/processor-time.ts';
import { realDecisions } from './receiver/real-decisions.ts';
import { type Served, serve } from './receiver/serve.ts';

const DECISIONS = 1500;
const LOGS = 16;
const ENTRIES = 1000;
const AT_ONCE = 16;
const RECEIVERS = [1, 2, 4];
const ROUNDS = 5;
/** A connection ends a moment after its client, and is counted once it has. */
const SETTLE_MS = 500;

/** Seconds for the same number of entries. */
interface Took {
  whole: number;
  receivers: number;
  postgres: number;
}

export async function benchReceiver(folder: string, dataDir: string): Promise<Result> {
  const psql = psqlProgram();
  const postgres = psql === null ? null : await startPostgres();
  if (psql === null || postgres === null) throw new Error('The receiver is NOT measured: PostgreSQL or psql is not on this machine.');
  const decisions = await realDecisions(folder, dataDir, DECISIONS);
  try {
    const onPostgres = await measurePostgres(folder, { psql, postgres }, decisions);
    const embedded = await measureEmbedded(folder, decisions);
    return { name: 'receiver', about: aboutOf(onPostgres.bytes), findings: [...findingsOf(onPostgres.rounds), ...embedded] };
  } finally {
    await postgres.stop();
  }
}

type Rounds = Record<'copy' | `receivers${number}`, Took[]>;

async function measurePostgres(
  folder: string,
  { psql, postgres }: { psql: string; postgres: RunningPostgres },
  decisions: readonly UnstampedEntry[],
): Promise<{ rounds: Rounds; bytes: number }> {
  const office = join(folder, 'office');
  mkdirSync(office);
  const keys = await createOfficeKeys(join(office, 'keys.json'), 'Bench', 'bench.example', null);
  const at: Receiving = { store: await openStore({ database: postgres.url }), keys, now: Date.now };
  await makeBareTable(at.store);
  const served: Served[] = [];
  for (let n = 0; n < Math.max(...RECEIVERS); n++) served.push(await serve(office, postgres.url));
  const postmaster = postmasterOf(postgres);
  const timed = async (work: () => Promise<number>): Promise<Took> => {
    await setTimeout(SETTLE_MS);
    const before = { receivers: timeOf(served), postgres: postgresTime(postmaster) };
    const whole = (await work()) / 1000;
    await setTimeout(SETTLE_MS);
    return { whole, receivers: timeOf(served) - before.receivers, postgres: postgresTime(postmaster) - before.postgres };
  };
  const rounds: Rounds = { copy: [] };
  let bytes = 0;
  const load = async (file: string | null): Promise<Load> => await prepareLoad(at, decisions, { logs: LOGS, entries: ENTRIES, file });
  // Connections, plans and compiled code are there before anything counts.
  await sendAll(
    await load(null),
    served.map(({ base }) => base),
    AT_ONCE,
  );
  for (let round = 0; round < ROUNDS; round++) {
    const file = join(folder, 'rows.copy');
    for (const count of RECEIVERS) {
      const ready = await load(count === 1 ? file : null);
      bytes = ready.bytes / ready.entries;
      await at.store.query('CHECKPOINT');
      const bases = served.slice(0, count).map(({ base }) => base);
      const took = await timed(async () => await sendAll(ready, bases, AT_ONCE));
      rounds[`receivers${count}`] = [...(rounds[`receivers${count}`] ?? []), took];
    }
    await at.store.query('TRUNCATE bare_entries');
    await at.store.query('CHECKPOINT');
    rounds.copy.push(await timed(async () => await copyRows(psql, postgres.url, file)));
    rmSync(file);
  }
  for (const one of served) await one.stop();
  await at.store.close();
  return { rounds, bytes };
}

function timeOf(served: readonly Served[]): number {
  return served.reduce((sum, { pid }) => sum + processorTime(pid), 0);
}

/** The embedded engine lets one program in: it is filled before its receiver starts. */
async function measureEmbedded(folder: string, decisions: readonly UnstampedEntry[]): Promise<Finding[]> {
  const office = join(folder, 'embedded');
  mkdirSync(office);
  const keys = await createOfficeKeys(join(office, 'keys.json'), 'Bench', 'bench.example', null);
  const at: Receiving = { store: await openStore({ database: join(office, 'data') }), keys, now: Date.now };
  const loads: Load[] = [];
  for (let round = 0; round <= 3; round++) loads.push(await prepareLoad(at, decisions, { logs: 4, entries: ENTRIES, file: null }));
  await at.store.close();
  const one = await serve(office, null);
  const rates: number[] = [];
  for (const load of loads) rates.push((load.entries / (await sendAll(load, [one.base], AT_ONCE))) * 1000);
  await one.stop();
  const rate = spreadOf(rates.slice(1)).median;
  return [
    { what: 'embedded engine (PGlite), one process: by the clock', ours: rate, floor: null, unit: 'entries/s', ratio: null, target: null },
  ];
}

function aboutOf(bytes: number): string[] {
  return [
    `${LOGS} logs at once, each with one signed submission of ${ENTRIES.toLocaleString('en')} entries (real decisions, ${Math.round(bytes)} bytes each), ${AT_ONCE} requests in flight, over HTTP on this machine to`,
    'processes of `outpost headoffice serve`: signature, brotli, JSON and its form, leaf hashes, root, rows, counts, countersignature, commit that is durable (fsync).',
    'Floor: COPY of the same rows by one psql in one transaction into a table of the same form (16 parts, the same two indexes). Whoever sends shares the machine: on one of',
    'two cores "by the clock" says little of more receivers, and the rate for each second of processor is what can be multiplied by cores.',
  ];
}

function findingsOf({ copy, ...rounds }: Rounds): Finding[] {
  const entries = LOGS * ENTRIES;
  const against = (what: string, took: readonly Took[], of: (one: Took) => number): Finding => ({
    what,
    ours: entries / spreadOf(took.map(of)).median,
    floor: entries / spreadOf(copy.map(of)).median,
    unit: 'entries/s',
    ratio: ratiosOf(copy.map(of), took.map(of)),
    target: null,
  });
  const findings: Finding[] = [];
  for (const count of RECEIVERS) {
    const took = rounds[`receivers${count}`]!;
    const name = count === 1 ? '1 receiver' : `${count} receivers`;
    findings.push(
      against(`${name}: by the clock`, took, ({ whole }) => whole),
      against('  for a second of processor, receivers and PostgreSQL', took, (one) => one.receivers + one.postgres),
      { ...against("  for a second of the receivers'", took, ({ receivers }) => receivers), floor: null, ratio: null },
      against("  for a second of PostgreSQL's", took, (one) => one.postgres),
    );
  }
  return findings;
}
