/** Writing what was received: entries, and what is counted and kept beside them so that questions need not read entries. */
import { hash } from 'node:crypto';
import type { LogEntry } from '../../contract/log-entry.ts';
import { HASH_BYTES } from '../../ledger/merkle.ts';
import type { Sql } from '../store/store.ts';
import type { ReadEntry } from './read-entry.ts';
import { momentOf, storable } from './storable.ts';

/** Entries of one statement: bounds the text of it. */
const CHUNK = 1000;

/**
 * One statement for many rows, each column as an array's text, which every engine and both drivers read alike; but entries and hashes each as one
 * run of bytes that the engine cuts up, since writing and reading them as text would cost a fifth of all the work.
 */
export async function insertEntries(sql: Sql, logNo: number, entries: readonly ReadEntry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += CHUNK) {
    const rows = entries.slice(at, at + CHUNK);
    await sql.query(
      `INSERT INTO entries (log_no, seq, bytes, leaf_hash, type, wall, application, trouble)
       SELECT $1::bigint, e.seq, substring($2::bytea FROM e.start FOR e.length), substring($3::bytea FROM e.hash_start FOR ${HASH_BYTES}),
         e.type, e.wall, e.application, e.trouble
       FROM unnest($4::bigint[], $5::integer[], $6::integer[], $7::integer[], $8::text[], $9::timestamptz[], $10::text[], $11::text[])
         AS e(seq, start, length, hash_start, type, wall, application, trouble)`,
      [
        logNo,
        Buffer.concat(rows.map(({ bytes }) => bytes)),
        Buffer.concat(rows.map(({ leafHash }) => leafHash)),
        arrayOf(rows.map(({ seq }) => String(seq))),
        arrayOf(startsOf(rows.map(({ bytes }) => bytes.length))),
        arrayOf(rows.map(({ bytes }) => String(bytes.length))),
        arrayOf(startsOf(rows.map(() => HASH_BYTES))),
        arrayOf(rows.map(({ entry }) => entry?.type ?? null)),
        arrayOf(rows.map(({ entry }) => (entry === null ? null : momentOf(entry.wall)))),
        arrayOf(rows.map(({ entry }) => (entry?.type === 'decision' || entry?.type === 'review' ? entry.application : null))),
        arrayOf(rows.map(({ trouble }) => trouble)),
      ],
    );
  }
}

/** Where each begins that lies behind the ones before it; SQL counts bytes from 1. */
function startsOf(lengths: readonly number[]): string[] {
  let next = 1;
  return lengths.map((length) => {
    next += length;
    return String(next - length);
  });
}

/** None of the texts holds a quote or a backslash: numbers, and words of closed sets. */
function arrayOf(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : `"${text}"`)).join(',')}}`;
}

/** By the day of the branch's clock, a claim. */
export async function countDecisions(sql: Sql, logNo: number, entries: readonly ReadEntry[]): Promise<void> {
  const counts = new Map<string, { key: [day: string, product: string, model: string, outcome: string]; decisions: number }>();
  for (const { entry } of entries) {
    if (entry?.type !== 'decision') continue;
    const model = entry.model === null ? '' : `${entry.model.name} ${entry.model.version}`;
    const key: [string, string, string, string] = [momentOf(entry.wall).slice(0, 10), entry.product.name, model, entry.decision];
    const name = key.join('\n');
    const counted = counts.get(name);
    if (counted === undefined) counts.set(name, { key, decisions: 1 });
    else counted.decisions += 1;
  }
  for (const { key, decisions } of counts.values())
    await sql.query(
      `INSERT INTO daily_decisions (log_no, day, product, model, outcome, decisions) VALUES ($1, $2::date, $3, $4, $5, $6)
       ON CONFLICT (log_no, day, product, model, outcome) DO UPDATE SET decisions = daily_decisions.decisions + EXCLUDED.decisions`,
      [logNo, ...key, decisions],
    );
}

/** What the log says is active from now on: the last word on each place, in the order of the entries. */
export async function keepInPlace(sql: Sql, logNo: number, entries: readonly ReadEntry[]): Promise<void> {
  for (const { seq, entry } of entries) if (entry !== null) await applyToPlaces(sql, logNo, seq, entry);
  const last = entries.findLast(({ entry }) => entry !== null)?.entry;
  if (last !== undefined && last !== null) await putApp(sql, logNo, entries.at(-1)!.seq, last);
}

async function applyToPlaces(sql: Sql, logNo: number, seq: number, entry: LogEntry): Promise<void> {
  if (entry.type === 'model-retired') {
    await sql.query(`DELETE FROM in_place WHERE log_no = $1 AND product = $2 AND place = 'challenger' AND sha256 = $3`, [
      logNo,
      entry.product,
      entry.artefact.sha256,
    ]);
    return;
  }
  if (entry.type !== 'model-activated' && entry.type !== 'policy-activated' && entry.type !== 'product-activated') return;
  const place = entry.type === 'model-activated' ? (entry.alias ?? 'champion') : entry.type === 'policy-activated' ? 'policy' : 'product';
  // A product has one of each, but any number of challengers; a challenger that becomes the champion is one no longer.
  await sql.query(
    `DELETE FROM in_place WHERE log_no = $1 AND product = $2 AND ((place = $3 AND $3 <> 'challenger') OR (place = 'challenger' AND sha256 = $4))`,
    [logNo, entry.product, place, entry.artefact.sha256],
  );
  await put(sql, logNo, { product: entry.product, place, ...entry.artefact, since: momentOf(entry.wall), seq });
}

/** The program's version stands in every entry; of it there is no artefact. */
async function putApp(sql: Sql, logNo: number, seq: number, { wall, code }: LogEntry): Promise<void> {
  const version = storable(code.outpost, 60);
  const known = await sql.query(`SELECT 1 FROM in_place WHERE log_no = $1 AND place = 'app' AND version = $2`, [logNo, version]);
  if (known.length > 0) return;
  await sql.query(`DELETE FROM in_place WHERE log_no = $1 AND place = 'app'`, [logNo]);
  const sha256 = hash('sha256', `outpost ${version}`, 'hex');
  await put(sql, logNo, { product: '', place: 'app', sha256, name: 'outpost', version, since: momentOf(wall), seq });
}

interface Placed {
  product: string;
  place: string;
  sha256: string;
  name: string;
  version: string;
  since: string;
  seq: number;
}

async function put(sql: Sql, logNo: number, { product, place, sha256, name, version, since, seq }: Placed): Promise<void> {
  await sql.query(
    `INSERT INTO in_place (log_no, product, place, sha256, name, version, since, seq) VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8)`,
    [logNo, product, place, sha256, name, version, since, seq],
  );
}

/** Entries that say that outcomes arrived. */
export async function markDelivered(sql: Sql, logNo: number, entries: readonly ReadEntry[]): Promise<void> {
  for (const { seq, entry } of entries) {
    const delivery = entry === null ? null : deliveryOf(entry);
    if (delivery !== null)
      await sql.query('UPDATE deliveries SET stored_seq = $3 WHERE log_no = $1 AND delivery = $2 AND stored_seq IS NULL', [
        logNo,
        delivery,
        seq,
      ]);
  }
}

function deliveryOf(entry: { type: string; delivery?: unknown }): number | null {
  return entry.type === 'outcome' && Number.isSafeInteger(entry.delivery) ? (entry.delivery as number) : null;
}
