/** Rows that were set aside: where they stand and why. What stands in them stays where it is. */
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BadRow } from '../../branch/read-applications/rows.ts';
import { createFile } from '../create-file.ts';
import { csvLine } from '../csv-line.ts';
import { printData } from '../print.ts';

export class QuarantineFile {
  /** Beside the output, or in the data folder's `quarantine` where the rows go to stdout. */
  readonly path: string;
  readonly #folder: string | null;
  #fd: number | null = null;

  constructor(out: string | null, dataDir: string) {
    this.#folder = out === null ? join(dataDir, 'quarantine') : null;
    const stamp = new Date().toISOString().replaceAll(':', '-');
    this.path = out === null ? join(dataDir, 'quarantine', `${stamp}-${process.pid}.csv`) : `${out}.quarantine.csv`;
  }

  write(file: string, rows: readonly BadRow[]): void {
    if (rows.length === 0) return;
    if (this.#fd === null) {
      if (this.#folder !== null) mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#fd = createFile(this.path);
      printData(csvLine(['file', 'row', 'line', 'column', 'cause']), this.#fd);
    }
    printData(rows.map(({ row, line, column, cause }) => csvLine([file, row, line, column, cause])).join(''), this.#fd);
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }
}
