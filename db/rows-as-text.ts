/**
 * Rows as text, for verifying: many columns, and many rows, joined to one value by SQLite cross over to JavaScript several times faster than each by
 * itself, and text far faster than bytes. Between columns stands U+001F, for NULL U+001E, between rows U+001D; canonical JSON holds none of them.
 */
import { type Reader, statement, withDatabase } from './handle.ts';

export const BETWEEN = '\u001f';
export const NULL = '\u001e';
export const NEXT_ROW = '\u001d';

/**
 * The table of entries from its first row to its last, as it lies in the file: one pass, which comes by every row that is there, also by one that a
 * search by its number would not find. Until `close` the reader can neither begin nor end a transaction.
 */
export interface EntryPass {
  /** How many rows it came by. */
  readonly seen: number;
  /** The next rows' bytes behind a 00, as they are hashed, taken for UTF-8; fewer than `count` where there are no more. */
  take: (count: number) => string[];
  /** Whether nothing is left. The next row, if there is one, is lost. */
  isAtEnd: () => boolean;
  close: () => void;
}

export function passOverEntries(reader: Reader): EntryPass {
  const sql = 'SELECT char(0) || bytes FROM entries ORDER BY seq';
  let rows: IterableIterator<string> | null = null;
  let seen = 0;
  const next = (): string | null => {
    rows ??= statement<string>(reader, sql).pluck().iterate() as IterableIterator<string>;
    const row = rows.next();
    if (row.done === true) return null;
    seen++;
    return row.value;
  };
  const take = (count: number): string[] => {
    const taken: string[] = [];
    while (taken.length < count) {
      const text = next();
      if (text === null) break;
      taken.push(text);
    }
    return taken;
  };
  return {
    get seen() {
      return seen;
    },
    take: (count) => withDatabase(reader, () => take(count)),
    isAtEnd: () => withDatabase(reader, () => next() === null),
    close: () => void rows?.return?.(),
  };
}

/** What stands with entries beside their bytes. */
export interface EntryPlaces {
  /** Of each entry its number, `*` where a root stands with it, else a space, and its type. */
  places: string[];
  /** One behind the other, a character for each byte: 32 for each. */
  leafHashes: string;
  roots: string;
}

/** Of the entries from `from` on, `count` of them; null where so many are not there, or a hash is not as long as one. */
export function listEntryPlaces(reader: Reader, from: number, count: number): EntryPlaces | null {
  const sql = `SELECT count(*), sum(length(leaf_hash) <> 32 OR length(root) <> 32), group_concat(concat(seq, iif(root IS NULL, ' ', '*'), type), char(29)),
    CAST(group_concat(leaf_hash, '') AS BLOB), CAST(group_concat(root, '') AS BLOB)
    FROM (SELECT seq, type, leaf_hash, root FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?)`;
  type Row = [rows: number, misfits: number | null, places: string, leafHashes: Buffer, roots: Buffer | null];
  const [rows, misfits, places, leafHashes, roots] = withDatabase(reader, () =>
    statement<Row>(reader, sql).raw().get(from, count),
  ) as unknown as Row;
  if (rows !== count || (misfits ?? 0) !== 0) return null;
  return { places: places.split(NEXT_ROW), leafHashes: leafHashes.toString('latin1'), roots: roots?.toString('latin1') ?? '' };
}

/** One call to SQLite for all columns costs less than an operator between every two. */
const joined = (names: readonly string[]): string => `concat_ws(char(31), ${names.map((name) => `ifnull(${name}, char(30))`).join(', ')})`;

/** The texts of a decision's row, joined; its numbers; and whether a name or a key is kept with it (or a text that would be taken for NULL). */
export type DecisionText = [text: string, pd: number | null, score: number | null, amount: number | null, isNamed: 0 | 1];

/** Of the decisions from `from` to before `to`: number, application, wall, product, outcome, actor, versions of model and policy, reasons, shadow. */
export function listDecisionTexts(reader: Reader, from: number, to: number): DecisionText[] {
  const names = ['seq', 'application_id', 'wall', 'product', 'outcome', 'actor', 'model_version', 'policy_version', 'reasons', 'shadow'];
  const sql = `SELECT ${joined(names)}, pd, score, amount, applicant IS NOT NULL OR applicant_folded IS NOT NULL OR identity_key IS NOT NULL
      OR model_version IS char(30) OR policy_version IS char(30)
    FROM decisions WHERE seq >= ? AND seq < ? ORDER BY seq`;
  return withDatabase(reader, () => statement<DecisionText>(reader, sql).raw().all(from, to)) as unknown as DecisionText[];
}

export interface EventTexts {
  rows: number;
  /** All rows, joined. */
  text: string;
  /** How many of the columns that may be NULL are not: a text that would be taken for NULL is counted. */
  present: number;
}

/** Of the entries from `from` to before `to` that are no decisions: number, type, wall, actor, about, application, outcome, override, detail. */
export function readEventTexts(reader: Reader, from: number, to: number): EventTexts {
  const names = ['seq', 'type', 'wall', 'actor', 'about', 'application_id', 'outcome', 'override', 'detail'];
  const sql = `SELECT count(*) AS rows, ifnull(group_concat(${joined(names)}, char(29)), '') AS text,
      count(about) + count(application_id) + count(outcome) + count(override) AS present
    FROM (SELECT * FROM events WHERE seq >= ? AND seq < ? ORDER BY seq)`;
  return withDatabase(reader, () => statement<EventTexts>(reader, sql).get(from, to)!);
}
