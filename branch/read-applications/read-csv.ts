/** Applications from CSV: the header decides separator and columns, the first part of the file its decimal mark; then row after row. */
import type { Answer } from '../../contract/application.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { type Line, linesOf, textOf } from './decode-text.ts';
import { findSeparator } from './find-separator.ts';
import type { InspectedFile } from './inspect-file.ts';
import { type ColumnPlan, type PlannedColumn, planColumns } from './plan-columns.ts';
import { readCell } from './read-cell.ts';
import { type DecimalMark, markToldBy } from './read-number.ts';
import { refuseFile } from './refuse-file.ts';
import { type ApplicationFile, type BadRow, GROUP_ROWS, idsOfRows, type ReadRow, type RowGroup, UUID } from './rows.ts';
import { type BrokenRecord, type CsvRecord, RecordSplitter } from './split-records.ts';

/**
 * @throws Failed `file-malformed`: no header, columns missing or twice, both decimal marks in use
 */
export async function readCsv(file: InspectedFile, product: ProductDefinition): Promise<ApplicationFile> {
  const blocks = linesOf(textOf(file));
  try {
    return await begin(file, product, blocks);
  } catch (error) {
    await blocks.return();
    throw error;
  }
}

async function begin(file: InspectedFile, product: ProductDefinition, blocks: AsyncGenerator<Line[], void>): Promise<ApplicationFile> {
  const first = (await blocks.next()).value ?? [];
  const separator = findSeparator(first, knownNames(product));
  const splitter = new RecordSplitter(separator);
  // One block is always read ahead: only the splitter that knows its last block can say what was never closed.
  const second = await blocks.next();
  const records = splitter.push(first, second.done === true);
  const header = records.shift();
  if (header === undefined || 'cause' in header)
    throw refuseFile('file-malformed', file.path, 'the first line is not a list of column names.', 'Put the names of the columns there.');
  const plan = planColumns(file.path, header.cells, product);
  if (records.length === 0 && second.done === true)
    throw refuseFile('file-malformed', file.path, 'there is a header and no application below it.', 'Export it again with its rows.');
  const reader = new RowReader(file, product, plan, decimalMarkOf(file.path, records, plan, separator));
  return {
    path: file.path,
    sha256: file.sha256,
    lines: file.lines,
    notices: [...noticesAbout(file), ...plan.notices],
    groups: groupsOf(reader, splitter, records, second, blocks),
  };
}

async function* groupsOf(
  reader: RowReader,
  splitter: RecordSplitter,
  head: readonly (CsvRecord | BrokenRecord)[],
  second: IteratorResult<Line[], void>,
  blocks: AsyncGenerator<Line[], void>,
): AsyncGenerator<RowGroup> {
  try {
    yield* reader.readAll(head);
    for (let block = second; block.done !== true; ) {
      const following = await blocks.next();
      yield* reader.readAll(splitter.push(block.value, following.done === true));
      block = following;
    }
  } finally {
    await blocks.return();
  }
}

/** Everything that a header of this product may hold. */
function knownNames(product: ProductDefinition): Set<string> {
  return new Set([...product.fields.flatMap((field) => [field.column, field.id]), ...Object.keys(product.ignoredColumns)]);
}

function noticesAbout(file: InspectedFile): string[] {
  if (file.encoding === 'utf-8') return [];
  if (file.encoding === 'windows-1252') return ['Read as Windows-1252, as its letters suggest; look at a name or two with accents.'];
  return [`Read as ${file.encoding.toUpperCase()}.`];
}

/** What the numbers of the first part tell; a comma-separated file has decimal points unless it shows otherwise. */
function decimalMarkOf(path: string, records: readonly (CsvRecord | BrokenRecord)[], plan: ColumnPlan, separator: string): DecimalMark {
  const told = new Set<DecimalMark>();
  const numeric = plan.columns.filter(isNumeric);
  for (const record of records) {
    if ('cause' in record) continue;
    for (const { index } of numeric) {
      const cell = record.cells[index];
      if (cell !== undefined && /[.,]/.test(cell)) told.add(markToldBy(cell.trim()));
    }
  }
  if (told.has(',') && told.has('.'))
    throw refuseFile(
      'file-malformed',
      path,
      'some numbers have a decimal comma and others a decimal point.',
      'Write all numbers in one way and try again.',
    );
  return told.has(',') ? ',' : told.has('.') || separator === ',' ? '.' : null;
}

function isNumeric({ use }: PlannedColumn): boolean {
  return 'field' in use && (use.field.type === 'integer' || use.field.type === 'decimal');
}

class RowReader {
  readonly #idOf: (row: number) => string;
  readonly #product: ProductDefinition;
  readonly #plan: ColumnPlan;
  readonly #seen = new Set<string>();
  #mark: DecimalMark;
  #row = 0;

  constructor(file: InspectedFile, product: ProductDefinition, plan: ColumnPlan, mark: DecimalMark) {
    this.#idOf = idsOfRows(file, product.product);
    this.#product = product;
    this.#plan = plan;
    this.#mark = mark;
  }

  *readAll(records: readonly (CsvRecord | BrokenRecord)[]): Generator<RowGroup> {
    for (let at = 0; at < records.length; at += GROUP_ROWS) {
      const group: RowGroup = { rows: [], bad: [] };
      for (const record of records.slice(at, at + GROUP_ROWS)) {
        const read = this.#readRow(record);
        if ('cause' in read) group.bad.push(read);
        else group.rows.push(read);
      }
      yield group;
    }
  }

  #readRow(record: CsvRecord | BrokenRecord): ReadRow | BadRow {
    this.#row += 1;
    const { line } = record;
    const bad = (column: string | null, cause: string): BadRow => ({ row: this.#row, line, column, cause });
    if ('cause' in record) return bad(null, record.cause);
    const { cells } = record;
    if (cells.length !== this.#plan.width) {
      const span = record.lastLine > line ? ` (lines ${line} to ${record.lastLine})` : '';
      return bad(null, `${cells.length} cells where the header has ${this.#plan.width}${span}`);
    }
    const answers: Record<string, Answer> = {};
    const identity: Record<string, string> = {};
    let applicationId = '';
    for (const { index, name, use } of this.#plan.columns) {
      const cell = cells[index]!;
      if ('applicationId' in use) {
        applicationId = cell.trim().toLowerCase();
        const unfit = this.#whyUnfitId(applicationId);
        if (unfit !== null) return bad(name, unfit);
        continue;
      }
      this.#learnMark(cell, use.field.type);
      const value = readCell(cell, use.field, this.#mark);
      if (value !== null && typeof value === 'object') return bad(name, value.cause);
      if (use.field.use !== 'identifying') answers[use.field.id] = value;
      else if (value !== null) identity[use.field.id] = String(value);
    }
    if (applicationId === '') applicationId = this.#idOf(this.#row);
    return { row: this.#row, line, application: { applicationId, product: this.#product.product, answers, identity } };
  }

  /** Where the first part of the file had no decimals, the first number that has settles it for the rest. */
  #learnMark(cell: string, type: string): void {
    if (this.#mark === null && (type === 'integer' || type === 'decimal')) this.#mark = markToldBy(cell.trim());
  }

  #whyUnfitId(id: string): string | null {
    if (id === '') return null;
    if (!UUID.test(id)) return 'not a UUID';
    if (this.#seen.has(id)) return 'this application stands in the file a second time';
    this.#seen.add(id);
    return null;
  }
}
