/**
 * `npm run chaos -- [--runs N] [--seed S] [--jobs J] [--only SEED [--trace]] [--pglite] [--every-byte] [--real-line]`: the simulator's runs as a table; one of them
 * again; the proxy at every byte; an evening of a slow line in real time. Ends with 1 where anything was lost, doubled, reordered or not told.
 */
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ROOT } from '../../build/root.ts';
import { startPostgres } from '../support/postgres.ts';
import { cutAtEveryByte } from './every-byte.ts';
import { runRealLine } from './real-line.ts';
import { diskInMemory } from './simulator/disk-in-memory.ts';
import { runSeed } from './simulator/run.ts';
import { SimOffice } from './simulator/sim-office.ts';
import { addTo, emptyTotals, printTotals, type Totals } from './simulator/totals.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
    pglite: { type: 'boolean', default: false },
    'every-byte': { type: 'boolean', default: false },
    'real-line': { type: 'boolean', default: false },
  },
});

function commitOf(): string {
  try {
    const run = (...args: string[]) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
    return `${run('rev-parse', '--short', 'HEAD')}${run('status', '--porcelain', '--', 'branch', 'headoffice', 'ledger', 'db', 'contract') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown (no git)';
  }
}

/** Seeds from `first` on, one after the other, in this process. */
async function runMany(first: number, runs: number, done: (totals: Totals) => void): Promise<Totals> {
  const postgres = values.pglite ? null : await startPostgres(['fsync=off', 'synchronous_commit=off']);
  const office = await SimOffice.open(postgres?.url);
  const folder = mkdtempSync(diskInMemory());
  const totals = emptyTotals();
  const began = performance.now();
  try {
    for (let seed = first; seed < first + runs; seed += 1) {
      addTo(totals, await runSeed(office, seed, { folder }));
      totals.ms = performance.now() - began;
      if ((seed - first) % 100 === 99) done(totals);
    }
    return totals;
  } finally {
    await office.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function again(seed: number): Promise<number> {
  const office = await SimOffice.open();
  const folder = mkdtempSync(diskInMemory());
  try {
    const result = await runSeed(office, seed, { folder });
    if (values.trace || result.failure !== null) console.log(result.trace.join('\n'));
    console.log(`seed ${seed}: ${result.plan}, ${result.entries} entries, digest ${result.digest}`);
    console.log(result.failure === null ? 'holds' : result.failure.stack);
    return result.failure === null ? 0 : 1;
  } finally {
    await office.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function table(): Promise<number> {
  const runs = Number(values.runs);
  const first =
    values.seed === undefined ? Number(new Date().toISOString().slice(0, 10).replaceAll('-', '')) * 100_000 : Number(values.seed);
  const jobs = Math.max(1, Number(values.jobs));
  const began = performance.now();
  const totals = emptyTotals();
  const each = Math.ceil(runs / jobs);
  if (process.send !== undefined || jobs === 1) {
    const own = await runMany(
      first,
      runs,
      (so) => process.send?.(so) ?? process.stderr.write(`${so.runs} runs, ${so.failures.length} fail\n`),
    );
    if (process.send !== undefined) {
      process.send(own);
      process.disconnect();
      return 0;
    }
    Object.assign(totals, own);
  } else {
    const parts = new Map<number, Totals>();
    await Promise.all(
      Array.from({ length: jobs }, async (_, job) => {
        const from = first + job * each;
        const most = Math.min(each, first + runs - from);
        const more = values.pglite ? ['--pglite'] : [];
        const child = fork(import.meta.filename, ['--runs', String(most), '--seed', String(from), ...more]);
        child.on('message', (so) => {
          parts.set(job, so as Totals);
          const all = [...parts.values()];
          process.stderr.write(
            `${all.reduce((sum, part) => sum + part.runs, 0)} runs, ${all.reduce((sum, part) => sum + part.failures.length, 0)} fail\n`,
          );
        });
        await new Promise((resolve) => child.once('exit', resolve));
      }),
    );
    for (const part of parts.values()) addTotals(totals, part);
  }
  totals.ms = performance.now() - began;
  console.log(printTotals(totals, { first, runs, commit: commitOf(), date: new Date().toISOString() }));
  return totals.failures.length === 0 && totals.runs === runs ? 0 : 1;
}

function addTotals(to: Totals, from: Totals): void {
  for (const [name, count] of Object.entries(from.events)) to.events[name] = (to.events[name] ?? 0) + count;
  for (const [name, count] of Object.entries(from.lifted)) to.lifted[name] = (to.lifted[name] ?? 0) + count;
  for (const [name, count] of Object.entries(from.plans)) to.plans[name] = (to.plans[name] ?? 0) + count;
  to.failures.push(...from.failures);
  to.heapBytes = Math.max(to.heapBytes, from.heapBytes);
  for (const key of ['runs', 'entries', 'acknowledged', 'requests', 'virtualMs', 'forksExpected', 'forksFound'] as const)
    to[key] += from[key];
}

async function main(): Promise<number> {
  if (values['every-byte']) return await cutAtEveryByte(console.log);
  if (values['real-line']) return await runRealLine(console.log);
  if (values.only !== undefined) return await again(Number(values.only));
  return await table();
}

process.exitCode = await main();
