/** Decided rows as CSV or JSON Lines, on stdout or in a new file. */
import { closeSync, rmSync } from 'node:fs';
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

/** @param out null: stdout. The file is taken at once, and given up again when no file of applications could be opened. */
export function openRowWriter(out: string | null, json: boolean): RowWriter {
  const fd = out === null ? 1 : createFile(out);
  let begun = false;
  return {
    write(file, rows) {
      const header = begun || json ? '' : csvLine(COLUMNS);
      begun = true;
      printData(header + rows.map((row) => (json ? jsonLine(file, row) : csvLine(cellsOf(file, row)))).join(''), fd);
    },
    close() {
      if (out === null) return;
      closeSync(fd);
      if (!begun) rmSync(out);
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
