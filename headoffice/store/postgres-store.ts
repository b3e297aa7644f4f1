/** PostgreSQL, and what speaks its protocol (CockroachDB, YugabyteDB, Citus). */
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { Failed } from '../../contract/failure.ts';
import type { Sql, SqlValue, Store } from './store.ts';

/** What the driver gives as text because a double might not hold it (ours are sizes and counts, which it does), and days, which are no moments. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
  [pg.types.builtins.DATE, String],
]);
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format),
};

const AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);
const TRIES = 8;

export async function openPostgres(url: string, connections: number): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types: TYPES,
    application_name: 'outpost',
    connectionTimeoutMillis: 10_000,
    // A receiver that hangs must not hold a branch's row for ever.
    idle_in_transaction_session_timeout: 30_000,
    statement_timeout: 60_000,
  });
  // A connection that breaks while idle is replaced by the pool; what is under way throws where it is.
  pool.on('error', () => undefined);
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw unreachable(error);
  }
  return {
    engine: 'postgres',
    query: (text, values) => run(pool, text, values),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function run<Row>(on: pg.Pool | pg.PoolClient, text: string, values: readonly SqlValue[] = []): Promise<Row[]> {
  return (await on.query(text, values as SqlValue[])).rows as Row[];
}

async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (tried >= TRIES || !AGAIN.has(String((error as { code?: string }).code))) throw error;
      await setTimeout(Math.random() * 20 * 2 ** tried);
    }
  }
}

async function once<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work({ query: (text, values) => run(client, text, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection on which not even this is possible is thrown away.
    await client.query('ROLLBACK').catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function unreachable(error: unknown): Failed {
  const { code, message } = error as { code?: string; message: string };
  return new Failed(
    {
      kind: 'store-unreachable',
      // Never the address: it holds a password.
      happened: `The database cannot be reached (${code ?? message}).`,
      safe: 'Nothing was changed, and branches keep what they have not sent.',
      next: 'See that PostgreSQL runs and that --database names it.',
      facts: {},
    },
    { cause: error },
  );
}
