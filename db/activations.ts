/** Which model, policy and product definition is active: the last activation of each counts. */
import type { LogEntry } from '../contract/log-entry.ts';
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
}

type ActivationEntry = Extract<LogEntry, { type: 'model-activated' | 'policy-activated' | 'product-activated' }>;

const KINDS = { 'model-activated': 'model', 'policy-activated': 'policy', 'product-activated': 'product' } as const;

export function activationOf(entry: ActivationEntry): Activation {
  const { seq, product, alias, artefact, wall } = entry;
  const { name, version, sha256 } = artefact;
  return { seq, product, kind: KINDS[entry.type], alias, name, version, sha256, activatedAt: wall };
}

/** Inserts an activation; only inside the transaction that appends its entry. */
export function insertActivation(writer: Writer, activation: Activation): void {
  const sql = `INSERT INTO activations (seq, product, kind, alias, name, version, sha256, activated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
  const { seq, product, kind, alias, name, version, sha256, activatedAt } = activation;
  statement(writer, sql).run(seq, product, kind, alias, name, version, sha256, activatedAt);
}

const COLUMNS = 'seq, product, kind, alias, name, version, sha256, activated_at AS activatedAt';

/** The last activation of each product, kind and alias. */
export function listActive(reader: Reader): Activation[] {
  const sql = `SELECT ${COLUMNS} FROM activations WHERE seq IN (SELECT max(seq) FROM activations GROUP BY product, kind, alias)
    ORDER BY product, kind, alias`;
  return withDatabase(reader, () => statement<Activation>(reader, sql).all());
}

/** Activations of the entries from `from` to before `to`, for the cross-check against the log. */
export function listActivations(reader: Reader, from: number, to: number): Activation[] {
  const sql = `SELECT ${COLUMNS} FROM activations WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<Activation>(reader, sql).all(from, to));
}
