/**
 * CSV records out of lines. csv-parse (strict about quotes) reads the cells; what stands here is where a record ends when quoting is broken,
 * so that one bad quote costs one row and not the rest of the file.
 */
import { parse } from 'csv-parse/sync';
import type { Line } from './decode-text.ts';

export interface CsvRecord {
  cells: string[];
  /** First and last physical line. */
  line: number;
  lastLine: number;
}
export interface BrokenRecord {
  line: number;
  lastLine: number;
  cause: string;
}

/** A quoted cell may hold line ends; one that runs on for longer than this was never closed. */
const MOST_LINES = 200;

interface Candidate {
  lines: Line[];
  closed: boolean;
}

export class RecordSplitter {
  readonly #separator: string;
  #waiting: Line[] = [];

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** The records that are complete with these lines; `last` says that no more will come. Empty lines are skipped. */
  push(lines: readonly Line[], last: boolean): (CsvRecord | BrokenRecord)[] {
    const all = this.#waiting.length > 0 ? [...this.#waiting, ...lines] : lines;
    const whole: Candidate[] = [];
    const done: (CsvRecord | BrokenRecord)[] = [];
    let at = 0;
    while (at < all.length) {
      const candidate = takeCandidate(all, at);
      if (!candidate.closed && !last && candidate.lines.length < MOST_LINES) break;
      if (candidate.closed) {
        at += candidate.lines.length;
        if (candidate.lines.length > 1 || candidate.lines[0]!.text !== '') whole.push(candidate);
        continue;
      }
      done.push(...this.#read(whole.splice(0)));
      done.push(broken(candidate.lines[0]!, 'a quote is opened and never closed'));
      at += 1;
    }
    this.#waiting = all.slice(at);
    done.push(...this.#read(whole));
    return done;
  }

  /** All candidates in one call, which is quick; one by one when something in them is wrong. */
  #read(candidates: readonly Candidate[]): (CsvRecord | BrokenRecord)[] {
    if (candidates.length === 0) return [];
    const text = candidates.map(textOfCandidate).join('\n');
    const rows = text.includes('"') ? this.#parse(text) : text.split('\n').map((line) => line.split(this.#separator));
    if (rows?.length === candidates.length) return rows.map((cells, index) => placed(cells, candidates[index]!));
    return candidates.flatMap((candidate) => this.#readOne(candidate));
  }

  #readOne(candidate: Candidate): (CsvRecord | BrokenRecord)[] {
    const rows = this.#parse(textOfCandidate(candidate));
    if (rows?.length === 1) return [placed(rows[0]!, candidate)];
    const [first, ...others] = candidate.lines;
    const bad = broken(first!, 'a quote stands where none may stand');
    if (others.length === 0) return [bad];
    // The lines were taken together only because of that quote: the others get their own chance.
    return [bad, ...new RecordSplitter(this.#separator).push(others, true)];
  }

  #parse(text: string): string[][] | null {
    try {
      return parse(text, {
        delimiter: this.#separator,
        record_delimiter: '\n',
        relax_column_count: true,
        max_record_size: 0,
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).includes('QUOTE')) return null;
      throw error;
    }
  }
}

/** The lines from `at` on until the number of quotes is even. */
function takeCandidate(all: readonly Line[], at: number): Candidate {
  const first = all[at]!;
  if (!first.text.includes('"')) return { lines: [first], closed: true };
  let quotes = 0;
  for (let end = at; end < all.length && end - at < MOST_LINES; end += 1) {
    quotes += countQuotes(all[end]!.text);
    if (quotes % 2 === 0) return { lines: all.slice(at, end + 1), closed: true };
  }
  return { lines: all.slice(at, at + MOST_LINES), closed: false };
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

function textOfCandidate(candidate: Candidate): string {
  return candidate.lines.length === 1 ? candidate.lines[0]!.text : candidate.lines.map((line) => line.text).join('\n');
}

function placed(cells: string[], candidate: Candidate): CsvRecord {
  return { cells, line: candidate.lines[0]!.number, lastLine: candidate.lines.at(-1)!.number };
}

function broken(line: Line, cause: string): BrokenRecord {
  return { line: line.number, lastLine: line.number, cause };
}
