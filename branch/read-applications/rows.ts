/** What reading a file of applications gives, whatever its format. */
import { hash } from 'node:crypto';
import type { Application } from '../../contract/application.ts';

/** An application that could be read. Whether its values are plausible is judged when it is decided. */
export interface ReadRow {
  /** From 1; the header is not counted. */
  row: number;
  /** First physical line in the file, from 1. */
  line: number;
  application: Application;
}

/** A row that is not decided. `column` is the file's own name for it; no cell's content is repeated. */
export interface BadRow {
  row: number;
  line: number;
  column: string | null;
  cause: string;
}

export interface RowGroup {
  rows: ReadRow[];
  bad: BadRow[];
}

/** A file that may be decided: what to tell about it once, and its rows. */
export interface ApplicationFile {
  path: string;
  sha256: string;
  /** About how many lines it has. */
  lines: number;
  /** What was noticed about the file as a whole, one sentence each: its encoding, columns that are not used. */
  notices: string[];
  groups: AsyncIterable<RowGroup>;
}

/** Rows that are decided and committed together: an fsync costs as much as some dozens of decisions, and a model is run on as many at once. */
export const GROUP_ROWS = 1000;

/**
 * Application ids of rows that bring none: the same row of the same file always gets the same one (RFC 9562 version 8, SHA-256 and the row's
 * number), so that a batch that was cut off can be run again and nothing is decided twice. They sort as the rows do: a database's index over
 * them is written page after page, and not all over.
 */
export function idsOfRows(file: { sha256: string }, product: string): (row: number) => string {
  const digest = hash('sha256', `outpost/batch-row/v1\n${file.sha256}\n${product}`, 'hex');
  const variant = ((Number.parseInt(digest[16]!, 16) & 0x3) | 0x8).toString(16);
  const start = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-`;
  return (row) => start + row.toString(16).padStart(12, '0');
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
