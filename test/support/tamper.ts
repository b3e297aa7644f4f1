/** What somebody with the database's key can do to a log. Knows no test runner. */
import type { Writer } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { canonicalise } from '../../ledger/canonical-json.ts';

/** What somebody with the key can do: the triggers are no obstacle to them. */
export function tamper(db: Writer, ...statements: string[]): void {
  const triggers = db.sqlite.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) db.sqlite.exec(`DROP TRIGGER ${name}`);
  db.sqlite.pragma('foreign_keys = OFF');
  db.sqlite.pragma('ignore_check_constraints = ON');
  for (const sql of statements) db.sqlite.exec(sql);
}

export const hex = (bytes: Uint8Array): string => `x'${Buffer.from(bytes).toString('hex')}'`;

/** Entry `seq` with changes, in canonical form, as a forger would write it. */
export function forged(db: Writer, seq: number, change: object): Buffer {
  return Buffer.from(canonicalise({ ...JSON.parse(getEntry(db, seq)!.bytes.toString('utf8')), ...change }));
}
