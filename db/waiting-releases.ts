/** Releases that wait for their day on this PC, and those that were refused, so that neither is forgotten nor told over and over again. */
import { type Reader, statement, type Writer, withDatabase } from './handle.ts';

export interface WaitingRow {
  product: string;
  kind: 'model' | 'policy';
  alias: 'champion' | 'challenger' | 'policy';
  sha256: string;
  state: 'scheduled' | 'refused';
  /** RFC 3339. */
  activateFrom: string | null;
  bytes: number;
  /** JSON of the offer. */
  offer: string;
  /** JSON of the failure; null unless refused. */
  failure: string | null;
}

export type Place = Pick<WaitingRow, 'product' | 'kind' | 'alias'>;

const COLUMNS = 'product, kind, alias, sha256, state, activate_from AS activateFrom, bytes, offer, failure';

export function listWaiting(reader: Reader): WaitingRow[] {
  const sql = `SELECT ${COLUMNS} FROM waiting_releases ORDER BY product, kind, alias, sha256`;
  return withDatabase(reader, () => statement<WaitingRow>(reader, sql).all());
}

export function putWaiting(writer: Writer, row: WaitingRow): void {
  const { product, kind, alias, sha256, state, activateFrom, bytes, offer, failure } = row;
  const sql = `INSERT OR REPLACE INTO waiting_releases (product, kind, alias, sha256, state, activate_from, bytes, offer, failure)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  withDatabase(writer, () => statement(writer, sql).run(product, kind, alias, sha256, state, activateFrom, bytes, offer, failure));
}

/** @param sha256 null: everything that waits for that place */
export function dropWaiting(writer: Writer, { product, kind, alias }: Place, sha256: string | null): void {
  const sql = 'DELETE FROM waiting_releases WHERE product = ? AND kind = ? AND alias = ? AND (? IS NULL OR sha256 = ?)';
  withDatabase(writer, () => statement(writer, sql).run(product, kind, alias, sha256, sha256));
}
