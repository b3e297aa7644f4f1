import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkQuestion, type ExportFormat, exportPredictions } from '../../../headoffice/feeds/export-predictions.ts';
import { COLUMNS } from '../../../headoffice/feeds/prediction-columns.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { type FilledLog, fillLog, originOf, sampleEntries } from '../../support/fleet-of-branches.ts';
import { applicationId } from '../../support/log-samples.ts';

const MARCH = { from: '2026-03-01', to: '2026-03-31', product: null };
const FORMULA = '=cmd|calc';
let store: Store;
let filled: FilledLog;

beforeAll(async () => {
  store = await openStore({ database: 'memory://', partitions: 1 });
  const entries = sampleEntries('riverside', 12);
  const strange = { ...(entries[5] as object), actor: FORMULA, pd: null, pricing: null, reasons: ['a,b', '"c"\nd'] };
  filled = await fillLog(store, {
    branch: 'riverside',
    entries: [...entries.slice(0, 5), strange, ...entries.slice(6)],
    batches: [
      { to: 4, received: new Date('2026-02-28T23:59:59.999Z') },
      { to: 9, received: new Date('2026-03-01T00:00:00.000Z') },
      { to: 13, received: new Date('2026-03-31T23:59:59.999Z') },
      { to: 15, received: new Date('2026-04-01T00:00:00.000Z') },
    ],
  });
});
afterAll(async () => await store.close());

async function take(
  format: ExportFormat,
  question: Parameters<typeof exportPredictions>[2],
): Promise<{ bytes: Buffer; rows: number; chunks: number }> {
  const chunks: Buffer[] = [];
  let rows = -1;
  for await (const chunk of exportPredictions(store, format, question, (n) => {
    rows = n;
  }))
    chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), rows, chunks: chunks.length };
}

async function readParquet(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const copy = new Uint8Array(bytes).buffer;
  return await parquetReadObjects({ file: { byteLength: copy.byteLength, slice: (start, end) => copy.slice(start, end) } });
}

it('writes the same rows as CSV and as Parquet, those that were received in these days', async () => {
  const csv = await take('csv', MARCH);
  const parquet = await take('parquet', MARCH);
  const fromCsv = parse(csv.bytes, { columns: true }) as Record<string, string>[];
  const fromParquet = await readParquet(parquet.bytes);
  expect([csv.rows, parquet.rows, fromCsv.length, fromParquet.length]).toEqual([9, 9, 9, 9]);
  expect(Object.keys(fromCsv[0]!)).toEqual(COLUMNS.map(({ name }) => name));
  expect(Object.keys(fromParquet[0]!)).toEqual(COLUMNS.map(({ name }) => name));
  for (const [i, row] of fromParquet.entries())
    for (const [name, value] of Object.entries(row)) {
      const text =
        value instanceof Date
          ? value.toISOString()
          : value === null || value === undefined
            ? ''
            : typeof value === 'string'
              ? value
              : `${value as number | bigint}`;
      expect(fromCsv[i]![name]!.replace(/^'(?=[=+\-@])/, ''), `${i} ${name}`).toBe(text);
    }
  expect(fromParquet[0]).toMatchObject({
    branch: 'riverside',
    origin: originOf('riverside'),
    seq: 4n,
    leaf_hash: leafHash(filled.entries[4]!).toString('hex'),
    received_at: new Date('2026-03-01T00:00:00.000Z'),
    application: applicationId(2),
    product: 'instalment-loan',
    model_version: '1.2.0',
    decision: 'decline',
    pd: 0.1 + 2 / 1e6,
    score: 612.25,
    requested_amount: 802,
    reasons: 'model:R01',
    inputs: JSON.stringify({ amount: 802, home: 'owner', income: 129.5, seniority: null }),
  });
});

it('makes formulas harmless in CSV and leaves them as they are in Parquet; what is not there is empty', async () => {
  const { bytes } = await take('csv', MARCH);
  const line = bytes.toString().split('\r\n')[2]!;
  expect(line).toContain(`,'${FORMULA},`);
  expect((parse(bytes, { columns: true }) as Record<string, string>[])[1]).toMatchObject({
    pd: '',
    pricing_tier: '',
    reasons: 'a,b;"c"\nd',
  });
  expect((await readParquet((await take('parquet', MARCH)).bytes))[1]).toMatchObject({ actor: FORMULA });
});

it('neither misses nor repeats from one span of days to the next, and takes one product where it is asked to', async () => {
  const spans = [
    { from: '2026-01-01', to: '2026-02-28' },
    { from: '2026-03-01', to: '2026-03-31' },
    { from: '2026-04-01', to: '2026-12-31' },
  ];
  const seqs: string[] = [];
  for (const span of spans)
    seqs.push(
      ...(parse((await take('csv', { ...span, product: null })).bytes, { columns: true }) as Record<string, string>[]).map(
        ({ seq }) => seq!,
      ),
    );
  expect(seqs).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 2)));
  expect((await take('csv', { ...MARCH, product: 'personal-loan' })).rows).toBe(0);
  expect((await take('csv', { ...MARCH, product: 'instalment-loan' })).rows).toBe(9);
});

it('says in the Parquet file which schema it has, and writes an empty one that can be read', async () => {
  const { bytes } = await take('parquet', { from: '2020-01-01', to: '2020-01-02', product: 'none' });
  const copy = new Uint8Array(bytes).buffer;
  const { key_value_metadata, num_rows, created_by } = parquetMetadata(copy);
  expect(Number(num_rows)).toBe(0);
  expect(created_by).toBe('outpost');
  expect(Object.fromEntries(key_value_metadata!.map(({ key, value }) => [key, value]))).toEqual({
    schema: 'outpost-predictions',
    schema_version: '1.0',
    received_from: '2020-01-01',
    received_to: '2020-01-02',
    product: 'none',
  });
  expect(await readParquet(bytes)).toEqual([]);
});

it('never leaves identity in a file', async () => {
  for (const format of ['csv', 'parquet'] as const) expect((await take(format, MARCH)).bytes.includes('c2VjcmV0')).toBe(false);
});

it('refuses days that are none', () => {
  for (const [from, to] of [
    ['2026-03-31', '2026-03-01'],
    ['yesterday', '2026-03-01'],
    ['2026-02-30x', '2026-03-01'],
    ['', ''],
  ])
    expect(() => checkQuestion({ from: from!, to: to!, product: null })).toThrow(/two days in their order/);
});

it('keeps a few thousand rows in memory, however many there are', async () => {
  const many = 12_000;
  await store.query(
    `INSERT INTO entries (log_no, seq, bytes, leaf_hash, type, wall, application)
     SELECT e.log_no, 1000 + n, e.bytes, e.leaf_hash, e.type, e.wall, e.application FROM entries e, generate_series(1, ${many}) AS g(n) WHERE e.seq = 4`,
  );
  await store.query(
    `INSERT INTO batches (received_at, log_no, from_seq, to_seq, device, bytes) SELECT '2026-05-01', log_no, 1001, ${1001 + many}, 'd', 0 FROM logs`,
  );
  const question = { from: '2026-05-01', to: '2026-05-01', product: null };
  const parquet = await take('parquet', question);
  expect(parquet.rows).toBe(many);
  expect(parquetMetadata(new Uint8Array(parquet.bytes).buffer).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
    5000, 5000, 2000,
  ]);
  expect(parquet.chunks).toBe(3);
  expect((await readParquet(parquet.bytes)).at(-1)).toMatchObject({ seq: BigInt(1000 + many) });
});
