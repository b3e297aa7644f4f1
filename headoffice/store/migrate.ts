/** Tables as this program knows them. A migration never changes once it has shipped; the next one follows it. */
import { Failed } from '../../contract/failure.ts';
import { firstTables } from './migrations/001-first-tables.ts';
import type { Sql, Store } from './store.ts';

/** Statements, run one by one. Each may be run again: where changes of tables are no part of a transaction (YugabyteDB), a migration may be cut off halfway. */
const MIGRATIONS: readonly ((partitions: number) => string[])[] = [firstTables];

/**
 * Brings the tables up to date; two processes that start at once wait for each other.
 * @throws Failed store-newer
 */
export async function migrate(store: Store, partitions: number): Promise<void> {
  await store.query('CREATE TABLE IF NOT EXISTS schema_version (id integer PRIMARY KEY, version integer NOT NULL)');
  await store.query('INSERT INTO schema_version (id, version) VALUES (1, 0) ON CONFLICT (id) DO NOTHING');
  await store.transaction(async (sql) => {
    const [row] = await sql.query<{ version: number }>('SELECT version FROM schema_version WHERE id = 1 FOR UPDATE');
    const version = row?.version ?? 0;
    if (version > MIGRATIONS.length) throw newer(version);
    for (const statements of MIGRATIONS.slice(version)) await runAll(sql, statements(partitions));
    await sql.query('UPDATE schema_version SET version = $1 WHERE id = 1', [MIGRATIONS.length]);
  });
}

async function runAll(sql: Sql, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.query(statement);
}

function newer(version: number): Failed {
  return new Failed({
    kind: 'store-newer',
    happened: `The database has tables of version ${version}, and this program knows them up to ${MIGRATIONS.length}.`,
    safe: 'Nothing was changed.',
    next: 'Start the newer program.',
    facts: { version, known: MIGRATIONS.length },
  });
}
