/** Outcomes, held against what head office signed: by the key that the log itself names, for this log, one after the other. */
import type { LogEntry } from '../../contract/log-entry.ts';
import { findDecision } from '../../db/decisions.ts';
import { listOutcomeRows, type OutcomeEntry, outcomeRowsOf } from '../../db/outcomes.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { parseVkey } from '../../ledger/note-keys.ts';
import { openSignedJson } from '../../ledger/signed-json.ts';
import { logIdOf } from '../sync/log-id.ts';
import type { Walk } from './walk.ts';

/** Checks the notes of these entries (those from `from` to before `to`) and the rows kept of them; returns how many rows they account for. */
export function checkOutcomes(walk: Walk, from: number, to: number, entries: readonly LogEntry[]): number {
  const { reader, findings } = walk;
  const stored = Map.groupBy(listOutcomeRows(reader, from, to), ({ seq }) => seq);
  let rows = 0;
  for (const entry of entries) {
    noteOffice(walk, entry);
    if (entry.type !== 'outcome') continue;
    checkNote(walk, entry);
    const expected = outcomeRowsOf(entry).map((row) => ({ ...row, decision: decisionBefore(walk, row.application, entry.seq) }));
    if (canonicalise(expected) !== canonicalise((stored.get(entry.seq) ?? []).map((row) => ({ ...row }))))
      findings.addTampered(entry.seq, `The outcomes of entry ${entry.seq} are kept otherwise than the log has them.`);
    rows += expected.length;
    stored.delete(entry.seq);
  }
  for (const seq of stored.keys()) findings.addTampered(seq, `Outcomes are kept that no entry ${seq} brought.`);
  return rows;
}

function decisionBefore({ reader }: Walk, application: string, seq: number): number | null {
  const decision = findDecision(reader, application);
  return decision !== null && decision < seq ? decision : null;
}

/** Numbers begin anew with each epoch and with each head office. */
function noteOffice({ office }: Walk, entry: LogEntry): void {
  if (entry.type === 'genesis') office.next = 1;
  if (entry.type !== 'enrolled' || entry.head_office === office.vkey) return;
  office.vkey = entry.head_office;
  office.key = parseVkey(entry.head_office);
  office.next = 1;
}

function checkNote({ findings, office, epochs }: Walk, { seq, delivery, note }: OutcomeEntry): void {
  if (office.key === null) {
    findings.addTampered(seq, `Entry ${seq} brings outcomes, and no head office is named before it.`);
    return;
  }
  const opened = openSignedJson(note, office.key);
  const said = 'problem' in opened ? null : (opened.value as { kind?: unknown; log?: unknown; delivery?: unknown });
  const log = epochs.findLast(({ from }) => from < seq)?.origin;
  if (said === null || said.kind !== 'outpost-outcomes' || said.delivery !== delivery || log === undefined || said.log !== logIdOf(log))
    findings.addTampered(seq, `The outcomes in entry ${seq} are not what head office signed for this log.`);
  else if (delivery !== office.next)
    findings.addTampered(seq, `Entry ${seq} brings delivery ${delivery}, where ${office.next} was the next.`);
  office.next = delivery + 1;
}
