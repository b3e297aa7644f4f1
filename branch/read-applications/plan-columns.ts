/** Which column of a file is which field of the product. Everything odd about the header is said once, before any row is decided. */
import { textIn } from '../../contract/localised.ts';
import type { Field, ProductDefinition } from '../../contract/product.ts';
import { refuseFile } from './refuse-file.ts';

/** Name of the optional column that names each application itself. */
export const ID_COLUMN = 'application_id';

export interface PlannedColumn {
  /** Index in the row. */
  index: number;
  /** As the file writes it. */
  name: string;
  use: { field: Field } | { applicationId: true };
}

export interface ColumnPlan {
  width: number;
  columns: PlannedColumn[];
  notices: string[];
}

/**
 * @param header cells of the first record
 * @throws Failed `file-malformed`: a column twice, or one that every application needs is missing
 */
export function planColumns(path: string, header: readonly string[], product: ProductDefinition): ColumnPlan {
  const names = header.map((cell) => cell.trim());
  const byName = new Map(product.fields.flatMap((field) => [[field.id, field] as const, [field.column, field] as const]));
  const columns: PlannedColumn[] = [];
  const unknown: string[] = [];
  const ignored: string[] = [];
  const taken = new Map<string, string>();
  names.forEach((name, index) => {
    const field = byName.get(name);
    if (field !== undefined) columns.push({ index, name, use: { field } });
    else if (name === ID_COLUMN) columns.push({ index, name, use: { applicationId: true } });
    else if (Object.hasOwn(product.ignoredColumns, name)) ignored.push(name);
    else unknown.push(name === '' ? `(column ${index + 1}, without a name)` : name);
    const key = field?.id ?? name;
    const before = taken.get(key);
    if (before !== undefined && key !== '') throw refuseTwice(path, field === undefined ? null : [before, name]);
    taken.set(key, name);
  });
  refuseMissing(path, product, columns, names);
  return { width: header.length, columns, notices: describe(product, columns, unknown, ignored) };
}

/** A file without a header has an applicant's data where the names should be: only the product's own names are repeated. */
function refuseTwice(path: string, names: [string, string] | null) {
  const which = names === null ? 'a column that the product does not know stands' : `${[...new Set(names)].join(' and ')} stand`;
  return refuseFile(
    'file-malformed',
    path,
    `in the header ${which} twice, so it is not certain which is meant.`,
    'Give every column a name of its own.',
  );
}

function refuseMissing(path: string, product: ProductDefinition, columns: readonly PlannedColumn[], names: readonly string[]): void {
  const present = new Set(columns.flatMap(({ use }) => ('field' in use ? [use.field.id] : [])));
  const missing = product.fields.filter((field) => field.whenMissing === 'refuse' && field.use !== 'identifying' && !present.has(field.id));
  if (missing.length === 0) return;
  const inOtherLetters = new Map(names.map((name) => [name.toLowerCase(), name]));
  const list = missing.map(({ column, id }) => {
    const near = inOtherLetters.get(column.toLowerCase()) ?? inOtherLetters.get(id);
    return near === undefined ? column : `${column} (the file writes it ${near})`;
  });
  throw refuseFile(
    'file-malformed',
    path,
    `columns that product ${product.product} needs are missing: ${list.join(', ')}.`,
    columns.length === 0
      ? 'The first line must hold the names of the columns; is this the right file and the right product?'
      : 'Add the columns, or rename them in the first line.',
  );
}

function describe(product: ProductDefinition, columns: readonly PlannedColumn[], unknown: string[], ignored: string[]): string[] {
  const present = new Set(columns.flatMap(({ use }) => ('field' in use ? [use.field.id] : [])));
  const absent = product.fields.filter((field) => field.whenMissing === 'refer' && field.use !== 'identifying' && !present.has(field.id));
  return [
    ...ignored.map((name) => `Column ${name} is not used. ${textIn(product.ignoredColumns[name]!, 'en')}`),
    ...(unknown.length === 0 ? [] : [`Not known to product ${product.product} and not used: ${unknown.join(', ')}.`]),
    ...(absent.length === 0
      ? []
      : [`Not in the file, so every application is referred: ${absent.map((field) => field.column).join(', ')}.`]),
  ];
}
