/** The tables beside the entries, held against the entries: tree nodes, what the screens query, what is active. */
import type { DecisionEntry, LogEntry } from '../../contract/log-entry.ts';
import { type Activation, activationOf, isActivation, listActivations } from '../../db/activations.ts';
import { decisionRowOf, listDecisionRows } from '../../db/decisions.ts';
import { type EventEntry, type EventRow, eventRowOf, listEventRows } from '../../db/events.ts';
import type { Reader } from '../../db/handle.ts';
import { countLogRows, listNodes } from '../../db/log-entries.ts';
import { isModelState, listModelStates, modelStateOf } from '../../db/model-states.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';
import { countStoredNodes, TILE_HEIGHT, type TreeNode } from '../../ledger/merkle.ts';
import { openIdentity } from '../keys/seal-identity.ts';
import type { Findings } from './findings.ts';
import type { WrongNodes } from './walk.ts';

/** Compares computed nodes with the stored ones. */
export function checkNodes(reader: Reader, nodes: readonly TreeNode[], wrong: WrongNodes, findings: Findings): void {
  for (const [level, computed] of byLevel(nodes)) {
    const stored = listNodes(reader, level, computed[0]!.index, computed.at(-1)!.index + 1);
    for (const { index, hash } of computed) {
      if (stored.get(index)?.equals(hash)) continue;
      const told = isWrongBelow(level, index, wrong);
      wrong.add(`${level}/${index}`);
      if (told) continue;
      const first = index * 2 ** level;
      findings.addTampered(first, `The tree over entries ${first} to ${first + 2 ** level - 1} does not fit their stored bytes.`);
    }
  }
}

function isWrongBelow(level: number, index: number, wrong: WrongNodes): boolean {
  const width = 2 ** TILE_HEIGHT;
  for (let child = index * width; child < (index + 1) * width; child++) if (wrong.has(`${level - TILE_HEIGHT}/${child}`)) return true;
  return false;
}

function byLevel(nodes: readonly TreeNode[]): [number, TreeNode[]][] {
  const levels = new Map<number, TreeNode[]>();
  for (const node of nodes) {
    const level = levels.get(node.level);
    if (level === undefined) levels.set(node.level, [node]);
    else level.push(node);
  }
  // Children first, so that an ancestor's error is recognised as a consequence.
  return [...levels].sort(([a], [b]) => a - b);
}

/** Compares the query rows of the entries from `from` to before `to` with what follows from those entries. */
export function checkQueryRows(reader: Reader, from: number, to: number, entries: readonly LogEntry[], findings: Findings): void {
  const rows = new Map(listDecisionRows(reader, from, to).map((row) => [row.seq, row]));
  const activations = new Map(listActivations(reader, from, to).map((activation) => [activation.seq, activation]));
  const events = new Map(listEventRows(reader, from, to).map((event) => [event.seq, event]));
  for (const entry of entries) {
    if (entry.type === 'decision') checkDecisionRow(reader, entry, rows.get(entry.seq), findings);
    else checkEvent(entry, events.get(entry.seq), findings);
    if (isActivation(entry)) checkActivation(entry, activations.get(entry.seq), findings);
    if (entry.type === 'decision') rows.delete(entry.seq);
    else events.delete(entry.seq);
    if (isActivation(entry)) activations.delete(entry.seq);
  }
  checkModelStates(reader, from, to, entries, findings);
  for (const seq of rows.keys()) findings.addTampered(seq, `The list shows a decision ${seq} that the log does not have.`);
  for (const seq of events.keys()) findings.addTampered(seq, `The list shows an entry ${seq} that the log has otherwise.`);
  for (const seq of activations.keys()) findings.addTampered(seq, `An activation ${seq} is kept that the log does not have.`);
}

/** The row of a decision that a name or a key is kept with. */
export function checkNamed(reader: Reader, entry: DecisionEntry, findings: Findings): void {
  checkDecisionRow(reader, entry, listDecisionRows(reader, entry.seq, entry.seq + 1)[0], findings);
}

function checkDecisionRow(
  reader: Reader,
  entry: DecisionEntry,
  row: ReturnType<typeof listDecisionRows>[number] | undefined,
  findings: Findings,
): void {
  const { seq } = entry;
  if (row === undefined) {
    findings.addTampered(seq, `Decision ${seq} is missing from the list of decisions.`);
    return;
  }
  const expected = { ...decisionRowOf(entry, row.applicant), applicationId: entry.application };
  if (canonicalise(expected) !== canonicalise(row))
    findings.addTampered(seq, `The list shows decision ${seq} otherwise than the log has it.`);
  const key = entry.pii === null ? null : getSubjectKey(reader, seq);
  const identity = entry.pii === null || key === null ? null : openIdentity(entry.pii, key);
  if (key !== null && identity === null)
    findings.addTampered(seq, `The key kept for the applicant of decision ${seq} does not fit the entry.`);
  if (row.applicant === null) return;
  if (identity === null || !isNamedIn(row.applicant, identity)) {
    findings.addTampered(seq, `The list names an applicant of decision ${seq} whom the log does not name.`);
  }
}

/** The list may join several identifying fields to one name: each of its words must stand in one of them. */
function isNamedIn(applicant: string, identity: Record<string, string>): boolean {
  const words = new Set(Object.values(identity).flatMap((value) => value.split(/\s+/)));
  return applicant.split(/\s+/).every((word) => words.has(word));
}

function checkEvent(entry: EventEntry, stored: EventRow | undefined, findings: Findings): void {
  if (stored !== undefined && canonicalise({ ...stored }) === canonicalise({ ...eventRowOf(entry) })) return;
  findings.addTampered(entry.seq, `The list shows entry ${entry.seq} otherwise than the log has it.`);
}

type ActivationEntry = Parameters<typeof activationOf>[0];

function checkActivation(entry: ActivationEntry, stored: Activation | undefined, findings: Findings): void {
  if (stored !== undefined && canonicalise(stored) === canonicalise(activationOf(entry))) return;
  findings.addTampered(entry.seq, `What entry ${entry.seq} activated is kept otherwise than the log has it.`);
}

function checkModelStates(reader: Reader, from: number, to: number, entries: readonly LogEntry[], findings: Findings): void {
  const stored = new Map(listModelStates(reader, from, to).map((state) => [state.seq, state]));
  for (const entry of entries.filter(isModelState)) {
    if (canonicalise({ ...stored.get(entry.seq) }) !== canonicalise({ ...modelStateOf(entry) }))
      findings.addTampered(entry.seq, `What entry ${entry.seq} says of a model is kept otherwise than the log has it.`);
    stored.delete(entry.seq);
  }
  for (const seq of stored.keys()) findings.addTampered(seq, `Something is kept of a model that no entry ${seq} says.`);
}

/** Rows that no entry accounts for would never be met on the way through the entries: they are counted. `entries`: where those already are, else null. */
export function checkRowCounts(
  reader: Reader,
  size: number,
  entries: number | null,
  counted: { decisions: number; activations: number; modelStates: number; outcomes: number; events: number },
  findings: Findings,
): void {
  const rows = countLogRows(reader, entries);
  const expected = { entries: size, nodes: countStoredNodes(size), ...counted };
  for (const table of ['entries', 'nodes', 'decisions', 'activations', 'modelStates', 'outcomes', 'events'] as const) {
    if (rows[table] === expected[table]) continue;
    findings.addTampered(
      null,
      `There are ${rows[table]} rows in ${table === 'modelStates' ? 'model_states' : table} where the log accounts for ${expected[table]}.`,
    );
  }
}
