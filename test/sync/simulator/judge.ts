/** What must hold of a run, at every step and at its end. Whatever does not is a violation with a name. */

import { syncState } from '../../../branch/sync/sync-state.ts';
import { checkpointUpTo } from '../../../db/checkpoints.ts';
import { frontierOf, logOf } from '../../../headoffice/receive/log-rows.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { rootOf } from '../../../ledger/merkle.ts';
import { type NoteVerifier, parseVkey } from '../../../ledger/note-keys.ts';
import { parseSubmission } from '../../../ledger/submission.ts';
import { heldEntries } from '../../support/head-office.ts';
import type { Process, SimBranch } from './sim-branch.ts';
import { OFFICE_VERIFIER, type SimOffice } from './sim-office.ts';

export class Violation extends Error {
  override readonly name = 'Violation';
}

interface LogRow {
  log: string;
  origin: string;
  size: number;
  frontier: Buffer;
}

interface EvidenceRow {
  known: string;
  sent: string;
  kind: string;
  frozen: boolean;
}

export class Judge {
  readonly #office: SimOffice;
  /** Whether one key may sign two pasts: only where the run copied or set back a disk on purpose. */
  isForkAllowed = false;
  /** Roots that head office had committed, by log and size, ever. */
  readonly #committed = new Map<string, Map<number, string>>();
  /** Roots that a log's key signed, by origin and size. */
  readonly #signed = new Map<string, Map<number, string>>();
  readonly #acked = new Map<SimBranch, { origin: string; size: number }>();

  constructor(office: SimOffice) {
    this.#office = office;
  }

  /** After each answer of head office: what it holds now. */
  async observeOffice(): Promise<void> {
    for (const row of await this.#office.store.query<LogRow>('SELECT log, origin, size, frontier FROM logs')) {
      const sizes = this.#committed.get(row.log) ?? new Map<number, string>();
      this.#committed.set(row.log, sizes);
      const root = rootOf(frontierOf(row)).toString('hex');
      const before = sizes.get(row.size);
      if (before !== undefined && before !== root && !this.isForkAllowed)
        throw new Violation(`head office held two different pasts of ${row.size} entries of ${row.origin}`);
      sizes.set(row.size, root);
    }
  }

  sees(submission: Buffer): void {
    const parsed = parseSubmission(submission);
    if (parsed === null) throw new Violation('the branch made no submission');
    const [origin, size, root] = parsed.head.checkpoint.split('\n') as [string, string, string];
    const sizes = this.#signed.get(origin) ?? new Map<number, string>();
    this.#signed.set(origin, sizes);
    const before = sizes.get(Number(size));
    if (before !== undefined && before !== root && !this.isForkAllowed)
      throw new Violation(`two roots of ${size} entries were signed by ${origin}`);
    sizes.set(Number(size), root);
  }

  /** A branch that was set back knows less than before, and may. */
  forget(branch: SimBranch): void {
    this.#acked.delete(branch);
  }

  /** What the branch believes to be acknowledged is so. Cheap: only what has changed is looked at. */
  observeBranch({ branch, db, log, isAlive }: Process): void {
    if (!isAlive) return;
    const { acked } = syncState(db);
    const before = this.#acked.get(branch);
    const origin = acked?.note.slice(0, acked.note.indexOf('\n')) ?? '';
    if (before !== undefined && (acked === null || (acked.size < before.size && origin === before.origin)))
      throw new Violation(`acknowledged went back from ${before.size} to ${acked?.size ?? 0}`);
    if (acked === null || (before?.origin === origin && before.size === acked.size)) return;
    if (!isCountersigned(acked.note, log.origin === origin ? log.signer.vkey : null, acked.size))
      throw new Violation(`${acked.size} entries count as acknowledged without a valid line of head office's`);
    // A receipt may be of less than head office holds meanwhile: then the root was compared there (and is again at the end).
    const committed = this.#committed.get(logOf(origin));
    if (committed === undefined || acked.size > Math.max(...committed.keys()))
      throw new Violation(`${acked.size} entries count as acknowledged, and head office never committed them`);
    if (acked.size > log.frontier.size) throw new Violation('more is acknowledged than there is');
    this.#acked.set(branch, { origin, size: acked.size });
  }

  /** Every entry of this log at head office exactly once, in order, byte for byte, and the roots equal. */
  async holdsAll({ db, log }: Process, stored: readonly Buffer[]): Promise<{ lost: number; doubled: number; reordered: number }> {
    const held = await heldEntries(this.#office.store, logOf(log.origin));
    const found = compare(stored, held);
    if (found.lost + found.doubled + found.reordered > 0)
      throw new Violation(
        `head office holds ${held.length} of ${stored.length} entries: lost ${found.lost}, doubled ${found.doubled}, reordered ${found.reordered}`,
      );
    const [row] = await this.#office.store.query<LogRow>('SELECT size, frontier FROM logs WHERE log = $1', [logOf(log.origin)]);
    if (row === undefined || !rootOf(frontierOf(row)).equals(rootOf(log.frontier))) throw new Violation('the roots differ');
    const own = checkpointUpTo(db, log.frontier.size);
    if (own === null || own.size !== log.frontier.size) throw new Violation('the end of the log was never signed');
    return found;
  }

  /** Of each earlier key's log head office holds a beginning of what stood there, and nothing else. */
  async holdsBeginnings(branch: SimBranch): Promise<void> {
    for (const [origin, history] of branch.histories) {
      const held = await heldEntries(this.#office.store, logOf(origin));
      if (held.length > history.length || held.some((entry, i) => !entry.equals(history[i]!)))
        throw new Violation(`head office holds of ${origin} what never stood in it`);
    }
  }

  async frozen(origin: string): Promise<EvidenceRow[]> {
    return await this.#office.store.query<EvidenceRow>(
      `SELECT e.known, e.sent, e.kind, l.frozen_at IS NOT NULL AS frozen FROM logs l LEFT JOIN evidence e ON e.log_no = l.log_no AND e.kind = 'fork'
       WHERE l.log = $1 AND l.frozen_at IS NOT NULL`,
      [logOf(origin)],
    );
  }

  async noForks(): Promise<void> {
    const rows = await this.#office.store.query<{ origin: string }>(
      `SELECT 'frozen ' || origin AS origin FROM logs WHERE frozen_at IS NOT NULL UNION ALL SELECT 'frozen at the witness ' || origin FROM witnessed WHERE frozen_at IS NOT NULL
       UNION ALL SELECT 'alarm ' || subject || ': ' || detail FROM alarms WHERE kind = 'fork'`,
    );
    if (rows.length > 0) throw new Violation(`a fork was raised where there was none: ${rows[0]!.origin}`);
  }
}

function isCountersigned(note: string, vkey: string | null, size: number): boolean {
  // Of an earlier epoch the key is gone: it was checked when it was this one's.
  if (vkey === null) return true;
  const opened = openCheckpoint(note, parseVkey(vkey) as NoteVerifier, [OFFICE_VERIFIER]);
  return !('problem' in opened) && opened.size === size && opened.cosignatures.length === 1;
}

/** Both notes hold under the log's key, and they cannot both be true. */
export function isEvidence({ known, sent }: { known: string; sent: string }, vkey: string): boolean {
  const key = parseVkey(vkey) as NoteVerifier;
  const [a, b] = [openCheckpoint(known, key), openCheckpoint(sent, key)];
  return !('problem' in a) && !('problem' in b) && (a.size !== b.size || !a.root.equals(b.root));
}

export function compare(stored: readonly Buffer[], held: readonly Buffer[]): { lost: number; doubled: number; reordered: number } {
  const name = (entry: Buffer) => entry.toString('latin1');
  const counts = new Map<string, number>();
  for (const entry of held) counts.set(name(entry), (counts.get(name(entry)) ?? 0) + 1);
  const lost = stored.filter((entry) => !counts.has(name(entry))).length;
  const doubled = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  const reordered = lost + doubled > 0 ? 0 : stored.filter((entry, i) => !held[i]?.equals(entry)).length;
  return { lost, doubled, reordered };
}
