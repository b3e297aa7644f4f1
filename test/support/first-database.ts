/** A database as schema 001 had it: every level of the tree, a table for the log's state, keys in a table of their own. */
import type Database from 'better-sqlite3';
import type { Reader } from '../../db/handle.ts';
import { migrate } from '../../db/migrate.ts';
import { firstTables } from '../../db/migrations/001-first-tables.ts';
import { naiveNode, naiveRoot } from './naive-tree.ts';

interface EntryRow {
  seq: number;
  type: string;
  leaf_hash: Buffer;
  bytes: Buffer;
}

/** Fills an empty database with what is in `source`, laid out as the program of that time did. */
export function writeFirstDatabase(sqlite: Database.Database, source: Reader): void {
  migrate(sqlite, 'first', [firstTables]);
  const entries = source.sqlite.prepare<[], EntryRow>('SELECT seq, type, leaf_hash, bytes FROM entries ORDER BY seq').all();
  insertAll(sqlite, 'entries', entries);
  const decisions = source.sqlite.prepare<[], Record<string, unknown>>('SELECT * FROM decisions ORDER BY seq').all();
  insertAll(
    sqlite,
    'decisions',
    decisions.map((row) => without(row, 'identity_key', 'reasons', 'shadow')),
  );
  const keys = decisions.filter(({ identity_key }) => identity_key !== null);
  insertAll(
    sqlite,
    'subject_keys',
    keys.map(({ seq, identity_key }) => ({ kid: kidOf(entries[Number(seq)]!), key: identity_key })),
  );
  const drafts = source.sqlite.prepare<[], Record<string, unknown>>('SELECT * FROM drafts').all();
  insertAll(
    sqlite,
    'drafts',
    drafts.map((row) => without(row, 'account')),
  );
  for (const table of ['activations', 'checkpoints', 'settings']) {
    const rows = source.sqlite.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all();
    insertAll(
      sqlite,
      table,
      rows.map((row) => without(row, 'cause')),
    );
  }
  writeTree(
    sqlite,
    entries.map(({ leaf_hash }) => leaf_hash),
  );
}

function insertAll(sqlite: Database.Database, table: string, rows: readonly object[]): void {
  if (rows[0] === undefined) return;
  const columns = Object.keys(rows[0]);
  const insert = sqlite.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`);
  sqlite.transaction(() => {
    for (const row of rows) insert.run(row);
  })();
}

function kidOf({ bytes }: EntryRow): string {
  return (JSON.parse(bytes.toString('utf8')) as { pii: { kid: string } }).pii.kid;
}

/** The nodes of all levels, and the peaks: one hash per set bit of the size, the largest subtree first. */
function writeTree(sqlite: Database.Database, leaves: readonly Buffer[]): void {
  const nodes: { level: number; idx: number; hash: Buffer }[] = [];
  const peaks: Buffer[] = [];
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level++) {
    if (hashes.length % 2 === 1) peaks.unshift(hashes.at(-1)!);
    const above = Array.from({ length: Math.floor(hashes.length / 2) }, (_, i) => naiveNode(hashes[2 * i]!, hashes[2 * i + 1]!));
    nodes.push(...above.map((hash, idx) => ({ level: level + 1, idx, hash })));
    hashes = above;
  }
  insertAll(sqlite, 'nodes', nodes);
  const update = sqlite.prepare('UPDATE log_state SET size = ?, root = ?, peaks = ?');
  update.run(leaves.length, naiveRoot(leaves), Buffer.concat(peaks));
}

function without(row: Record<string, unknown>, ...columns: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)));
}
