/** PostgreSQL by itself: the same rows by COPY, in one transaction, by one psql. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../../headoffice/store/store.ts';
import { postgresPrograms } from '../../support/postgres.ts';
import { launch } from '../measure/launch.ts';

const PARTS = 16;

/** A table of the form of `entries`: divided alike, with the same indexes. */
export async function makeBareTable(store: Store): Promise<void> {
  await store.query('CREATE TABLE bare_entries (LIKE entries INCLUDING ALL) PARTITION BY HASH (log_no)');
  for (let part = 0; part < PARTS; part++)
    await store.query(`CREATE TABLE bare_entries_${part} PARTITION OF bare_entries FOR VALUES WITH (MODULUS ${PARTS}, REMAINDER ${part})`);
}

/** Beside the server's programs; null: there is none. */
export function psqlProgram(): string | null {
  const programs = postgresPrograms();
  return programs !== null && existsSync(join(programs, 'psql')) ? join(programs, 'psql') : null;
}

/** @returns milliseconds, of which a few start psql */
export async function copyRows(psql: string, url: string, file: string): Promise<number> {
  const columns = 'log_no, seq, bytes, leaf_hash, type, wall, application, trouble';
  const { totalMs } = await launch(psql, [
    url,
    '--no-psqlrc',
    '--quiet',
    '-v',
    'ON_ERROR_STOP=1',
    '-c',
    `\\copy bare_entries (${columns}) FROM '${file}'`,
  ]);
  return totalMs;
}
