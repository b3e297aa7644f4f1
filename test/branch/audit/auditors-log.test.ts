import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityOf } from '../../../branch/audit/activity.ts';
import { facetsOf } from '../../../branch/audit/facets.ts';
import { type PageAsked, pageOfLog } from '../../../branch/audit/page-of-log.ts';
import { seeEntry } from '../../../branch/audit/see-entry.ts';
import { timelineOf } from '../../../branch/audit/timeline.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { activityRow, entryView, type LogFilter, logRow, timelineBar } from '../../../contract/audit.ts';
import type { LogEntry, UnstampedEntry } from '../../../contract/log-entry.ts';
import { parseTlogProof } from '../../../ledger/tlog-proof.ts';
import { applicationId, decisionDraft } from '../../support/log-samples.ts';
import { NOON, Offices, openedBranch } from '../../support/office.ts';
import { PEOPLE, withPeople } from '../../support/people.ts';
import { entriesOf, naively } from './naive-log.ts';

const DAY_MS = 86_400_000;
const offices = new Offices();
let now = NOON;
let mono = 0;
let branch: Branch;
let auditor: Branch;
let entries: LogEntry[];

const officer = PEOPLE.officer.account;
const supervisor = { actor: PEOPLE.supervisor.account, role: 'supervisor' } as const;
const artefact = (name: string, version: string) => ({ name, version, sha256: 'ab'.repeat(32) });

function append(...added: UnstampedEntry[]): number[] {
  return appendEntries(
    branch.log,
    added.map((entry) => ({ entry })),
  ).map(({ seq }) => seq);
}

function review(of: number, application: string, override: 'low-side' | 'high-side' | null): UnstampedEntry {
  const outcome = override === 'high-side' ? 'decline' : 'approve';
  return { type: 'review', ...supervisor, of, application, outcome, override, codes: override ? ['security-offered'] : [], note: null };
}

/** Decisions by three people over days, of two products and versions, some of them reviewed, and what else happens in an office. */
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy(), { clock: { now: () => now, mono: () => mono } });
  auditor = (await withPeople(branch)).auditor;
  for (let n = 0; n < 400; n++) {
    [now, mono] = [now + 5_000_000, mono + 5_000_000];
    const actor = n % 7 === 0 ? supervisor.actor : n % 5 === 0 ? 'omar' : officer;
    const [seq] = append(
      decisionDraft(n, {
        actor,
        product: artefact(n % 4 === 0 ? 'personal-loan' : 'instalment-loan', '1.0.0'),
        model: n % 11 === 0 ? null : artefact('champion', n < 200 ? '1.9.0' : '1.10.0'),
        policy: artefact('policy', n % 2 === 0 ? '2.0.0' : '2.1.0'),
        reasons: n % 3 === 0 ? [] : [`model:R0${n % 3}`, 'policy:P10'],
      }),
    );
    if (n % 13 === 0) append(review(seq!, applicationId(n), n % 26 === 0 ? 'low-side' : n % 39 === 0 ? 'high-side' : null));
    if (n % 17 === 0) append({ type: 'sign-in', actor: officer, role: 'officer', how: 'start' });
    if (n % 50 === 0) append({ type: 'sign-in-failed', actor: 'system', role: 'system', account: officer, failures: 1, wait_ms: 0 });
  }
  append({ type: 'hold-set', actor: auditor.actor, role: 'auditor', application: applicationId(13), reason: 'complaint' });
  entries = entriesOf(branch.log.db);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

const page = (asked: Partial<PageAsked>) => pageOfLog(auditor, { filter: {}, offset: 0, limit: 200, ...asked });

async function allOf(filter: LogFilter, upTo?: number, limit = 97): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const { rows, total } = await page({ filter, offset: seqs.length, limit, upTo });
    seqs.push(...rows.map(({ seq }) => seq));
    if (seqs.length >= total) return seqs;
  }
}

const day = fc.integer({ min: -3, max: 30 }).map((days) => new Date(NOON + days * DAY_MS).toISOString().slice(0, 10));
const filters = fc.record<LogFilter>(
  {
    from: day,
    to: day,
    types: fc.subarray(['decision', 'review', 'sign-in', 'sign-in-failed', 'genesis', 'no-such-type']),
    outcomes: fc.subarray(['approve', 'refer', 'decline']),
    actor: fc.constantFrom(officer, supervisor.actor, 'omar', 'system', 'nobody'),
    product: fc.constantFrom('personal-loan', 'instalment-loan', 'other-loan'),
    modelVersion: fc.constantFrom('1.9.0', '1.10.0', '9.9.9'),
    policyVersion: fc.constantFrom('2.0.0', '2.1.0'),
    overridden: fc.boolean(),
    reason: fc.constantFrom('model:R01', 'model:R02', 'policy:P10', 'model:R0'),
  },
  { requiredKeys: [] },
);

describe('the filtered log', () => {
  it('is what looking at every entry one by one finds, whatever the filter and the size that is looked at', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 0, max: entries.length }), async (filter, upTo) => {
        expect(await allOf(filter, upTo)).toEqual(naively(entries, filter, upTo));
      }),
      { numRuns: 150 },
    );
  });

  it('tells each row as the entry has it, and nothing of the applicant', async () => {
    const { rows, total, size } = await page({});
    expect([total, size]).toEqual([entries.length, entries.length]);
    for (const row of rows) {
      const entry = entries[logRow.parse(row).seq]!;
      expect([row.type, row.wall, row.actor]).toEqual([entry.type, entry.wall, entry.actor]);
      if (entry.type === 'decision')
        expect(row).toMatchObject({ outcome: entry.decision, product: entry.product.name, detail: entry.reasons.join(' ') });
      if (entry.type === 'review') expect(row).toMatchObject({ outcome: entry.outcome, override: entry.override, about: entry.of });
    }
    const overridden = await page({ filter: { overridden: true, types: ['decision'] } });
    expect(overridden.total).toBeGreaterThan(20);
    expect(overridden.rows.every(({ override }) => override !== null)).toBe(true);
  });

  it('stays where it is under somebody who reads it while the log grows', async () => {
    const filter = { overridden: false, actor: officer };
    const { size, total } = await page({ filter });
    const before = await allOf(filter, size, 50);
    const decided = entries.findLast((entry) => entry.type === 'decision' && entry.actor === officer)!;
    append(decisionDraft(1000, { actor: officer }), review(decided.seq, 'a0000000-0000-4000-8000-000000000000', 'low-side'));
    expect(await allOf(filter, size, 50)).toEqual(before);
    expect((await page({ filter, upTo: size })).total).toBe(total);
    // Who looks at the log as it is now sees the new decision, and no longer the one that was overridden.
    expect((await page({ filter })).total).toBe(total);
    expect((await page({})).total).toBe(size + 2);
    entries = entriesOf(branch.log.db);
  });

  it('gives an empty page beyond its end, and for a size that the log has not reached the log as it is', async () => {
    expect(await page({ offset: 1_000_000 })).toMatchObject({ rows: [], total: entries.length });
    expect((await page({ upTo: 1_000_000 })).size).toBe(entries.length);
    expect(await page({ filter: { reason: 'nothing' } })).toMatchObject({ rows: [], total: 0 });
  });

  it('tells a row that was taken out of the tables from the log itself', async () => {
    const victim = await openedBranch(offices.copy());
    const { sqlite } = victim.log.db;
    sqlite.exec('DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE seq = 3');
    const { rows, total } = await pageOfLog(victim.for({ account: 'agnes', role: 'auditor' }), { filter: {}, offset: 0, limit: 200 });
    expect(rows).toHaveLength(total);
    expect(rows.at(-4)).toMatchObject({ seq: 3, type: 'model-activated' });
    await victim.close();
  });

  it('names what its filters may be set to', async () => {
    const facets = await facetsOf(auditor);
    expect(facets.modelVersions).toEqual(['1.2.0', '1.9.0', '1.10.0']);
    expect(facets.reasons).toEqual(['model:R01', 'model:R02', 'policy:P10']);
    expect(facets.actors).toContain('omar');
    expect(facets.types).toEqual([...new Set(entries.map(({ type }) => type))].sort());
  });
});

describe('the timeline', () => {
  it('counts every matching entry in exactly one bar, whatever the number of bars', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 400 }), async (filter, most) => {
        const bars = await timelineOf(auditor, filter, most);
        const found = naively(entries, filter);
        expect(bars.length).toBeLessThanOrEqual(most);
        expect(bars.reduce((sum, bar) => sum + bar.entries, 0)).toBe(found.length);
        for (const [i, bar] of bars.entries()) {
          timelineBar.parse(bar);
          if (i > 0) expect(bar.from).toBe(bars[i - 1]!.to);
          const within = found.map((seq) => entries[seq]!).filter(({ wall }) => wall >= bar.from && wall < bar.to);
          expect(bar.entries).toBe(within.length);
          expect(bar.refer).toBe(within.filter((entry) => entry.type === 'decision' && entry.decision === 'refer').length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays short and whole when a clock was once set to the end of time', async () => {
    const odd = await openedBranch(offices.copy(), { clock: { now: () => Date.parse('9999-12-31T23:00:00Z'), mono: () => 1 } });
    appendEntries(odd.log, [{ entry: { type: 'sign-in', actor: 'olga', role: 'officer', how: 'start' } }]);
    const bars = await timelineOf(odd.for({ account: 'agnes', role: 'auditor' }), {}, 120);
    expect(bars.length).toBeLessThanOrEqual(120);
    expect(bars.reduce((sum, bar) => sum + bar.entries, 0)).toBe(odd.log.frontier.size);
    await odd.close();
  });
});

describe('the report of activity', () => {
  it('counts for each person what the log says of them', async () => {
    const rows = await activityOf(auditor, {});
    for (const row of rows) activityRow.parse(row);
    expect(rows.map(({ account }) => account)).not.toContain('system');
    const mine = entries.filter(({ actor }) => actor === officer);
    const decided = mine.filter((entry) => entry.type === 'decision');
    expect(rows.find(({ account }) => account === officer)).toMatchObject({
      name: PEOPLE.officer.name,
      decisions: decided.length,
      referred: decided.filter((entry) => entry.type === 'decision' && entry.decision === 'refer').length,
      signIns: mine.filter(({ type }) => type === 'sign-in').length,
      failedSignIns: entries.filter(({ type }) => type === 'sign-in-failed').length,
      first: mine[0]!.wall,
      last: mine.at(-1)!.wall,
    });
    const reviewed = entries.filter((entry) => entry.type === 'review');
    expect(rows.find(({ account }) => account === supervisor.actor)).toMatchObject({
      reviews: reviewed.length,
      overridesLowSide: reviewed.filter((entry) => entry.type === 'review' && entry.override === 'low-side').length,
      overridesHighSide: reviewed.filter((entry) => entry.type === 'review' && entry.override === 'high-side').length,
    });
    expect(rows.find(({ account }) => account === 'omar')?.name).toBeNull();
  });

  it('keeps to its days, and still names whoever did nothing in them', async () => {
    const rows = await activityOf(auditor, { from: '2020-01-01', to: '2020-12-31' });
    expect(rows.map(({ account }) => account)).toEqual(['agnes', 'ines', 'olga', 'samir']);
    expect(rows.every(({ decisions, first }) => decisions === 0 && first === null)).toBe(true);
  });
});

describe('one entry', () => {
  it('comes with its bytes, a proof of its place and all that is about the same application', () => {
    const seq = entries.find((entry) => entry.type === 'decision' && entry.application === applicationId(13))!.seq;
    const view = entryView.parse(seeEntry(auditor, seq));
    expect(JSON.parse(view.bytes)).toEqual(entries[seq]);
    expect(view.related.map(({ type }) => type)).toEqual(['hold-set', 'review']);
    expect(parseTlogProof(view.proof)).toMatchObject({ index: seq });
    const [hold] = view.related;
    expect(seeEntry(auditor, hold!.seq).related.map(({ type }) => type)).toEqual(['review', 'decision']);
  });

  it('is refused where there is none', () => {
    return expect(async () => seeEntry(auditor, 1_000_000)).rejects.toMatchObject({ failure: { kind: 'entry-unknown' } });
  });
});

describe('who may read the log', () => {
  it('is the auditor alone', async () => {
    const refused = { failure: { kind: 'not-allowed' } };
    for (const role of ['officer', 'supervisor', 'it'] as const) {
      const other = branch.for({ account: PEOPLE[role].account, role });
      await expect(pageOfLog(other, { filter: {}, offset: 0, limit: 1 })).rejects.toMatchObject(refused);
      await expect(facetsOf(other)).rejects.toMatchObject(refused);
      await expect(timelineOf(other, {}, 10)).rejects.toMatchObject(refused);
      await expect(activityOf(other, {})).rejects.toMatchObject(refused);
      await expect(async () => seeEntry(other, 0)).rejects.toMatchObject(refused);
    }
  });
});
