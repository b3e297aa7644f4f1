import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecidedRow, decideFile, decideGroups } from '../../branch/decide-file.ts';
import { DecidingWorker, orderFor } from '../../branch/deciding-worker.ts';
import { decisionEntry } from '../../branch/decision-entry.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import type { Branch } from '../../branch/open-branch.ts';
import type { RowGroup } from '../../branch/read-applications/rows.ts';
import { readDecision } from '../../branch/show-decision.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import type { Application } from '../../contract/application.ts';
import { Failed } from '../../contract/failure.ts';
import { listEntries } from '../../db/log-entries.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { application } from '../support/application.ts';
import type { Misbehaviour } from '../support/misbehaving-worker.ts';
import { Offices, openedBranch } from '../support/office.ts';

const PRODUCT = 'instalment-loan';
const offices = new Offices();
const open: { close(): Promise<void> }[] = [];
beforeAll(() => offices.make());
afterAll(async () => {
  for (const one of open.reverse()) await one.close();
  offices.remove();
});

async function office(): Promise<Branch> {
  const branch = await openedBranch(offices.copy());
  open.push(branch);
  return branch;
}

/** Of every kind: approved, referred, declined, incomplete, named and nameless, and some that no office may decide. */
function applicationAt(n: number): Application {
  const { answers } = application();
  return application({
    applicationId: `00000000-0000-8000-8000-${n.toString(16).padStart(12, '0')}`,
    answers: {
      ...answers,
      amount: n % 11 === 0 ? -1 : 300 + ((n * 37) % 1500),
      income: n % 7 === 0 ? null : 60 + ((n * 13) % 300),
      seniority: n % 30,
      records: n % 5 === 0 ? 'yes' : 'no',
      home: n % 3 === 0 ? 'owner' : 'rent',
    },
    identity: n % 2 === 0 ? {} : { full_name: `Ada Lovelace ${n}` },
  });
}

async function* groupsOf(sizes: readonly number[], from = applicationAt): AsyncGenerator<RowGroup> {
  let row = 0;
  for (const size of sizes) {
    const group: RowGroup = { rows: [], bad: [] };
    for (let i = 0; i < size; i++) {
      row += 1;
      group.rows.push({ row, line: row + 1, application: from(row) });
    }
    yield group;
  }
}

async function startedWorker(
  branch: Branch,
  misbehave?: { group: number; how: Misbehaviour },
  longestMs?: number,
): Promise<DecidingWorker> {
  const order = (await orderFor(branch, await branch.ready(PRODUCT)))!;
  const bad = new URL('../support/misbehaving-worker.ts', import.meta.url);
  const worker =
    misbehave === undefined ? new DecidingWorker(order) : new DecidingWorker({ ...order, misbehave } as typeof order, bad, longestMs);
  open.push(worker);
  while (!worker.isReady) await setTimeout(5);
  return worker;
}

async function decide(branch: Branch, groups: AsyncIterable<RowGroup>, worker: DecidingWorker | null) {
  const rows: DecidedRow[] = [];
  const bad: { row: number }[] = [];
  let failure: string | null = null;
  try {
    for await (const group of decideGroups(branch, await branch.ready(PRODUCT), groups, worker)) {
      rows.push(...group.decided);
      bad.push(...group.bad);
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    failure = error.failure.kind;
  }
  return { rows, bad, failure };
}

/** The stored bytes of every decision, but for what time and chance put into them. */
function storedTexts(branch: Branch): string[] {
  return listEntries(branch.log.db, 0, branch.log.frontier.size)
    .filter(({ type }) => type === 'decision')
    .map(({ bytes }) => {
      const { wall, boot, mono, pii, ...rest } = JSON.parse(bytes.toString()) as Record<string, unknown>;
      expect(canonicalise({ wall, boot, mono, pii, ...rest })).toBe(bytes.toString());
      return canonicalise({ ...rest, named: pii !== null });
    });
}

async function findingsAbout(branch: Branch): Promise<unknown> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report.findings;
  throw new Error('no report');
}

describe('deciding ahead in another thread', () => {
  const SIZES = [60, 1, 80, 0, 70];

  it('stores byte for byte what one thread stores, and what is appended one by one, but for times and keys', async () => {
    const [alone, ahead, single] = [await office(), await office(), await office()];
    const byOne = await decide(alone, groupsOf(SIZES), null);
    const byTwo = await decide(ahead, groupsOf(SIZES), await startedWorker(ahead));
    const bare = (row: DecidedRow) => ({ ...row, hash: '' });
    expect(byTwo.failure).toBeNull();
    expect(byTwo.rows.map(bare)).toEqual(byOne.rows.map(bare));
    expect(byTwo.bad).toEqual(byOne.bad);
    expect(new Set(byTwo.rows.map(({ decision }) => decision)).size).toBeGreaterThan(1);
    expect(storedTexts(ahead)).toEqual(storedTexts(alone));
    const ready = await single.ready(PRODUCT);
    for (const { row } of byOne.rows) {
      const [answer] = await ready.decider.decideAll([applicationAt(row)], { today: '2026-12-01', explain: true });
      if (answer !== undefined && !('complaints' in answer))
        appendEntries(single.log, [decisionEntry(single, ready, applicationAt(row), answer).entry]);
    }
    expect(storedTexts(ahead)).toEqual(storedTexts(single));
    for (const { seq, hash, decision, pd } of byTwo.rows)
      expect(readDecision(ahead.log.db, seq)).toMatchObject({ hash, entry: { decision, pd } });
    expect(await findingsAbout(ahead)).toEqual([]);
  });

  it.each([
    ['dies', 'service-unavailable'],
    ['throws', 'service-unavailable'],
    ['hangs', 'model-hangs'],
    ['approves', 'model-check-failed'],
    ['drops a row', 'model-check-failed'],
    ['swaps rows', 'model-check-failed'],
    ['answers out of turn', 'model-check-failed'],
  ] as const)('keeps the groups before and stores nothing of the one in which the thread %s', async (how, kind) => {
    const branch = await office();
    const worker = await startedWorker(branch, { group: 2, how }, 1500);
    const { rows, failure } = await decide(branch, groupsOf([20, 20, 20, 20, 20]), worker);
    expect(failure).toBe(kind);
    expect(rows.every(({ row }) => row <= 40)).toBe(true);
    const ids = (log: Branch) => storedTexts(log).map((text) => (JSON.parse(text) as { application: string }).application);
    expect(ids(branch)).toEqual(rows.map(({ applicationId }) => applicationId));
    // Run again, it goes on where it stopped.
    const again = await decide(branch, groupsOf([20, 20, 20, 20, 20]), null);
    expect(again.failure).toBeNull();
    expect(again.rows.filter(({ storedBefore }) => storedBefore).map(({ row }) => row)).toEqual(rows.map(({ row }) => row));
    expect(new Set(ids(branch)).size).toBe(ids(branch).length);
    expect(await findingsAbout(branch)).toEqual([]);
  });

  it('decides an application once that stands in two groups which are under way together', async () => {
    const branch = await office();
    const twice = randomUUID();
    const from = (n: number) => (n === 3 || n === 8 || n === 13 ? { ...applicationAt(1), applicationId: twice } : applicationAt(n));
    const { rows, failure } = await decide(branch, groupsOf([5, 5, 5, 5], from), await startedWorker(branch));
    expect(failure).toBeNull();
    const same = rows.filter(({ applicationId }) => applicationId === twice);
    expect(same.map(({ storedBefore }) => storedBefore)).toEqual([false, true, true]);
    expect(new Set(same.map(({ seq, hash }) => `${seq} ${hash}`)).size).toBe(1);
  });

  it('decides by itself when the thread cannot start', async () => {
    const branch = await office();
    const order = (await orderFor(branch, await branch.ready(PRODUCT)))!;
    const worker = new DecidingWorker({ ...order, product: '0'.repeat(64) });
    open.push(worker);
    await setTimeout(300);
    const { rows, failure } = await decide(branch, groupsOf([20, 20]), worker);
    expect([worker.isReady, failure, rows.at(-1)?.row]).toEqual([false, null, 40]);
  });

  it('is what a long file gets; stopping between two groups leaves stored what was handed out and nothing more', async () => {
    const branch = await office();
    const path = offices.path('long.csv');
    const header = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
    const lines = Array.from({ length: 4500 }, (_, i) => `${i % 40},rent,60,no,fixed,73,${100 + (i % 300)},0,0,${500 + (i % 1000)},1846`);
    writeFileSync(path, [header, ...lines].join('\n'));
    let last = 0;
    for await (const { decided } of (await decideFile(branch, path, PRODUCT)).groups) {
      last = decided.at(-1)!.seq;
      if (decided.at(-1)!.row >= 2000) break;
    }
    expect(branch.log.frontier.size).toBe(last + 1);
    const rows: DecidedRow[] = [];
    for await (const { decided } of (await decideFile(branch, path, PRODUCT)).groups) rows.push(...decided);
    expect(rows.map(({ row }) => row)).toEqual(lines.map((_, i) => i + 1));
    expect(branch.log.frontier.size).toBe(rows.at(-1)!.seq + 1);
    expect(rows.filter(({ storedBefore }) => storedBefore).at(-1)?.seq).toBe(last);
  });
});
