/** The embedded engine: PostgreSQL in this process, for one head office on one machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { Failed } from '../../contract/failure.ts';
import { lockFolder } from '../folder-lock.ts';
import type { Sql, SqlValue, Store } from './store.ts';

const PARSERS = {
  [types.BYTEA]: (text: string) => Buffer.from(text.slice(2), 'hex'),
  [types.INT8]: Number,
  [types.NUMERIC]: Number,
  [types.DATE]: String,
};

/** The engine's own way writes a byte at a time: of a batch's entries it took more than storing them does. */
const SERIALIZERS = { [types.BYTEA]: (bytes: Buffer) => `\\x${bytes.toString('hex')}` };

const NOWHERE = 'memory://';

/**
 * @param folder made where it is not there; `memory://` keeps nothing
 * @throws Failed data-folder-busy
 */
export async function openPglite(folder: string): Promise<Store> {
  const release = folder === NOWHERE ? () => undefined : take(folder);
  try {
    const db = await PGlite.create({
      dataDir: folder === NOWHERE ? folder : join(folder, 'pg'),
      parsers: PARSERS,
      serializers: SERIALIZERS,
    });
    return {
      engine: 'pglite',
      query: (text, values) => run(db, text, values),
      transaction: async <T>(work: (sql: Sql) => Promise<T>) =>
        (await db.transaction((tx) => work({ query: (text, values) => run(tx, text, values) }))) as T,
      async close() {
        await db.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The engine does not look whether another process has the folder open, and two destroy it. */
function take(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'in-use');
  const release = lockFolder(file);
  if (release !== null) return release;
  throw new Failed({
    kind: 'data-folder-busy',
    happened: `Another program works with head office's data in ${folder}.`,
    safe: 'Nothing was changed.',
    next: `Stop it first, or use PostgreSQL, which many processes can work with. If there is none, delete ${file}.`,
    facts: { path: folder },
  });
}

async function run<Row>(on: Pick<PGlite, 'query'>, text: string, values: readonly SqlValue[] = []): Promise<Row[]> {
  return (await on.query<Row>(text, values as SqlValue[])).rows;
}
