/** When which model, policy and product definition became active, and why. What follows from it is in `active.ts`. */
import type { LogEntry } from '../contract/log-entry.ts';
import type { ActivationCause } from '../contract/release-entries.ts';
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface Activation {
  seq: number;
  product: string;
  kind: 'model' | 'policy' | 'product';
  /** Models only. */
  alias: 'champion' | 'challenger' | null;
  name: string;
  version: string;
  sha256: string;
  /** RFC 3339, the entry's wall clock. */
  activatedAt: string;
  cause: ActivationCause;
}

type ActivationEntry = Extract<LogEntry, { type: 'model-activated' | 'policy-activated' | 'product-activated' }>;

const KINDS = { 'model-activated': 'model', 'policy-activated': 'policy', 'product-activated': 'product' } as const;

export function isActivation(entry: LogEntry): entry is ActivationEntry {
  return entry.type in KINDS;
}

export function activationOf(entry: ActivationEntry): Activation {
  const { seq, product, alias, artefact, wall, cause = 'first-use' } = entry;
  const { name, version, sha256 } = artefact;
  return { seq, product, kind: KINDS[entry.type], alias, name, version, sha256, activatedAt: wall, cause };
}

/** Inserts an activation; only inside the transaction that appends its entry. */
export function insertActivation(writer: Writer, activation: Activation): void {
  const sql = `INSERT INTO activations (seq, product, kind, alias, name, version, sha256, activated_at, cause)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const { seq, product, kind, alias, name, version, sha256, activatedAt, cause } = activation;
  statement(writer, sql).run(seq, product, kind, alias, name, version, sha256, activatedAt, cause);
}

const COLUMNS = 'seq, product, kind, alias, name, version, sha256, activated_at AS activatedAt, cause';

/** Activations of the entries from `from` to before `to`, in order. */
export function listActivations(reader: Reader, from: number, to: number): Activation[] {
  const sql = `SELECT ${COLUMNS} FROM activations WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<Activation>(reader, sql).all(from, to));
}
