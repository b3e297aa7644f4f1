/** Decided rows as CSV or JSON Lines, on stdout or in a new file. */
import { closeSync } from 'node:fs';
import type { DecidedRow } from '../../branch/decide-file.ts';
import { createFile } from '../create-file.ts';
import { csvLine } from '../csv-line.ts';
import { printData } from '../print.ts';

const COLUMNS = ['row', 'seq', 'decision', 'pd', 'score', 'reasons', 'hash', 'application_id', 'file'] as const;

export interface RowWriter {
  /** Rows of one group; they are committed to the log already. */
  write(file: string, rows: readonly DecidedRow[]): void;
  close(): void;
}

/** @param out null: stdout */
export function openRowWriter(out: string | null, json: boolean): RowWriter {
  const fd = out === null ? 1 : createFile(out);
  if (!json) printData(csvLine(COLUMNS), fd);
  return {
    write(file, rows) {
      if (rows.length === 0) return;
      printData(rows.map((row) => (json ? jsonLine(file, row) : csvLine(cellsOf(file, row)))).join(''), fd);
    },
    close() {
      if (out !== null) closeSync(fd);
    },
  };
}

function cellsOf(file: string, row: DecidedRow): (string | number | null)[] {
  return [row.row, row.seq, row.decision, row.pd, row.score, row.reasons.join('|'), row.hash, row.applicationId, file];
}

function jsonLine(file: string, row: DecidedRow): string {
  const { row: number, seq, decision, pd, score, reasons, hash, applicationId } = row;
  return `${JSON.stringify({ row: number, seq, decision, pd, score, reasons, hash, application_id: applicationId, file })}\n`;
}
