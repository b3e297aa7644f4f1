/** Pages of the log as an auditor filters it. */
import type { LogFilter, LogRow } from '../../contract/audit.ts';
import type { LogEntry } from '../../contract/log-entry.ts';
import { listLogRows, listLogRowsOf } from '../../db/audit-rows.ts';
import { decisionRowOf } from '../../db/decisions.ts';
import { eventRowOf } from '../../db/events.ts';
import type { Reader } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { parseCanonical } from '../../ledger/canonical-json.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';
import { matchingEntries } from './log-index.ts';
import { isOpen } from './match-entries.ts';

export interface PageAsked {
  filter: LogFilter;
  /** Matching rows to pass over, from the newest. */
  offset: number;
  limit: number;
  /** Size of the log that is looked at; absent: as it is now. */
  upTo?: number | undefined;
}

/**
 * Rows that match, newest first, how many those are in all, and the size of the log that was looked at: given as `upTo` with the next
 * question, pages fit together however much is written meanwhile.
 */
export async function pageOfLog(branch: Branch, asked: PageAsked): Promise<{ rows: LogRow[]; total: number; size: number }> {
  requirePermission(branch.role, 'read-log');
  const { filter, offset, limit } = asked;
  const { db, frontier } = branch.log;
  const size = Math.min(asked.upTo ?? frontier.size, frontier.size);
  if (isOpen(filter)) {
    const to = Math.max(size - offset, 0);
    const from = Math.max(to - limit, 0);
    const wanted = Array.from({ length: to - from }, (_, i) => to - 1 - i);
    return { rows: withMissing(db, wanted, listLogRows(db, from, to)), total: size, size };
  }
  const found = await matchingEntries(branch, filter, size);
  const to = Math.max(found.length - offset, 0);
  const wanted = [...found.subarray(Math.max(to - limit, 0), to)].reverse();
  return { rows: withMissing(db, wanted, listLogRowsOf(db, wanted)), total: found.length, size };
}

/** One row for every number: what the query tables lack, which only tampering brings about, is told from the log itself. */
function withMissing(db: Reader, wanted: readonly number[], rows: LogRow[]): LogRow[] {
  if (rows.length === wanted.length) return rows;
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return wanted.map((seq) => bySeq.get(seq) ?? rowFromLog(db, seq));
}

const UNREADABLE = { type: 'unreadable', wall: new Date(0).toISOString(), actor: '', detail: '' };

function rowFromLog(db: Reader, seq: number): LogRow {
  const row = { seq, outcome: null, product: null, modelVersion: null, policyVersion: null, override: null, about: null } as const;
  const stored = getEntry(db, seq);
  const entry = (stored && (parseCanonical(stored.bytes)?.value as LogEntry | undefined)) || null;
  if (entry === null) return { ...row, ...UNREADABLE };
  if (entry.type === 'decision') {
    const { wall, actor, outcome, product, modelVersion, policyVersion, reasons } = decisionRowOf(entry, null);
    return { ...row, type: entry.type, wall, actor, outcome, product, modelVersion, policyVersion, detail: reasons };
  }
  const { type, wall, actor, about, detail } = eventRowOf(entry);
  if (entry.type !== 'review') return { ...row, type, wall, actor, about, detail };
  return { ...row, type, wall, actor, about, detail, outcome: entry.outcome, override: entry.override };
}
