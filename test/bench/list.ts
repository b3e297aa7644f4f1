/** The auditor's list over a log of a million entries against SQL alone. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { columnsOf } from '../../branch/audit/log-index.ts';
import { pageOfLog } from '../../branch/audit/page-of-log.ts';
import { timelineOf } from '../../branch/audit/timeline.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { LogFilter } from '../../contract/audit.ts';
import { closeDatabase } from '../../db/handle.ts';
import { type BareList, bareList } from './floors/bare-list.ts';
import { interleave, type Plan, ratiosOf, spreadOf } from './measure/interleave.ts';
import type { Finding, Result } from './measure/result.ts';
import { ENTRIES, millionEntries } from './million-entries.ts';
import { openOffice } from './office.ts';

const PAGE = 100;
const SMALL: Plan = { rounds: 11, repeats: 20, warmUp: 3 };
const LARGE: Plan = { rounds: 9, repeats: 1, warmUp: 1 };
/** About 72,000 entries of the million. */
const FILTER = { outcomes: ['decline', 'refer'], product: 'instalment-loan', from: '2023-01-01', to: '2023-12-31' } satisfies LogFilter;

export async function benchList(_folder: string, dataDir: string): Promise<Result> {
  const million = await millionEntries(dataDir);
  const findings = [...(await opening(million, dataDir))];
  const branch = auditorsBranch(await openOffice(million));
  const reader = branch.openReader();
  const bare = bareList(reader);
  findings.push(...(await firstFilter(branch, bare)));
  const size = branch.log.frontier.size;
  const page = (filter: LogFilter, offset: number, upTo = size) => pageOfLog(branch, { filter, offset, limit: PAGE, upTo });
  const { total } = await page(FILTER, 0);
  const compare = async (what: string, ours: (i: number) => unknown, floor: () => unknown, plan: Plan) => {
    const rounds = await interleave({ ours, floor }, plan);
    findings.push(finding(what, rounds.ours, rounds.floor));
  };
  await compare(
    'all entries: count and newest page',
    () => page({}, 0),
    () => [bare.count({}), bare.page({}, 0, PAGE)],
    SMALL,
  );
  await compare(
    'all entries: page in the middle',
    () => page({}, size / 2),
    () => bare.page({}, size / 2, PAGE),
    LARGE,
  );
  await compare(
    'all entries: last page',
    () => page({}, size - PAGE),
    () => bare.page({}, size - PAGE, PAGE),
    LARGE,
  );
  await compare(
    'the same rows in the middle, against SQL that is told their numbers',
    () => page({}, size / 2),
    () => bare.between(size / 2 - PAGE, size / 2),
    SMALL,
  );
  // Another size each time: nothing is taken from a result that was kept.
  await compare(
    `filter newly set (${total} match): count and newest page`,
    (i) => page(FILTER, 0, size - 1 - i),
    () => [bare.count(FILTER), bare.page(FILTER, 0, PAGE)],
    LARGE,
  );
  await compare(
    'filtered: page in the middle',
    () => page(FILTER, total / 2),
    () => bare.page(FILTER, total / 2, PAGE),
    LARGE,
  );
  await compare(
    'filtered: last page',
    () => page(FILTER, total - PAGE),
    () => bare.page(FILTER, total - PAGE, PAGE),
    LARGE,
  );
  await compare(
    'timeline of all entries by month',
    (i) => timelineOf(branch, {}, 120, size - 1 - i),
    () => bare.byMonth(),
    LARGE,
  );
  closeDatabase(reader);
  await branch.close();
  return {
    name: 'list',
    about: [
      `A log of ${ENTRIES.toLocaleString('en')} entries, pages of ${PAGE} rows; both tables that make up the log, encrypted.`,
      'Floor: the same rows by SQL alone (WHERE, ORDER BY seq DESC, LIMIT, OFFSET; a count where ours tells one), statements prepared.',
    ],
    findings,
  };
}

const auditorsBranch = (branch: Branch) => branch.for({ account: 'bench', role: 'auditor' });

function finding(what: string, ours: readonly number[], floor: readonly number[]): Finding {
  return {
    what,
    ours: spreadOf(ours).median / 1000,
    floor: spreadOf(floor).median / 1000,
    unit: 'ms',
    ratio: ratiosOf(ours, floor),
    target: null,
  };
}

/** A folder with a million entries opened and its newest page read, against one with twenty. */
async function opening(million: string, small: string): Promise<Finding[]> {
  const openAndShow = async (folder: string) => {
    const branch = auditorsBranch(await openOffice(folder));
    await pageOfLog(branch, { filter: {}, offset: 0, limit: PAGE });
    await branch.close();
  };
  const rounds = await interleave({ ours: () => openAndShow(million), floor: () => openAndShow(small) }, LARGE);
  return [finding('open the folder and show the newest page, against a log of a few entries', rounds.ours, rounds.floor)];
}

/** The first filter after a start: the columns are read in, while the service goes on with other work. */
async function firstFilter(branch: Branch, bare: BareList): Promise<Finding[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await columnsOf(branch);
  const ours = performance.now() - start;
  delay.disable();
  const between = performance.now();
  bare.count(FILTER);
  bare.page(FILTER, 0, PAGE);
  const floor = performance.now() - between;
  return [
    { what: 'reading in before the first filter, against that filter by SQL (once)', ours, floor, unit: 'ms', ratio: null, target: null },
    { what: 'longest wait of other work while reading in', ours: delay.max / 1e6, floor: null, unit: 'ms', ratio: null, target: null },
  ];
}
