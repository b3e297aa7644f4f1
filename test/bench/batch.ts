/** A file of 50,000 applications, explained and logged, against a data scientist's Python script over the same file. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GROUP_ROWS } from '../../branch/read-applications/rows.ts';
import { ROOT } from '../../build/root.ts';
import { ratiosOf, spreadOf } from './measure/interleave.ts';
import { launch } from './measure/launch.ts';
import type { Finding, Result } from './measure/result.ts';
import { PROCESSES, PRODUCT, TRAINING_DATA, writeApplications } from './office.ts';

const ROWS = 50_000;
const ROUNDS = 3;
const PYTHON = '/usr/bin/python3';
const SCRIPT = join(ROOT, 'test', 'bench', 'python', 'baseline.py');

/** The script's forms; `rows`: fewer where all of them would take half an hour. */
const FORMS = {
  file: { form: 'file', rows: ROWS, explain: true },
  group: { form: 'group', rows: ROWS, explain: true },
  commit: { form: 'commit', rows: 10_000, explain: true },
  row: { form: 'row', rows: 500, explain: true },
  fileUnexplained: { form: 'file', rows: ROWS, explain: false },
  groupUnexplained: { form: 'group', rows: ROWS, explain: false },
  commitUnexplained: { form: 'commit', rows: 10_000, explain: false },
} as const;

type Name = keyof typeof FORMS | 'ours' | 'oursUnexplained';

interface Places {
  folder: string;
  dataDir: string;
  applications: string;
  model: string;
}

export async function benchBatch(folder: string, dataDir: string): Promise<Result> {
  const about = [
    `${ROWS.toLocaleString('en')} applications from CSV: rows of credit_data over and over, amounts moved by up to 10 %. Rows per second.`,
    `Ours: \`outpost decide\` into an existing data folder, from the launch of the process to its end, durable every ${GROUP_ROWS} rows.`,
  ];
  if (!(await hasPython()))
    return { name: 'batch', about: [...about, `Not measured: ${PYTHON} with pandas and xgboost is not there.`], findings: [] };
  const places: Places = { folder, dataDir, applications: join(folder, 'batch.csv'), model: join(folder, 'model.json') };
  writeApplications(places.applications, ROWS, 3);
  await launch(PYTHON, [SCRIPT, 'train', TRAINING_DATA, places.model]);
  const times = Object.fromEntries([...Object.keys(FORMS), 'ours', 'oursUnexplained'].map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await runOurs(places, true));
    for (const name of Object.keys(FORMS) as (keyof typeof FORMS)[]) times[name].push(await runPython(places, name));
    times.oursUnexplained.push(await runOurs(places, false));
  }
  return {
    name: 'batch',
    about: [
      ...about,
      'Floor: test/bench/python/baseline.py (pandas, xgboost, sqlite3), from opening the file to the last commit, without its start.',
    ],
    findings: findingsOf(times),
  };
}

async function hasPython(): Promise<boolean> {
  try {
    await launch(PYTHON, ['-c', 'import pandas, xgboost; print(1)']);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

/** @returns seconds per row; each time into a copy of the data folder, since the same file is never decided twice */
async function runOurs({ folder, dataDir, applications }: Places, explain: boolean): Promise<number> {
  const office = join(folder, 'office');
  const out = join(folder, 'decided.csv');
  cpSync(dataDir, office, { recursive: true });
  const quiet = '--disable-warning=ExperimentalWarning';
  const command = explain
    ? [quiet, join(ROOT, 'cli', 'main.ts'), 'decide', applications, '--product', PRODUCT, '--data', office, '--out', out]
    : [quiet, join(PROCESSES, 'unexplained-batch.ts'), office, applications, out];
  // 1: some rows were set aside, as the few of credit_data that no office could enter.
  const { totalMs } = await launch(process.execPath, command, [0, 1]);
  const decided = readFileSync(out, 'utf8').trim().split('\n').length - 1;
  for (const left of [office, out, `${out}.quarantine.csv`]) rmSync(left, { recursive: true, force: true });
  if (decided < 0.95 * ROWS) throw new Error(`only ${decided} of ${ROWS} rows were decided`);
  return totalMs / 1000 / decided;
}

/** @returns seconds per row */
async function runPython({ folder, applications, model }: Places, name: keyof typeof FORMS): Promise<number> {
  const { form, rows, explain } = FORMS[name];
  const database = join(folder, 'python.db');
  const args = [
    SCRIPT,
    'decide',
    model,
    applications,
    database,
    form,
    '--rows',
    String(rows),
    '--group',
    String(GROUP_ROWS),
    ...(explain ? [] : ['--no-explain']),
  ];
  const { stdout } = await launch(PYTHON, args);
  for (const ending of ['', '-wal', '-shm']) rmSync(database + ending, { force: true });
  const told = JSON.parse(stdout) as { rows: number; seconds: number };
  return told.seconds / told.rows;
}

function findingsOf(times: Record<Name, number[]>): Finding[] {
  const against = (what: string, ours: Name, floor: Name, target: Finding['target']): Finding => ({
    what,
    ours: 1 / spreadOf(times[ours]).median,
    floor: 1 / spreadOf(times[floor]).median,
    unit: 'rows/s',
    ratio: ratiosOf(times[floor], times[ours]),
    target,
  });
  return [
    against('explained, against one application at a time', 'ours', 'row', { atLeast: 5 }),
    against('explained, against scored together, committed one by one', 'ours', 'commit', { atLeast: 5 }),
    against('explained, against groups of as many', 'ours', 'group', { atLeast: 5 }),
    against('explained, against the whole file at once', 'ours', 'file', null),
    against('not explained, against scored together, committed one by one', 'oursUnexplained', 'commitUnexplained', { atLeast: 1 }),
    against('not explained, against groups of as many', 'oursUnexplained', 'groupUnexplained', { atLeast: 1 }),
    against('not explained, against the whole file at once', 'oursUnexplained', 'fileUnexplained', null),
  ];
}
