/** SQLite's own search for damage, in the tables that a walk through the log does not read page by page. */
import { type Reader, statement, withDatabase } from './handle.ts';

/** Tables whose rows and indexes are compared; a decision hidden from an index would be hidden from the list. */
const TABLES = [
  'decisions',
  'activations',
  'model_states',
  'outcomes',
  'waiting_releases',
  'events',
  'checkpoints',
  'countersigned',
  'accounts',
  'sessions',
  'drafts',
  'settings',
] as const;

/** What SQLite finds wrong, a few lines per table; empty when nothing is. Throws `Failed` database-corrupt where it cannot go on. */
export function findDamage(reader: Reader): { table: string; message: string }[] {
  return withDatabase(reader, () =>
    TABLES.flatMap((table) => {
      const rows = statement<{ integrity_check: string }>(reader, `PRAGMA integrity_check(${table})`).all();
      return rows.filter(({ integrity_check }) => integrity_check !== 'ok').map((row) => ({ table, message: row.integrity_check }));
    }),
  );
}
