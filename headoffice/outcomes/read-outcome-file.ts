/**
 * How loans went, from a CSV file of whatever made it: separators, a byte order mark, headings in any order and under several names. Each line is a row of its own, so
 * that a stray quote spoils its own line and none behind it. What cannot be used is named with its line; the rest is taken.
 */
import { parse } from 'csv-parse/sync';
import { Failed } from '../../contract/failure.ts';
import type { OutcomeRow } from '../../contract/sync.ts';

/** Characters; a million rows and more. */
const MOST_TEXT = 128 * 1024 * 1024;
const MOST_MONTHS = 1200;

/** Which decision a row is about: by its application's id, or by its number in a branch's log. */
export type About = { application: string; branch: string | null } | { branch: string; seq: number };

export interface ReadOutcome extends Omit<OutcomeRow, 'application'> {
  /** From 1, the header's line. */
  line: number;
  about: About;
}

export interface RefusedRow {
  line: number;
  /** One English sentence, without the row's values. */
  cause: string;
}

const COLUMNS = ['application', 'branch', 'seq', 'performance', 'months', 'asOf'] as const;
type Column = (typeof COLUMNS)[number];

/** Headings without case, spaces, hyphens and underscores. */
const HEADINGS: Record<Column, readonly string[]> = {
  application: ['applicationid', 'application'],
  branch: ['branch', 'branchid'],
  seq: ['seq', 'entry', 'decision', 'decisionseq'],
  performance: ['performance', 'outcome', 'status'],
  months: ['monthsonbook', 'mob', 'months'],
  asOf: ['asof', 'asofdate', 'date'],
};

/**
 * @param today YYYY-MM-DD: nobody knows yet how a loan stands after it
 * @throws Failed file-malformed where the header does not name what is needed
 */
export function readOutcomeFile(text: string, today: string): { rows: ReadOutcome[]; refused: RefusedRow[] } {
  if (text.length > MOST_TEXT) throw malformed('The file is too large.', 'Divide it into files of fewer rows.');
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const header = lines.findIndex((line) => line.trim() !== '');
  const { separator, places } = readHeader(lines[header] ?? '');
  const rows: ReadOutcome[] = [];
  const refused: RefusedRow[] = [];
  for (let at = header + 1; at < lines.length; at++) {
    const line = at + 1;
    if (lines[at]!.trim() === '') continue;
    const cells = cellsOf(lines[at]!, separator);
    const read = cells === null ? 'A quote is not closed.' : readRow(cells, places, today);
    if (typeof read === 'string') refused.push({ line, cause: read });
    else rows.push({ line, ...read });
  }
  return { rows, refused };
}

type Places = Partial<Record<Column, number>>;

/** The separator under which most headings are known. */
function readHeader(line: string): { separator: string; places: Places } {
  const found = [',', ';', '\t', '|'].map((separator) => ({ separator, places: placesOf(cellsOf(line, separator) ?? []) }));
  const best = found.reduce((a, b) => (Object.keys(b.places).length > Object.keys(a.places).length ? b : a));
  const { application, branch, seq, performance, months, asOf } = best.places;
  const isAbout = application !== undefined || (branch !== undefined && seq !== undefined);
  if (isAbout && performance !== undefined && months !== undefined && asOf !== undefined) return best;
  throw malformed(
    'The first line does not name the columns that are needed.',
    'They are application_id (or branch and seq), performance, months_on_book and as_of, in any order.',
  );
}

function placesOf(cells: readonly string[]): Places {
  const names = cells.map((cell) => cell.toLowerCase().replaceAll(/[\s_-]/g, ''));
  const places: Places = {};
  for (const column of COLUMNS) {
    const place = names.findIndex((name) => HEADINGS[column].includes(name));
    if (place >= 0) places[column] = place;
  }
  return places;
}

/** null: not to be divided into cells. */
function cellsOf(line: string, separator: string): string[] | null {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  try {
    return (parse(line, { delimiter: separator, trim: true, relax_column_count: true }) as string[][])[0] ?? [];
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')) return null;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function readRow(cells: readonly string[], places: Places, today: string): Omit<ReadOutcome, 'line'> | string {
  const cell = (column: Column): string => cells[places[column] ?? -1] ?? '';
  const about = readAbout(cell('application').toLowerCase(), cell('branch'), cell('seq'));
  if (typeof about === 'string') return about;
  const performance = (['good', 'bad', 'indeterminate'] as const).find((each) => each === cell('performance').toLowerCase());
  if (performance === undefined) return 'performance is none of good, bad, indeterminate.';
  const months = cell('months');
  if (!/^\d{1,4}$/.test(months) || Number(months) > MOST_MONTHS) return `months_on_book is no whole number from 0 to ${MOST_MONTHS}.`;
  const asOf = cell('asOf');
  if (!isDay(asOf)) return 'as_of is no day (YYYY-MM-DD).';
  if (asOf > today) return 'as_of lies in the future.';
  return { about, performance, monthsOnBook: Number(months), asOf };
}

function readAbout(application: string, branch: string, seq: string): About | string {
  if (application !== '')
    return UUID.test(application) ? { application, branch: branch === '' ? null : branch } : 'application_id is no UUID.';
  if (branch === '' || seq === '') return 'There is no application_id, nor branch and seq.';
  return /^\d{1,15}$/.test(seq) ? { branch, seq: Number(seq) } : 'seq is no number of an entry.';
}

function isDay(text: string): boolean {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return moment !== null && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

function malformed(happened: string, next: string): Failed {
  return new Failed({ kind: 'file-malformed', happened, safe: 'Nothing was taken of this file.', next, facts: {} });
}
