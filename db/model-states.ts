/** What was said of models that were active: retired, suspended, resumed. Follows from the entries; verification derives it again. */
import type { LogEntry } from '../contract/log-entry.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface ModelState {
  seq: number;
  product: string;
  state: 'retired' | 'suspended' | 'resumed';
  sha256: string;
}

type StateEntry = Extract<LogEntry, { type: 'model-retired' | 'model-suspended' | 'model-resumed' }>;

const STATES = { 'model-retired': 'retired', 'model-suspended': 'suspended', 'model-resumed': 'resumed' } as const;

export function isModelState(entry: LogEntry): entry is StateEntry {
  return entry.type in STATES;
}

export function modelStateOf({ seq, product, type, artefact }: StateEntry): ModelState {
  return { seq, product, state: STATES[type], sha256: artefact.sha256 };
}

/** Only inside the transaction that appends its entry. */
export function insertModelState(writer: Writer, { seq, product, state, sha256 }: ModelState): void {
  const sql = 'INSERT INTO model_states (seq, product, state, sha256) VALUES (?, ?, ?, ?)';
  statement(writer, sql).run(seq, product, state, sha256);
}

/** Of the entries from `from` to before `to`, in order. */
export function listModelStates(reader: Reader, from: number, to: number): ModelState[] {
  const sql = 'SELECT seq, product, state, sha256 FROM model_states WHERE seq >= ? AND seq < ? ORDER BY seq';
  return withDatabase(reader, () => statement<ModelState>(reader, sql).all(from, to));
}
