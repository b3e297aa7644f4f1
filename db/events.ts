/** What the screens query of entries that are not decisions. Everything but a remark's key follows from the entry; verification derives it again. */
import type { LogEntry } from '../contract/log-entry.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export type EventEntry = Exclude<LogEntry, { type: 'decision' }>;

export interface EventRow {
  seq: number;
  type: string;
  /** RFC 3339, the entry's wall clock. */
  wall: string;
  actor: string;
  /** Number of the decision that it is about; null for most. */
  about: number | null;
  applicationId: string | null;
  outcome: string | null;
  override: string | null;
  /** Few words for a person; never an applicant's data. */
  detail: string;
}

/** The row of an entry. */
export function eventRowOf(entry: EventEntry): EventRow {
  const { seq, type, wall, actor } = entry;
  const row = { seq, type, wall, actor, about: null, applicationId: null, outcome: null, override: null, detail: detailOf(entry) };
  if (entry.type === 'review') {
    const { of, application, outcome, override } = entry;
    return { ...row, about: of, applicationId: application, outcome, override };
  }
  return 'application' in entry ? { ...row, applicationId: entry.application } : row;
}

function detailOf(entry: EventEntry): string {
  switch (entry.type) {
    case 'genesis':
      return entry.origin;
    case 'model-activated':
    case 'policy-activated':
    case 'product-activated':
      return `${entry.artefact.name} ${entry.artefact.version}`;
    case 'clock-jump':
      return String(entry.jump_ms);
    case 'failure':
      return entry.kind;
    case 'account-created':
      return `${entry.account} ${entry.granted}`;
    case 'role-changed':
      return `${entry.account} ${entry.from} ${entry.to}`;
    case 'account-disabled':
    case 'account-enabled':
    case 'passphrase-changed':
      return entry.account;
    case 'officers-sight':
      return entry.all ? 'all' : 'own';
    case 'sign-in':
      return entry.how;
    case 'sign-in-failed':
      return `${entry.account ?? '-'} ${entry.failures}`;
    case 'sign-out':
      return entry.why;
    case 'review':
      return entry.codes.join(' ');
    case 'export':
      return `${entry.what} ${entry.from} ${entry.to}${entry.personal ? ' personal' : ''}`;
    case 'hold-set':
    case 'hold-lifted':
      return entry.reason;
    case 'erasure':
      return `${entry.ground} ${entry.of.join(' ')}`;
    case 'erasure-refused':
      return `${entry.cause} ${entry.until ?? '-'}`;
    case 'backup':
      return String(entry.size);
    case 'recovery-key-made':
      return '';
    case 'witnesses-trusted':
      return `${entry.quorum} of ${entry.witnesses.length}`;
    case 'model-retired':
    case 'model-suspended':
    case 'model-resumed':
      return `${entry.artefact.name} ${entry.artefact.version}`;
    case 'update-refused':
      return `${entry.kind} ${entry.target ?? '-'}`;
    case 'app-updated':
      return `${entry.from} ${entry.to}`;
    case 'change-proposed':
      return `${entry.change} ${entry.product} ${entry.artefact === null ? '-' : `${entry.artefact.name} ${entry.artefact.version}`}`;
    case 'change-confirmed':
    case 'change-dismissed':
      return String(entry.proposal);
    case 'enrolled':
      return `${entry.branch} ${entry.device.slice(0, 16)}`;
    case 'outcome':
      return String(entry.delivery);
  }
}

const INSERT = `INSERT INTO events (seq, type, wall, actor, about, application_id, outcome, override, detail, note_key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Inserts the row of an entry, with the key that its remark was sealed with; only inside the transaction that appends it. */
export function insertEvent(writer: Writer, row: EventRow, noteKey: Buffer | null): void {
  const { seq, type, wall, actor, about, applicationId, outcome, override, detail } = row;
  statement(writer, INSERT).run(seq, type, wall, actor, about, applicationId, outcome, override, detail, noteKey);
}

const COLUMNS = 'seq, type, wall, actor, about, application_id AS applicationId, outcome, override, detail';

/** Rows of the entries from `from` to before `to`, for the cross-check against the log. */
export function listEventRows(reader: Reader, from: number, to: number): EventRow[] {
  const sql = `SELECT ${COLUMNS} FROM events WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<EventRow>(reader, sql).all(from, to));
}

/** Rows of these types, the newest first. */
export function listEventsOf(reader: Reader, types: readonly string[], offset: number, limit: number): EventRow[] {
  const sql = `SELECT ${COLUMNS} FROM events WHERE type IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ? OFFSET ?`;
  return withDatabase(reader, () => statement<EventRow>(reader, sql).all(JSON.stringify(types), limit, offset));
}

export function countEventsOf(reader: Reader, types: readonly string[]): number {
  const sql = 'SELECT count(*) AS n FROM events WHERE type IN (SELECT value FROM json_each(?))';
  return withDatabase(reader, () => statement<{ n: number }>(reader, sql).get(JSON.stringify(types))?.n ?? 0);
}

/** Entries that are about one of the decisions `from` to `to` (both inclusive): its reviews, holds, erasure. In order. */
export function listAbout(reader: Reader, from: number, to: number): { seq: number; decision: number }[] {
  const sql = `SELECT seq, about AS decision FROM events WHERE about BETWEEN ? AND ?
    UNION SELECT events.seq, decisions.seq FROM decisions JOIN events ON events.application_id = decisions.application_id
      WHERE decisions.seq BETWEEN ? AND ?
    ORDER BY 1`;
  return withDatabase(reader, () => statement<{ seq: number; decision: number }>(reader, sql).all(from, to, from, to));
}
