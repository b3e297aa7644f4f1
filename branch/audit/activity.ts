/** What each person did in a period, counted from the log. */
import type { ActivityRow } from '../../contract/audit.ts';
import { listAccounts } from '../../db/accounts.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import type { LogColumns } from './log-columns.ts';
import { columnsOf, matchingEntries } from './log-index.ts';

/** Inclusive calendar days, UTC, by the PC's clock. */
export interface Period {
  from?: string | undefined;
  to?: string | undefined;
}

const NOTHING = {
  signIns: 0,
  failedSignIns: 0,
  decisions: 0,
  approved: 0,
  referred: 0,
  declined: 0,
  reviews: 0,
  overridesLowSide: 0,
  overridesHighSide: 0,
  exports: 0,
} as const;

type Counts = { -readonly [Name in keyof typeof NOTHING]: number } & { first: number | null; last: number | null };

/** Everybody with an account, and everybody else whom the log names, by account; never the program itself. */
export async function activityOf(branch: Branch, { from, to }: Period): Promise<ActivityRow[]> {
  requirePermission(branch.role, 'read-log');
  const period = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const seqs = await matchingEntries(branch, period, branch.log.frontier.size);
  const counted = countActivity(await columnsOf(branch), seqs);
  const names = new Map(listAccounts(branch.log.db).map(({ account, name }) => [account, name]));
  const accounts = [...new Set([...names.keys(), ...counted.keys()])].filter((account) => account !== 'system').sort();
  return accounts.map((account): ActivityRow => {
    const { first, last, ...counts } = counted.get(account) ?? { ...NOTHING, first: null, last: null };
    return { account, name: names.get(account) ?? null, ...counts, first: timeOf(first), last: timeOf(last) };
  });
}

const timeOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function countActivity(columns: LogColumns, seqs: Uint32Array): Map<string, Counts> {
  const byPerson = new Map<number, Counts>();
  const countsOf = (person: number): Counts => {
    let counts = byPerson.get(person);
    if (counts === undefined) {
      counts = { ...NOTHING, first: null, last: null };
      byPerson.set(person, counts);
    }
    return counts;
  };
  for (const seq of seqs) {
    // Somebody who failed to come in has done nothing: it counts for them, but is no time at which they were at work.
    if (columns.failed[seq] !== 0) countsOf(columns.failed[seq]!).failedSignIns += 1;
    const counts = countsOf(columns.actor[seq]!);
    count(counts, columns, seq);
    const at = columns.wall[seq]!;
    if (counts.first === null || at < counts.first) counts.first = at;
    if (counts.last === null || at > counts.last) counts.last = at;
  }
  return new Map([...byPerson].map(([person, counts]) => [columns.people.word(person), counts]));
}

function count(counts: Counts, columns: LogColumns, seq: number): void {
  switch (columns.types.word(columns.type[seq]!)) {
    case 'decision':
      counts.decisions += 1;
      countOutcome(counts, columns.outcomes.word(columns.outcome[seq]!));
      break;
    case 'review': {
      counts.reviews += 1;
      const override = columns.overrides.word(columns.override[seq]!);
      if (override === 'low-side') counts.overridesLowSide += 1;
      if (override === 'high-side') counts.overridesHighSide += 1;
      break;
    }
    case 'sign-in':
      counts.signIns += 1;
      break;
    case 'export':
      counts.exports += 1;
      break;
  }
}

function countOutcome(counts: Counts, outcome: string): void {
  if (outcome === 'approve') counts.approved += 1;
  else if (outcome === 'refer') counts.referred += 1;
  else counts.declined += 1;
}
