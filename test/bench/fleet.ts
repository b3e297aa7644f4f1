/** The scale model: 10,000 branches on one PostgreSQL, and what 200 decisions a day in each of them for seven years would ask for. */
import { makeOfficeKeys } from '../../headoffice/office-keys.ts';
import type { Receiving } from '../../headoffice/receive/receiving.ts';
import { openStore } from '../../headoffice/store/open-store.ts';
import { fillFleet } from '../support/fleet-of-branches.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { timePages } from './fleet/page-times.ts';
import { type Phase, receivePhase } from './fleet/receive-phase.ts';
import { enrolAll, SimulatedBranch } from './fleet/simulated-branch.ts';
import { sizeOf } from './fleet/table-sizes.ts';
import type { Finding, Result } from './measure/result.ts';
import { postmasterOf } from './receiver/processor-time.ts';
import { realDecisions } from './receiver/real-decisions.ts';

const BRANCHES = 10_000;
const DECISIONS_A_DAY = 200;
const YEARS = 7;
const AT_ONCE = 16;
const DECISIONS = 1500;

/** What all of them bring at nine, each in one submission. */
const IN_THE_MORNING = 10;
/** One in 20 is followed through a part of its day, decision by decision. */
const FOLLOWED = 500;
const FOLLOWED_DECISIONS = 20;
/** One in 100 was offline for a week. */
const BACK = 100;
const BACK_DECISIONS = 1000;

export async function benchFleet(folder: string, dataDir: string): Promise<Result> {
  const postgres = await startPostgres();
  if (postgres === null) throw new Error('The fleet is NOT measured: PostgreSQL is not on this machine.');
  try {
    const decisions = await realDecisions(folder, dataDir, DECISIONS);
    const branches = Array.from({ length: BRANCHES }, (_, n) => new SimulatedBranch(n, decisions));
    const store = await openStore({ database: postgres.url, connections: AT_ONCE });
    const at: Receiving = { store, keys: await makeOfficeKeys('Bench', 'bench.example'), now: Date.now };
    await enrolAll(store, branches);
    const phases = await receiveDay(at, postmasterOf(postgres), branches);
    await store.query('VACUUM ANALYZE');
    const sizes = await sizesOf(at, phases);
    await store.close();
    return {
      name: 'fleet',
      about: aboutFleet(phases, sizes),
      findings: [...phases.flatMap(ofPhase), ...sizes.findings, ...(await pages(postgres))],
    };
  } finally {
    await postgres.stop();
  }
}

async function receiveDay(at: Receiving, postmaster: number, branches: readonly SimulatedBranch[]): Promise<Phase[]> {
  const [first, second, third] = [
    branches.map((branch) => ({ branch, decisions: IN_THE_MORNING })),
    Array.from({ length: FOLLOWED_DECISIONS }, () => branches.slice(0, FOLLOWED).map((branch) => ({ branch, decisions: 1 }))).flat(),
    branches.slice(-BACK).map((branch) => ({ branch, decisions: BACK_DECISIONS })),
  ];
  return [
    await receivePhase(at, postmaster, `all ${BRANCHES.toLocaleString('en')} at nine, ${IN_THE_MORNING} decisions each`, first, AT_ONCE),
    await receivePhase(at, postmaster, `${FOLLOWED} branches through the day, decision by decision`, second, AT_ONCE),
    await receivePhase(at, postmaster, `${BACK} branches back from a week, ${BACK_DECISIONS.toLocaleString('en')} each`, third, AT_ONCE),
  ];
}

function ofPhase(phase: Phase): Finding[] {
  const { name, entries, submissions, seconds, receiver, postgres, walBytes } = phase;
  const one = (what: string, ours: number, unit: Finding['unit']): Finding => ({
    what,
    ours,
    floor: null,
    unit,
    ratio: null,
    target: null,
  });
  return [
    one(`${name}: by the clock`, entries / seconds, 'entries/s'),
    one('  submissions', submissions / seconds, 'requests/s'),
    one("  a submission, of the receiver's processor", (receiver / submissions) * 1000, 'ms'),
    one("  a submission, of PostgreSQL's processor", (postgres / submissions) * 1000, 'ms'),
    one('  write-ahead log for each entry', walBytes / entries, 'bytes'),
  ];
}

interface Sizes {
  findings: Finding[];
  entry: number;
  submission: number;
}

async function sizesOf({ store }: Receiving, phases: readonly Phase[]): Promise<Sizes> {
  const findings: Finding[] = [];
  const one = (what: string, ours: number): void => {
    findings.push({ what, ours, floor: null, unit: 'bytes', ratio: null, target: null });
  };
  const entries = await sizeOf(store, 'entries');
  const received = phases.reduce((sum, phase) => sum + phase.entries, 0);
  if (entries.rows !== received) throw new Error(`${entries.rows} rows of ${received} entries`);
  const [own] = await store.query<{ bytes: number }>('SELECT avg(length(bytes)) AS bytes FROM entries');
  one('an entry, as it came', own!.bytes);
  one('  its row, with its indexes', entries.bytes / entries.rows);
  one('    of them indexes', entries.indexBytes / entries.rows);
  let submission = 0;
  for (const table of ['checkpoints', 'batches']) {
    const { rows, bytes } = await sizeOf(store, table);
    submission += bytes / rows;
    one(`  a row of ${table}, one for each submission`, bytes / rows);
  }
  return { findings, entry: entries.bytes / entries.rows, submission };
}

async function pages(postgres: RunningPostgres): Promise<Finding[]> {
  const store = await openStore({ database: postgres.database('pages') });
  await fillFleet(store, { branches: BRANCHES });
  await store.query('VACUUM ANALYZE');
  const [counted] = await store.query<{ rows: number }>('SELECT count(*) AS rows FROM daily_decisions');
  const asked = await timePages(store);
  await store.close();
  return asked.map(({ what, ms }, i) => ({
    what: `fleet page, ${what}${i === 3 ? `, ${counted!.rows.toLocaleString('en')} rows` : ''}`,
    ours: ms.median,
    floor: null,
    unit: 'ms' as const,
    ratio: null,
    target: null,
  }));
}

function aboutFleet(phases: readonly Phase[], { entry, submission }: Sizes): string[] {
  const days = 365 * YEARS;
  const entries = BRANCHES * DECISIONS_A_DAY * days;
  const terabytes = (bytes: number) => `${(bytes / 1e12).toFixed(1)} TB`;
  const [morning, day] = phases as [Phase, Phase];
  const rate = (phase: Phase) => phase.submissions / phase.seconds;
  const perDay = BRANCHES * DECISIONS_A_DAY;
  const core = (phase: Phase) => (phase.receiver + phase.postgres) / phase.submissions;
  return [
    `${BRANCHES.toLocaleString('en')} branches on one PostgreSQL (16 parts, fsync, nothing tuned), through the receiver's use case without HTTP, ${AT_ONCE} at once, in one process beside PostgreSQL.`,
    `${BRANCHES.toLocaleString('en')} × ${DECISIONS_A_DAY} decisions × ${days.toLocaleString('en')} days are ${(entries / 1e9).toFixed(2)} × 10⁹ entries: ${terabytes(entries * entry)} of rows and indexes,`,
    `and for submissions ${terabytes(entries * submission)} where each decision is brought by itself, ${terabytes((entries / 10) * submission)} where ten come together.`,
    `On average ${(perDay / 86_400).toFixed(0)} entries a second, ${(perDay / 28_800).toFixed(0)} within eight working hours; decision by decision that is ${((perDay / 28_800) * core(day)).toFixed(2)} cores here.`,
    `All of them at nine with what they have: ${(BRANCHES / rate(morning)).toFixed(0)} s at this rate; all with a whole day in one submission, ${(perDay / (phases[2]!.entries / phases[2]!.seconds)).toFixed(0)} s.`,
  ];
}
