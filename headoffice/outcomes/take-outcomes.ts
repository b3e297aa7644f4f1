/** A file of outcomes, taken in: stored beside the decisions that it is about, and put into deliveries for their branches. */
import { createHash } from 'node:crypto';
import { recordAction } from '../actions.ts';
import type { OfficeKeys } from '../office-keys.ts';
import type { Sql, Store } from '../store/store.ts';
import { deliverWaiting } from './deliver-outcomes.ts';
import { findDecisions, type Place } from './find-decisions.ts';
import { type ReadOutcome, type RefusedRow, readOutcomeFile } from './read-outcome-file.ts';

export interface OutcomeFile {
  /** For people. */
  name: string;
  text: string;
  /** An operator's account, or `cli:<user>`. */
  by: string;
  /** Milliseconds since 1970. */
  now?: number;
}

export interface TakenOutcomes {
  /** This very file was taken before: nothing changed. */
  again: boolean;
  /** Rows that say something new. */
  taken: number;
  /** Rows that say what is known. */
  unchanged: number;
  /** Rows of an earlier day than is known of the same decision. */
  superseded: number;
  /** Rows that cannot be used, by line. */
  refused: RefusedRow[];
  /** Signed notes that were made; each goes to its branch with the next sync. */
  deliveries: number;
}

interface PlacedOutcome extends ReadOutcome {
  place: Place;
}

/** @throws Failed file-malformed where the header does not name what is needed */
export async function takeOutcomes(
  store: Store,
  keys: Pick<OfficeKeys, 'office'>,
  { name, text, by, now = Date.now() }: OutcomeFile,
): Promise<TakenOutcomes> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const { rows, refused } = readOutcomeFile(text, new Date(now).toISOString().slice(0, 10));
  const placed = placeRows(
    rows,
    await findDecisions(
      store,
      rows.map(({ about }) => about),
    ),
    refused,
  );
  const { latest, earlier } = latestOfEach(placed, refused);
  refused.sort((a, b) => a.line - b.line);
  const stored = await store.transaction(async (sql) => {
    const isNew = await sql.query(
      `INSERT INTO outcome_files (sha256, name, uploaded_by, taken, refused) VALUES ($1, $2, $3, 0, $4)
        ON CONFLICT (sha256) DO NOTHING RETURNING sha256`,
      [sha256, name, by, refused.length],
    );
    if (isNew.length === 0) return null;
    const counts = await storeOutcomes(sql, latest, sha256);
    await sql.query('UPDATE outcome_files SET taken = $2 WHERE sha256 = $1', [sha256, counts.taken]);
    const detail = { file: name, sha256, taken: counts.taken, refused: refused.length };
    await recordAction(sql, { who: by, what: 'take-outcomes', detail });
    return { ...counts, superseded: counts.superseded + earlier };
  });
  // Also for a file that was taken before: whoever took it may have been ended just before this.
  const deliveries = await deliverWaiting(store, keys, now);
  if (stored === null) return { again: true, taken: 0, unchanged: placed.length, superseded: 0, refused, deliveries };
  return { again: false, ...stored, refused, deliveries };
}

function placeRows(rows: readonly ReadOutcome[], places: readonly (Place | string)[], refused: RefusedRow[]): PlacedOutcome[] {
  return rows.flatMap((row, i) => {
    const place = places[i]!;
    if (typeof place !== 'string') return [{ ...row, place }];
    refused.push({ line: row.line, cause: place });
    return [];
  });
}

/** One row for each decision: of the latest day. Rows that contradict each other on one day are set aside, all but the first. */
function latestOfEach(rows: readonly PlacedOutcome[], refused: RefusedRow[]): { latest: PlacedOutcome[]; earlier: number } {
  const latest = new Map<string, PlacedOutcome>();
  let earlier = 0;
  for (const row of rows) {
    const key = `${row.place.logNo} ${row.place.application}`;
    const before = latest.get(key);
    if (before === undefined || row.asOf > before.asOf) latest.set(key, row);
    if (before === undefined) continue;
    if (before.asOf === row.asOf && !isSame(before, row))
      refused.push({ line: row.line, cause: `It contradicts line ${before.line}, which is of the same day.` });
    else earlier += 1;
  }
  return { latest: [...latest.values()], earlier };
}

interface Known {
  performance: string;
  monthsOnBook: number;
  asOf: string;
}

function isSame(a: Known, b: Known): boolean {
  return a.performance === b.performance && a.monthsOnBook === b.monthsOnBook && a.asOf === b.asOf;
}

/** Rows of one statement. */
const CHUNK = 2000;

async function storeOutcomes(
  sql: Sql,
  rows: readonly PlacedOutcome[],
  sha256: string,
): Promise<Pick<TakenOutcomes, 'taken' | 'unchanged' | 'superseded'>> {
  const counts = { taken: 0, unchanged: 0, superseded: 0 };
  for (const [logNo, of] of Map.groupBy(rows, ({ place }) => place.logNo))
    for (let at = 0; at < of.length; at += CHUNK) {
      const chunk = of.slice(at, at + CHUNK);
      const known = await knownOf(sql, logNo, chunk);
      const changed: PlacedOutcome[] = [];
      for (const row of chunk) {
        const before = known.get(row.place.application);
        if (before === undefined || (row.asOf >= before.asOf && !isSame(before, row))) changed.push(row);
        else if (row.asOf < before.asOf) counts.superseded += 1;
        else counts.unchanged += 1;
      }
      await put(sql, logNo, changed, sha256);
      counts.taken += changed.length;
    }
  return counts;
}

async function knownOf(sql: Sql, logNo: number, rows: readonly PlacedOutcome[]): Promise<Map<string, Known>> {
  const known = await sql.query<Known & { application: string }>(
    `SELECT application, performance, months_on_book AS "monthsOnBook", as_of AS "asOf" FROM outcomes
      WHERE log_no = $1 AND application IN (SELECT jsonb_array_elements_text($2::jsonb)) FOR UPDATE`,
    [logNo, JSON.stringify(rows.map(({ place }) => place.application))],
  );
  return new Map(known.map((row) => [row.application, row]));
}

/** A later day replaces, and so does a correction of the same day; either is delivered anew. */
async function put(sql: Sql, logNo: number, rows: readonly PlacedOutcome[], sha256: string): Promise<void> {
  if (rows.length === 0) return;
  // None of the texts holds a quote or a backslash: UUIDs, numbers, days and words of a closed set.
  const column = (texts: readonly (string | number)[]) => `{${texts.map((text) => `"${text}"`).join(',')}}`;
  await sql.query(
    `INSERT INTO outcomes (log_no, file_sha256, application, seq, as_of, performance, months_on_book)
      SELECT $1::bigint, $2::text, o.* FROM unnest($3::text[], $4::bigint[], $5::date[], $6::text[], $7::integer[]) AS o
      ON CONFLICT (log_no, application) DO UPDATE SET file_sha256 = EXCLUDED.file_sha256, as_of = EXCLUDED.as_of, performance = EXCLUDED.performance,
        months_on_book = EXCLUDED.months_on_book, delivered_log_no = NULL, delivery = NULL WHERE EXCLUDED.as_of >= outcomes.as_of`,
    [
      logNo,
      sha256,
      column(rows.map(({ place }) => place.application)),
      column(rows.map(({ place }) => place.seq)),
      column(rows.map(({ asOf }) => asOf)),
      column(rows.map(({ performance }) => performance)),
      column(rows.map(({ monthsOnBook }) => monthsOnBook)),
    ],
  );
}
