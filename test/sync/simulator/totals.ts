/** What many runs come to. */
import type { RunResult } from './run.ts';

export interface Totals {
  runs: number;
  entries: number;
  acknowledged: number;
  requests: number;
  virtualMs: number;
  ms: number;
  forksExpected: number;
  forksFound: number;
  heapBytes: number;
  events: Record<string, number>;
  plans: Record<string, number>;
  /** Stops that a person had to lift, by cause. */
  lifted: Record<string, number>;
  failures: { seed: number; plan: string; message: string }[];
}

export function emptyTotals(): Totals {
  return {
    runs: 0,
    entries: 0,
    acknowledged: 0,
    requests: 0,
    virtualMs: 0,
    ms: 0,
    forksExpected: 0,
    forksFound: 0,
    heapBytes: 0,
    events: {},
    plans: {},
    lifted: {},
    failures: [],
  };
}

const count = (into: Record<string, number>, name: string, by = 1): void => {
  into[name] = (into[name] ?? 0) + by;
};

export function addTo(
  totals: Totals,
  { seed, plan, events, entries, acknowledged, requests, virtualMs, forkFound, lifted, failure }: RunResult,
): void {
  totals.runs += 1;
  totals.entries += entries;
  totals.acknowledged += acknowledged;
  totals.requests += requests;
  totals.virtualMs += virtualMs;
  if (plan !== 'faults') totals.forksExpected += 1;
  if (forkFound) totals.forksFound += 1;
  totals.heapBytes = Math.max(totals.heapBytes, process.memoryUsage().heapUsed);
  for (const [name, by] of events) count(totals.events, name, by);
  for (const cause of lifted) count(totals.lifted, cause);
  count(totals.plans, plan);
  if (failure !== null) totals.failures.push({ seed, plan, message: failure.message });
}

/** A table for people. Entries that are lost, doubled or reordered fail their run, so that without a failure there are none. */
export function printTotals(
  totals: Totals,
  { first, runs, commit, date }: { first: number; runs: number; commit: string; date: string },
): string {
  const broken = (word: string) => totals.failures.filter(({ message }) => new RegExp(`${word} [1-9]`).test(message)).length;
  const lines: [string, string | number][] = [
    ['date', date],
    ['commit', commit],
    ['seeds', `${first} to ${first + runs - 1}`],
    ['runs', totals.runs],
    ['  of them with faults alone', totals.plans.faults ?? 0],
    ['  and then a cloned disk', totals.plans['cloned-disk'] ?? 0],
    ['  and then a disk that was set back', totals.plans['set-back-disk'] ?? 0],
    ['runs that fail', totals.failures.length],
    ['entries at the end', totals.entries],
    ['acknowledged at the end, before any fork', totals.acknowledged],
    ['runs with entries lost', broken('lost')],
    ['runs with entries doubled', broken('doubled')],
    ['runs with entries reordered', broken('reordered')],
    ['forks made', totals.forksExpected],
    ['forks raised, frozen, with both notes', totals.forksFound],
    ['requests', totals.requests],
    ['virtual time', `${Math.round(totals.virtualMs / 3_600_000)} h`],
    ['time', `${Math.round(totals.ms / 1000)} s`],
    ['largest heap', `${Math.round(totals.heapBytes / 1e6)} MB`],
    ...Object.entries(totals.lifted).map(([cause, n]): [string, number] => [`stops that a person lifted: ${cause}`, n]),
    ...Object.entries(totals.events)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, n]): [string, number] => [`event ${name}`, n]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const table = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
  const failed = totals.failures.map(({ seed, plan, message }) => `FAILS ${plan}: ${message}\n  again: npm run chaos -- --only ${seed}`);
  return [table, ...failed].join('\n');
}
