import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { startPostgres } from '../../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const postgres = await startPostgres();
const opened: Store[] = [];

afterAll(async () => {
  for (const store of opened) await store.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keep(store: Promise<Store>): Promise<Store> {
  opened.push(await store);
  return opened.at(-1)!;
}

const engines: [name: string, open: () => Promise<Store>][] = [['PGlite', () => openStore({ database: join(folder, 'embedded') })]];
if (postgres) engines.push(['PostgreSQL', () => openStore({ database: postgres.url })]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

describe.each(engines)('on %s', (_name, open) => {
  it('gives numbers, buffers, dates and JSON the same, whole transactions or none', async () => {
    const store = await keep(open());
    const bytes = Buffer.from([0, 255, 92, 120]);
    await store.transaction(async (sql) => {
      await sql.query(`INSERT INTO entries (log_no, seq, bytes, leaf_hash, type, wall) VALUES ($1, $2, $3, $4, 'x', $5)`, [
        2 ** 47,
        3,
        bytes,
        bytes,
        new Date(86_400_000),
      ]);
    });
    const read = await store.query('SELECT log_no, seq, bytes, wall, count(*) OVER () AS n, sum(seq) OVER () AS s FROM entries');
    expect(read).toEqual([{ log_no: 2 ** 47, seq: 3, bytes, wall: new Date(86_400_000), n: 1, s: 3 }]);
    expect(Buffer.isBuffer((read[0] as { bytes: unknown }).bytes)).toBe(true);
    await store.query(`INSERT INTO branches (branch, name, tags) VALUES ('b', 'B', $1)`, [JSON.stringify(['pilot'])]);
    expect(await store.query('SELECT tags FROM branches')).toEqual([{ tags: ['pilot'] }]);
    const broken = store.transaction(async (sql) => {
      await sql.query(`INSERT INTO branches (branch, name) VALUES ('c', 'C')`);
      await sql.query(`INSERT INTO branches (branch, name) VALUES ('b', 'B')`);
    });
    await expect(broken).rejects.toMatchObject({ code: '23505' });
    expect(await store.query('SELECT branch FROM branches')).toEqual([{ branch: 'b' }]);
  });

  it('gives days as text', async () => {
    const store = opened.at(-1)!;
    await store.query(`INSERT INTO daily_decisions VALUES (1, '2026-03-01', 'p', 'm', 'approve', 5)`);
    expect(await store.query('SELECT day, decisions FROM daily_decisions')).toEqual([{ day: '2026-03-01', decisions: 5 }]);
  });
});

it('lets no second program into the embedded folder, and a program that was ended leaves it free', async () => {
  await expect(openStore({ database: join(folder, 'embedded') })).rejects.toMatchObject({ failure: { kind: 'data-folder-busy' } });
});

it('refuses tables of a newer program', async () => {
  const database = join(folder, 'newer');
  const store = await openStore({ database });
  await store.query('UPDATE schema_version SET version = 99');
  await store.close();
  await expect(openStore({ database })).rejects.toMatchObject({ failure: { kind: 'store-newer' } });
});

it('says that a database cannot be reached, and never its address', async () => {
  const failed = openStore({ database: 'postgres://somebody:secret@127.0.0.1:1/nothing' });
  await expect(failed).rejects.toMatchObject({ failure: { kind: 'store-unreachable' } });
  await expect(failed).rejects.not.toThrow(/secret/);
});
