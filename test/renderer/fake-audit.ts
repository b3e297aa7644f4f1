/** The auditor's calls of the fake office: a log of any length, whose rows follow from their numbers but for what was decided in it. */
import { implement } from '@orpc/server';
import type { ActivityRow, EntryView, ExportRequest, LogFilter, LogRow, ReplayResult } from '../../contract/audit.ts';
import { type DecisionView, serviceContract } from '../../contract/ipc.ts';
import { person } from './fake-door.ts';

export const AGNES = person('agnes', 'Agnes Lund', 'auditor');

const HASH = '5e0d83a6f1c2'.repeat(6).slice(0, 64);
const FIRST = Date.parse('2024-01-02T08:00:00.000Z');
const HOUR_MS = 3_600_000;

interface Hold {
  application: string;
  seq: number;
  since: string;
  reason: string;
}

/** What the fake office decided. */
interface Decided {
  readonly views: readonly DecisionView[];
}

export class FakeAudit {
  #size = 0;
  readonly office: Decided;
  readonly holds: Hold[] = [];
  /** What was asked for, in order. */
  readonly filters: LogFilter[] = [];
  readonly exports: ExportRequest[] = [];
  readonly replays: { from: number; to: number }[] = [];
  /** What replay finds that is not the same. */
  differing: ReplayResult[] = [];

  constructor(office: Decided) {
    this.office = office;
  }

  /** Entries of the log; those of the office's decisions are among them, and it is never shorter than they need. */
  get size(): number {
    return Math.max(this.#size, this.office.views.length + 7);
  }

  set size(size: number) {
    this.#size = size;
  }

  /** The newest comes first. */
  matching(filter: LogFilter, upTo: number): { total: number; at: (index: number) => LogRow } {
    if (Object.keys(filter).length === 0) return { total: upTo, at: (index) => this.row(upTo - 1 - index) };
    const rows = Array.from({ length: upTo }, (_, seq) => this.row(upTo - 1 - seq)).filter((row) => lets(filter, row));
    return { total: rows.length, at: (index) => rows[index]! };
  }

  row(seq: number): LogRow {
    const wall = new Date(FIRST + seq * HOUR_MS).toISOString();
    const none = { outcome: null, product: null, modelVersion: null, policyVersion: null, override: null, about: null };
    const view = this.office.views.find((one) => one.seq === seq);
    if (view === undefined && seq % 5 === 0) return { ...none, seq, type: 'sign-in', wall, actor: 'a.osei', detail: 'start' };
    if (view === undefined && seq % 31 === 0)
      return {
        ...none,
        seq,
        type: 'review',
        wall,
        actor: 'samuel',
        outcome: 'approve',
        override: 'low-side',
        about: seq - 1,
        detail: 'security-offered',
      };
    const outcome = view?.decision.outcome ?? (['approve', 'refer', 'decline'] as const)[seq % 3]!;
    const versions = { modelVersion: seq % 2 === 0 ? '1.0.0' : '1.1.0', policyVersion: '1.0.0' };
    return { ...none, seq, type: 'decision', wall, actor: 'a.osei', outcome, product: 'instalment-loan', ...versions, detail: 'model:R01' };
  }

  timeline(filter: LogFilter, most: number, upTo: number) {
    const { total, at } = this.matching(filter, upTo);
    const sample = Array.from({ length: Math.min(total, 3000) }, (_, i) => at(Math.floor((i * total) / Math.min(total, 3000))));
    if (sample.length === 0) return [];
    const [newest, oldest] = [Date.parse(sample[0]!.wall), Date.parse(sample.at(-1)!.wall)];
    const width = Math.max(Math.ceil((newest - oldest + 1) / Math.min(most, 90) / HOUR_MS), 1) * HOUR_MS;
    const bars = Math.floor((newest - oldest) / width) + 1;
    return Array.from({ length: bars }, (_, i) => {
      const [from, to] = [new Date(oldest + i * width).toISOString(), new Date(oldest + (i + 1) * width).toISOString()];
      const within = sample.filter(({ wall }) => wall >= from && wall < to);
      const decided = (outcome: string) => within.filter((row) => row.type === 'decision' && row.outcome === outcome).length;
      return { from, to, entries: within.length, approve: decided('approve'), refer: decided('refer'), decline: decided('decline') };
    });
  }

  entry(seq: number): EntryView | null {
    if (seq >= this.size) return null;
    const { type, wall, actor, about, outcome } = this.row(seq);
    const application = this.office.views.find((one) => one.seq === seq)?.applicationId;
    const fields = { actor, anchor: null, boot: 'b', mono: 1, role: 'officer', seq, type, v: 1, wall };
    const note = { ct: 'AA==', kc: 'AA==', kid: 'k', nonce: 'AA==', tag: 'AA==' };
    const own = type === 'review' ? { codes: ['security-offered'], note, of: about, outcome } : type === 'sign-in' ? { how: 'start' } : {};
    return {
      seq,
      type,
      wall,
      interval: { notBefore: seq % 2 === 0 ? wall : null, notAfter: null },
      actor,
      role: 'officer',
      leafHash: HASH,
      bytes: JSON.stringify({ ...fields, ...own, ...(application && { application }) }),
      proof: `c2sp.org/tlog-proof@v1\nindex ${seq}\n`,
      related: type === 'decision' ? [] : [this.row(Math.max(seq - 1, 0))],
    };
  }

  activity(): ActivityRow[] {
    const none = { signIns: 0, failedSignIns: 0, decisions: 0, approved: 0, referred: 0, declined: 0, reviews: 0, exports: 0 };
    const row = { ...none, overridesLowSide: 0, overridesHighSide: 0, first: null, last: null };
    const { wall } = this.row(this.size - 1);
    const officer = {
      signIns: 12,
      failedSignIns: 2,
      decisions: 340,
      approved: 210,
      referred: 90,
      declined: 40,
      first: this.row(0).wall,
      last: wall,
    };
    return [
      { ...row, account: 'a.osei', name: '=Ada "Osei"', ...officer },
      { ...row, account: 'agnes', name: 'Agnes Lund' },
      { ...row, account: 'omar', name: null, decisions: 3, declined: 3, first: wall, last: wall },
    ];
  }
}

function lets(filter: LogFilter, row: LogRow): boolean {
  const day = row.wall.slice(0, 10);
  return (
    (!filter.types || filter.types.includes(row.type)) &&
    (!filter.outcomes || (row.outcome !== null && filter.outcomes.includes(row.outcome))) &&
    (!filter.actor || row.actor === filter.actor) &&
    (!filter.modelVersion || row.modelVersion === filter.modelVersion) &&
    (!filter.from || day >= filter.from) &&
    (!filter.to || day <= filter.to) &&
    (!filter.overridden || row.override !== null) &&
    (!filter.reason || row.detail.split(' ').includes(filter.reason))
  );
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function auditCallsOf(audit: FakeAudit) {
  const os = implement(serviceContract);
  return {
    rows: os.audit.rows.handler(({ input: { filter, offset, limit, upTo } }) => {
      audit.filters.push(filter);
      const size = Math.min(upTo ?? audit.size, audit.size);
      const { total, at } = audit.matching(filter, size);
      return { rows: Array.from({ length: Math.min(limit, Math.max(total - offset, 0)) }, (_, i) => at(offset + i)), total, size };
    }),
    facets: os.audit.facets.handler(() => ({
      actors: ['a.osei', 'samuel', 'system'],
      types: ['decision', 'review', 'sign-in'],
      modelVersions: ['1.0.0', '1.1.0'],
      policyVersions: ['1.0.0'],
      reasons: ['model:R01'],
    })),
    timeline: os.audit.timeline.handler(({ input: { filter, bars, upTo } }) => audit.timeline(filter, bars, upTo ?? audit.size)),
    entry: os.audit.entry.handler(({ input: { seq }, errors }) => {
      const view = audit.entry(seq);
      if (view) return view;
      const [happened, safe, next] = [`The log has no entry ${seq}.`, 'Nothing was changed.', 'Give another number.'];
      throw errors.FAILED({ data: { kind: 'entry-unknown', happened, safe, next, facts: { seq } } });
    }),
    activity: os.audit.activity.handler(() => audit.activity()),
    replay: os.audit.replay.handler(async function* ({ input }) {
      audit.replays.push(input);
      const total = input.to - input.from + 1;
      yield { step: 'progress' as const, done: 0, total };
      await rest(20);
      const different = audit.differing.length;
      yield { step: 'report' as const, same: total - different, erased: 0, different, impossible: 0, results: audit.differing };
    }),
    exportEvidence: os.audit.exportEvidence.handler(async function* ({ input }) {
      audit.exports.push(input);
      const entries = input.to - input.from + 1;
      yield { step: 'progress' as const, done: 0, total: entries };
      await rest(20);
      yield { step: 'done' as const, file: '/data/exports/evidence-1.zip', bytes: 48_213, sha256: HASH, entries };
    }),
    setHold: os.audit.setHold.handler(({ input: { application, hold, reason } }) => {
      const at = audit.holds.findIndex((one) => one.application === application);
      if (at >= 0) audit.holds.splice(at, 1);
      const seq = audit.size++;
      if (hold) audit.holds.push({ application, seq, since: audit.row(seq).wall, reason });
    }),
    holds: os.audit.holds.handler(() => audit.holds),
  };
}
