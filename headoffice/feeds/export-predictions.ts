/**
 * Exports of decisions, by when head office received them: what was received in a day is complete a minute after that day and never changes, so that
 * files of one day after the other neither miss nor repeat a decision, however late its branch sent it.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { Failed } from '../../contract/failure.ts';
import { csvLine } from '../csv-line.ts';
import type { Store } from '../store/store.ts';
import { openFields } from './event.ts';
import { COLUMNS, PARQUET_SCHEMA, PREDICTIONS_SCHEMA, type Prediction } from './prediction-columns.ts';
import { readSteps, WATERMARK_SECONDS } from './read-entries.ts';

const DAY_MS = 24 * 3_600_000;
/** Rows of one row group, all of which are in memory at once: some 10 MiB. */
const ROW_GROUP = 5000;

export const EXPORT_FORMATS = ['csv', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportQuestion {
  /** First and last day (UTC) of receiving. */
  from: string;
  to: string;
  /** null: all products. */
  product: string | null;
  watermarkSeconds?: number;
}

/** @throws Failed usage */
export function checkQuestion({ from, to, product }: { from: string; to: string; product: string | null }): ExportQuestion {
  const days = [from, to].map((day) => (/^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN));
  if (days.some((day) => Number.isNaN(day) || day < 0) || days[0]! > days[1]!)
    throw new Failed({
      kind: 'usage',
      happened: 'The first and the last day are not two days in their order.',
      safe: 'Nothing was exported.',
      next: 'Give both as YYYY-MM-DD, for example 2026-01-01 and 2026-01-31.',
      facts: {},
    });
  return { from, to, product };
}

async function* predictions(
  store: Store,
  { from, to, product, watermarkSeconds = WATERMARK_SECONDS }: ExportQuestion,
): AsyncGenerator<Prediction> {
  const span = { from: new Date(`${from}T00:00:00Z`), to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS) };
  for await (const { entries } of readSteps(store, { ...span, after: null, watermarkSeconds, types: ['decision'], unreadable: false }))
    for (const entry of entries) {
      const fields = openFields(entry.bytes);
      if (fields === null) continue;
      if (product === null || (fields.product as { name?: unknown } | undefined)?.name === product) yield { entry, fields };
    }
}

/** Chunks of a file. @param tell is told how many rows there were, before the last chunk */
export async function* exportPredictions(
  store: Store,
  format: ExportFormat,
  question: ExportQuestion,
  tell: (rows: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  yield* format === 'csv' ? asCsv(store, question, tell) : asParquet(store, question, tell);
}

async function* asCsv(store: Store, question: ExportQuestion, tell: (rows: number) => void): AsyncGenerator<Buffer> {
  let lines = csvLine(COLUMNS.map(({ name }) => name));
  let rows = 0;
  for await (const prediction of predictions(store, question)) {
    lines += csvLine(COLUMNS.map((column) => asCell(column.of(prediction))));
    rows++;
    if (lines.length < 65_536) continue;
    yield Buffer.from(lines);
    lines = '';
  }
  tell(rows);
  yield Buffer.from(lines);
}

function asCell(value: string | number | Date | null): string | number | null {
  return value instanceof Date ? value.toISOString() : value;
}

async function* asParquet(store: Store, question: ExportQuestion, tell: (rows: number) => void): AsyncGenerator<Buffer> {
  const bytes = new ByteWriter();
  const { from, to, product } = question;
  const kvMetadata = [
    { key: 'schema', value: PREDICTIONS_SCHEMA.name },
    { key: 'schema_version', value: PREDICTIONS_SCHEMA.version },
    { key: 'received_from', value: from },
    { key: 'received_to', value: to },
    ...(product === null ? [] : [{ key: 'product', value: product }]),
  ];
  const parquet = new ParquetWriter({ writer: bytes, schema: PARQUET_SCHEMA, kvMetadata, createdBy: 'outpost' });
  let group: Prediction[] = [];
  let rows = 0;
  for await (const prediction of predictions(store, question)) {
    rows++;
    if (group.push(prediction) < ROW_GROUP) continue;
    await writeGroup(parquet, group);
    group = [];
    yield taken(bytes);
  }
  if (group.length > 0) await writeGroup(parquet, group);
  await parquet.finish();
  tell(rows);
  yield taken(bytes);
}

async function writeGroup(parquet: ParquetWriter, group: readonly Prediction[]): Promise<void> {
  const columnData = COLUMNS.map((column) => ({
    name: column.name,
    data: group.map((prediction) => {
      const value = column.of(prediction);
      return column.kind === 'count' && value !== null ? BigInt(Number(value)) : value;
    }),
    offsetIndex: false,
  }));
  await parquet.write({ columnData, rowGroupSize: group.length });
}

/** What has been written since the last time; where it stands in the file goes on counting. */
function taken(writer: ByteWriter): Buffer {
  const bytes = Buffer.from(writer.getBytes());
  writer.index = 0;
  return bytes;
}
