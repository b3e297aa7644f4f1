/** Notes that contradict each other, as the receiver kept them, and what can be said of them. */
import { Failed } from '../../contract/failure.ts';
import { type OpenedCheckpoint, openCheckpoint } from '../../ledger/checkpoint.ts';
import { parseVkey } from '../../ledger/note-keys.ts';
import type { Sql } from '../store/store.ts';
import { rootOfStored } from './stored-root.ts';

export interface Evidence {
  evidence: string;
  branch: string;
  origin: string;
  /** Of the log, which both notes are signed by. */
  vkey: string;
  kind: 'fork' | 'rollback';
  /** What head office had countersigned. */
  known: string;
  /** What came later. */
  sent: string;
  /** Whose request brought it. */
  device: string;
  foundAt: Date;
  frozen: boolean;
  settledAt: Date | null;
  settledBy: string | null;
  settledHow: string | null;
  settledWhy: string | null;
}

const SELECT = `SELECT e.evidence, l.branch, l.origin, l.vkey, e.kind, e.known, e.sent, e.device, e.found_at AS "foundAt", l.frozen_at IS NOT NULL AS frozen,
    e.settled_at AS "settledAt", e.settled_by AS "settledBy", e.settled_how AS "settledHow", e.settled_why AS "settledWhy"
  FROM evidence e JOIN logs l ON l.log_no = e.log_no`;

/** The newest first. */
export async function listEvidence(sql: Sql): Promise<Evidence[]> {
  return await sql.query<Evidence>(`${SELECT} ORDER BY e.found_at DESC, e.evidence`);
}

/** @throws Failed usage where there is none of that name */
export async function getEvidence(sql: Sql, evidence: string): Promise<Evidence> {
  const found = (await sql.query<Evidence>(`${SELECT} WHERE e.evidence = $1`, [evidence]))[0];
  if (found !== undefined) return found;
  throw new Failed({
    kind: 'usage',
    happened: `There is no evidence ${evidence}.`,
    safe: 'Nothing was changed.',
    next: 'Take its name from outpost headoffice evidence list.',
    facts: {},
  });
}

/** One of the two notes, as its signatures show it. */
export interface ExaminedNote {
  /** Whether the log's own signature holds. */
  signed: boolean;
  size: number | null;
  /** Base64. */
  root: string | null;
  /** Head office's own line under it, by its clock; null: there is none that holds. */
  countersignedAt: Date | null;
}

export interface ExaminedEvidence extends Evidence {
  knownNote: ExaminedNote;
  sentNote: ExaminedNote;
  /** Base64 root of as many of the stored entries as the note that came speaks of; null: fewer are stored, or it cannot be read. */
  storedRoot: string | null;
  proves: Proven;
}

/**
 * `two-pasts`: the log's key signed both, and anybody can see that they cannot both be true. `one-past`: both are of the past that is stored; the later came
 * first. `by-our-word`: it signed both, and only head office saw the entries that do not fit. `unsigned`: one of them is not signed by the log's key.
 */
export type Proven = 'two-pasts' | 'one-past' | 'by-our-word' | 'unsigned';

/** @param witnessVkey of head office, for its own lines */
export async function examineEvidence(sql: Sql, witnessVkey: string, name: string): Promise<ExaminedEvidence> {
  const evidence = await getEvidence(sql, name);
  const known = open(evidence.known, evidence.vkey, witnessVkey);
  const sent = open(evidence.sent, evidence.vkey, witnessVkey);
  const stored = sent === null ? null : await rootOfStored(sql, evidence.origin, sent.size);
  return {
    ...evidence,
    knownNote: examined(known),
    sentNote: examined(sent),
    storedRoot: stored?.toString('base64') ?? null,
    proves: known === null || sent === null ? 'unsigned' : proven(known, sent, stored),
  };
}

/** @param stored root of the stored entries, as many as `sent` speaks of */
function proven(known: OpenedCheckpoint, sent: OpenedCheckpoint, stored: Buffer | null): Proven {
  if (known.size === sent.size) return known.root.equals(sent.root) ? 'one-past' : 'two-pasts';
  // Behind the known size nothing is stored that the known note would stand for.
  if (stored === null || sent.size > known.size) return 'by-our-word';
  return stored.equals(sent.root) ? 'one-past' : 'two-pasts';
}

function open(note: string, vkey: string, witnessVkey: string): OpenedCheckpoint | null {
  const [log, witness] = [parseVkey(vkey), parseVkey(witnessVkey)];
  const opened = log === null || witness === null ? null : openCheckpoint(note, log, [witness]);
  return opened === null || 'problem' in opened ? null : opened;
}

function examined(opened: OpenedCheckpoint | null): ExaminedNote {
  if (opened === null) return { signed: false, size: null, root: null, countersignedAt: null };
  const time = opened.cosignatures[0]?.time;
  const countersignedAt = time === undefined || time > 8.64e12 ? null : new Date(time * 1000);
  return { signed: true, size: opened.size, root: opened.root.toString('base64'), countersignedAt };
}
