/** Outcomes that come back: files of all kinds, what is taken of them, and the signed notes that take it to the branches; on both engines. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type OutcomeDelivery, outcomeDelivery } from '../../../contract/sync.ts';
import { deliverTo } from '../../../headoffice/outcomes/deliver-outcomes.ts';
import { readOutcomeFile } from '../../../headoffice/outcomes/read-outcome-file.ts';
import { takeOutcomes } from '../../../headoffice/outcomes/take-outcomes.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { openSignedJson } from '../../../ledger/signed-json.ts';
import { applicationId } from '../../support/log-samples.ts';
import { startPostgres } from '../../support/postgres.ts';

const postgres = await startPostgres();
const stores: [name: string, store: Store][] = [['PGlite', await openStore({ database: 'memory://' })]];
if (postgres) stores.push(['PostgreSQL', await openStore({ database: postgres.url })]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

afterAll(async () => {
  for (const [, store] of stores) await store.close();
  await postgres?.stop();
});

const TODAY = '2027-06-30';
const NOW = Date.parse(`${TODAY}T12:00:00Z`);
const office = noteSigner('office.invalid', Buffer.alloc(32, 3));
const ids = [0, 1, 2, 3].map(applicationId);

describe('a file of outcomes', () => {
  const wanted = { line: 2, about: { application: ids[0], branch: null }, performance: 'bad', monthsOnBook: 12, asOf: '2027-05-31' };

  it.each([
    ['with commas', `application_id,performance,months_on_book,as_of\n${ids[0]},bad,12,2027-05-31\n`],
    [
      'with semicolons, a byte order mark, CR LF and another order',
      `\uFEFFAs of;Months-on-Book;Application ID;PERFORMANCE\r\n2027-05-31;12;${ids[0]!.toUpperCase()};Bad\r\n`,
    ],
    [
      'with tabs and columns that nobody asked for',
      `x\tapplication_id\tperformance\tmonths_on_book\tas_of\ty\n1\t${ids[0]}\tbad\t12\t2027-05-31\t\n`,
    ],
    ['with quotes', `"application_id","performance","months_on_book","as_of"\n"${ids[0]}","bad","12","2027-05-31"\n`],
  ])('is read %s', (_, text) => {
    expect(readOutcomeFile(text, TODAY)).toEqual({ rows: [wanted], refused: [] });
  });

  it('sets aside what it cannot use, by line and cause, and takes the rest', () => {
    const lines = [
      'branch,seq,application_id,performance,months_on_book,as_of',
      'madrid-01,7,,good,3,2027-01-31',
      '',
      `,,${ids[0]},fine,3,2027-01-31`,
      `,,${ids[0]},good,3.5,2027-01-31`,
      `,,${ids[0]},good,3,2027-02-30`,
      `,,${ids[0]},good,3,31/01/2027`,
      `,,${ids[0]},good,3,2027-07-01`,
      ',,Ada Example,good,3,2027-01-31',
      'madrid-01,,,good,3,2027-01-31',
      'madrid-01,-1,,good,3,2027-01-31',
      `,,"${ids[0]},good,3,2027-01-31`,
      `,,${ids[1]},indeterminate,0,2027-06-30`,
    ];
    const { rows, refused } = readOutcomeFile(lines.join('\n'), TODAY);
    expect(rows.map(({ line, about }) => [line, about])).toEqual([
      [2, { branch: 'madrid-01', seq: 7 }],
      [13, { application: ids[1], branch: null }],
    ]);
    expect(refused.map(({ line }) => line)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(JSON.stringify(refused)).not.toMatch(/Ada/);
  });

  it.each([
    ['names no performance', 'application_id,months_on_book,as_of\n'],
    ['names a branch and no entry', 'branch,performance,months_on_book,as_of\n'],
    ['is empty', ''],
  ])('is refused whole when its header %s', (_, text) => {
    expect(() => readOutcomeFile(text, TODAY)).toThrow(/does not name the columns/);
  });
});

describe.each(stores)('outcomes on %s', (_engine, store) => {
  beforeEach(async () => {
    for (const table of ['logs', 'entries', 'outcomes', 'outcome_files', 'deliveries', 'actions'])
      await store.query(`DELETE FROM ${table}`);
    await addLog(1, 'madrid-01', { size: 4 });
    await addLog(2, 'lugo-02', { size: 2 });
    for (const n of [0, 1, 2]) await addDecision(1, n + 1, ids[n]!);
    await addDecision(2, 1, ids[3]!);
  });

  async function addLog(
    logNo: number,
    branch: string,
    { size, base }: { size: number; base?: [logNo: number, size: number] },
  ): Promise<void> {
    await store.query(
      `INSERT INTO logs (log_no, log, branch, device, origin, vkey, base_log_no, base_size, size, frontier, made_at)
        VALUES ($1, $2, $3, 'd', $2, 'v', $4, $5, $6, '', $7)`,
      [logNo, String(logNo).padStart(64, '0'), branch, base?.[0] ?? null, base?.[1] ?? 0, size, new Date(NOW + logNo)],
    );
  }
  async function addDecision(logNo: number, seq: number, application: string): Promise<void> {
    const insert = `INSERT INTO entries (log_no, seq, bytes, leaf_hash, type, application) VALUES ($1, $2, '', '', 'decision', $3)`;
    await store.query(insert, [logNo, seq, application]);
  }
  const HEADER = 'application_id,branch,seq,performance,months_on_book,as_of\n';
  const take = (...lines: string[]) =>
    takeOutcomes(store, { office }, { name: 'may.csv', text: HEADER + lines.join('\n'), by: 'ines', now: NOW });
  const row = (application: string, performance = 'good', asOf = '2027-05-31', months = 6) =>
    `${application},,,${performance},${months},${asOf}`;
  /** What was signed for a log, in order. */
  async function delivered(logNo: number): Promise<OutcomeDelivery[]> {
    const notes = await store.query<{ note: string }>('SELECT note FROM deliveries WHERE log_no = $1 ORDER BY delivery', [logNo]);
    return notes.map(({ note }) => {
      const opened = openSignedJson(note, parseVkey(office.vkey)!);
      if ('problem' in opened) throw new Error(opened.problem);
      return outcomeDelivery.parse(opened.value);
    });
  }
  const store1 = (delivery: number, seq: number) =>
    store.query('UPDATE deliveries SET stored_seq = $2 WHERE log_no = 1 AND delivery = $1', [delivery, seq]);

  it('reach the branch that decided, signed, in the order of its decisions', async () => {
    const taken = await take(row(ids[2]!, 'bad'), row(ids[3]!), row(ids[0]!));
    expect(taken).toEqual({ again: false, taken: 3, unchanged: 0, superseded: 0, refused: [], deliveries: 2 });
    expect(await delivered(1)).toEqual([
      {
        v: 1,
        kind: 'outpost-outcomes',
        log: '1'.padStart(64, '0'),
        delivery: 1,
        issued: new Date(NOW).toISOString(),
        outcomes: [
          { application: ids[0], performance: 'good', monthsOnBook: 6, asOf: '2027-05-31' },
          { application: ids[2], performance: 'bad', monthsOnBook: 6, asOf: '2027-05-31' },
        ],
      },
    ]);
    expect(await delivered(2)).toMatchObject([{ delivery: 1, outcomes: [{ application: ids[3] }] }]);
    expect(await store.query('SELECT who, what, detail FROM actions')).toMatchObject([
      { who: 'ines', what: 'take-outcomes', detail: { taken: 3, refused: 0 } },
    ]);
  });

  it('are found by branch and number of the entry, and by nothing else that does not fit', async () => {
    const { taken, refused } = await take(
      `,lugo-02,1,good,6,2027-05-31`,
      `,lugo-02,0,good,6,2027-05-31`,
      `,nowhere,1,good,6,2027-05-31`,
      `${ids[0]},lugo-02,,good,6,2027-05-31`,
      `${applicationId(99)},,,good,6,2027-05-31`,
    );
    expect(taken).toBe(1);
    expect(refused.map(({ line, cause }) => [line, cause])).toEqual([
      [3, expect.stringContaining('no decision')],
      [4, expect.stringContaining('no such branch')],
      [5, expect.stringContaining('branch that is named')],
      [6, expect.stringContaining('No branch')],
    ]);
  });

  it('change nothing when the same file comes twice, nor another file that says what is known', async () => {
    await take(row(ids[0]!));
    expect(await take(row(ids[0]!))).toMatchObject({ again: true, taken: 0, deliveries: 0 });
    expect(await take(row(ids[0]!), '')).toMatchObject({ again: false, taken: 0, unchanged: 1, deliveries: 0 });
    expect(await delivered(1)).toHaveLength(1);
  });

  it('are replaced by a later day or a correction of the same, and never by an earlier one', async () => {
    await take(row(ids[0]!));
    expect(await take(row(ids[0]!, 'bad', '2027-06-30', 7), row(ids[1]!, 'bad', '2027-03-31'), row(ids[1]!))).toMatchObject({
      taken: 2,
      superseded: 1,
    });
    expect(await take(row(ids[0]!, 'good', '2027-04-30'), row(ids[1]!, 'indeterminate'))).toMatchObject({ taken: 1, superseded: 1 });
    const said = (await delivered(1)).map(({ outcomes }) => outcomes.map((each) => [each.application, each.performance, each.asOf]));
    expect(said).toEqual([
      [[ids[0], 'good', '2027-05-31']],
      [
        [ids[0], 'bad', '2027-06-30'],
        [ids[1], 'good', '2027-05-31'],
      ],
      [[ids[1], 'indeterminate', '2027-05-31']],
    ]);
  });

  it('that contradict each other in one file are taken once, the other is named', async () => {
    const { taken, refused } = await take(row(ids[0]!), row(ids[0]!, 'bad'), row(ids[0]!));
    expect([taken, refused]).toEqual([1, [{ line: 3, cause: 'It contradicts line 2, which is of the same day.' }]]);
  });

  it('of a name that two branches decided are taken only with the branch', async () => {
    await addDecision(2, 2, ids[0]!);
    expect((await take(row(ids[0]!))).refused).toEqual([{ line: 2, cause: expect.stringContaining('name the branch') }]);
    expect((await take(`${ids[0]},lugo-02,,good,6,2027-05-31`)).taken).toBe(1);
    expect(await delivered(2)).toHaveLength(1);
  });

  it('are divided into notes of at most 200', async () => {
    for (let n = 10; n < 211; n++) await addDecision(1, n, applicationId(n));
    expect(await take(...Array.from({ length: 201 }, (_, n) => row(applicationId(n + 10))))).toMatchObject({ taken: 201, deliveries: 2 });
    const counts = (await delivered(1)).map(({ delivery, outcomes }) => [delivery, outcomes.length]);
    expect(counts).toEqual([
      [1, 200],
      [2, 1],
    ]);
  });

  it('that were taken by a program that ended before it made the notes are delivered by the next', async () => {
    const text = HEADER + row(ids[0]!);
    // The first question outside of the transaction that stores is for the branches to deliver to.
    const found = {
      ...store,
      query: ((sql: string, values?: []) =>
        sql.includes('DISTINCT') ? Promise.reject(new Error('ended here')) : store.query(sql, values)) as Store['query'],
    };
    await expect(takeOutcomes(found, { office }, { name: 'x', text, by: 'ines', now: NOW })).rejects.toThrow('ended here');
    expect(await delivered(1)).toEqual([]);
    expect(await takeOutcomes(store, { office }, { name: 'x', text, by: 'ines', now: NOW })).toMatchObject({ again: true, deliveries: 1 });
  });

  it('go to the PC that a branch has now, and are not told again of decisions that went with the one before', async () => {
    await take(row(ids[0]!));
    await addLog(3, 'madrid-01', { size: 2 });
    expect(await store.transaction((sql) => deliverTo(sql, { office }, 'madrid-01', NOW))).toBe(0);
    await take(row(ids[1]!));
    expect((await delivered(1)).length).toBe(1);
    expect(await delivered(3)).toMatchObject([{ delivery: 1, outcomes: [{ application: ids[1] }] }]);
  });

  it('go once more to a branch that began anew without them, and not to one that goes on from them', async () => {
    await take(row(ids[0]!));
    await take(row(ids[1]!));
    await take(row(ids[2]!));
    // Stored as entries 4 and 6; the third was never stored. The backup that was put back had 5 entries.
    await store1(1, 4);
    await store1(2, 6);
    await addLog(3, 'madrid-01', { size: 7, base: [1, 5] });
    expect(await store.transaction((sql) => deliverTo(sql, { office }, 'madrid-01', NOW))).toBe(1);
    expect(await delivered(3)).toMatchObject([{ delivery: 1, outcomes: [{ application: ids[1] }, { application: ids[2] }] }]);
    expect(await store.transaction((sql) => deliverTo(sql, { office }, 'madrid-01', NOW))).toBe(0);
    // What is about an entry of the first epoch is found by its number in the log as it is now.
    expect((await take(',madrid-01,3,bad,9,2027-06-30', ',madrid-01,6,bad,9,2027-06-30')).refused).toMatchObject([{ line: 3 }]);
    expect((await delivered(3)).at(-1)).toMatchObject({ delivery: 2, outcomes: [{ application: ids[2], performance: 'bad' }] });
  });
});
