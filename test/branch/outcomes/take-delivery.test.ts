/** Outcomes at a branch: taken once and in order, believed by head office's signature alone, and found when somebody changes them. */
import { describe, expect, it } from 'vitest';
import type { Branch } from '../../../branch/branch.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { takeDelivery } from '../../../branch/outcomes/take-delivery.ts';
import type { OutcomeRow } from '../../../contract/sync.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { countLogRows, getLogState } from '../../../db/log-entries.ts';
import { listOutcomeRows, listOutcomes } from '../../../db/outcomes.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { noteSigner } from '../../../ledger/note-keys.ts';
import { deliveryNote, enrolAt } from '../../support/deliveries.ts';
import { forged, hex, tamper } from '../../support/tamper.ts';
import { applicationId, CODE, decisionDraft, type TestLog, temporaryLog, verified, writerOf } from '../../support/temporary-log.ts';

const other = noteSigner('office.invalid', Buffer.alloc(32, 4));

/** Entries 0 genesis, 1 enrolled, 2 to 4 decisions on applications 0 to 2. */
function enrolledLog(): TestLog & { branch: Branch } {
  const made = temporaryLog();
  enrolAt(made.log);
  appendEntries(
    made.log,
    [0, 1, 2].map((n) => ({ entry: decisionDraft(n) })),
  );
  return { ...made, branch: { log: made.log, tellChange: () => undefined } as Branch };
}

const row = (n: number, change: Partial<OutcomeRow> = {}): OutcomeRow => ({
  application: applicationId(n),
  performance: 'good',
  monthsOnBook: 6,
  asOf: '2026-08-31',
  ...change,
});

const note = ({ log }: TestLog, ...args: Tail<Parameters<typeof deliveryNote>>): string => deliveryNote(log, ...args);
type Tail<T extends unknown[]> = T extends [unknown, ...infer R] ? R : never;

describe('a delivery', () => {
  it('is one entry, with a row for each outcome beside the decision that it is about', async () => {
    const made = enrolledLog();
    expect(takeDelivery(made.branch, note(made, 1, [row(2, { performance: 'bad' }), row(0), row(99)]))).toMatchObject({ seq: 5 });
    expect(
      listOutcomeRows(made.db, 0, 100).map(({ seq, n, application, decision, performance }) => [
        seq,
        n,
        application,
        decision,
        performance,
      ]),
    ).toEqual([
      [5, 0, applicationId(2), 4, 'bad'],
      [5, 1, applicationId(0), 2, 'good'],
      [5, 2, applicationId(99), null, 'good'],
    ]);
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', findings: [], size: 6 });
  });

  it('that comes twice changes nothing, one before its turn is refused and comes again', () => {
    const made = enrolledLog();
    takeDelivery(made.branch, note(made, 1, [row(0)]));
    const before = getLogState(made.db);
    expect(takeDelivery(made.branch, note(made, 1, [row(0)]))).toBeNull();
    expect(() => takeDelivery(made.branch, note(made, 3, [row(1)]))).toThrow(/2 is the next/);
    expect(getLogState(made.db)).toEqual(before);
    takeDelivery(made.branch, note(made, 2, [row(1)]));
    expect(takeDelivery(made.branch, note(made, 3, [row(2)]))).toMatchObject({ seq: 7 });
  });

  it.each([
    ['signed by another head office', (made: TestLog) => note(made, 1, [row(0)], {}, other), /not signed/],
    ['changed on its way', (made: TestLog) => note(made, 1, [row(0)]).replace('"good"', '"bad"'), /not signed/],
    ['for another log', (made: TestLog) => note(made, 1, [row(0)], { log: '0'.repeat(64) }), /another log/],
    ['of another kind', (made: TestLog) => note(made, 1, [row(0)], { kind: 'outpost-branch-file' }), /form/],
    ['without outcomes', (made: TestLog) => note(made, 1, []), /form/],
    ['with an outcome that nobody knows', (made: TestLog) => note(made, 1, [{ ...row(0), performance: 'paid' as 'good' }]), /form/],
    ['no note at all', () => '<html>Welcome to the hotel</html>', /not signed/],
  ])('%s is refused, with nothing stored', (_, of, message) => {
    const made = enrolledLog();
    const before = countLogRows(made.db);
    expect(() => takeDelivery(made.branch, of(made))).toThrow(message);
    expect(countLogRows(made.db)).toEqual(before);
  });

  it('is believed by a PC that is enrolled alone', () => {
    const made = temporaryLog();
    expect(() => takeDelivery({ log: made.log } as Branch, note(made, 1, [row(0)]))).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ kind: 'not-enrolled' }) }),
    );
  });

  it('begins at 1 again with a new epoch, and with another head office', async () => {
    const made = enrolledLog();
    takeDelivery(made.branch, note(made, 1, [row(0)]));
    const old = note(made, 2, [row(1)]);
    beginEpoch(made.log, 'restored');
    expect(() => takeDelivery(made.branch, old)).toThrow(/earlier epoch/);
    takeDelivery(made.branch, note(made, 1, [row(1)]));
    takeDelivery(made.branch, note(made, 2, [row(2)]));
    enrolAt(made.log);
    takeDelivery(made.branch, note(made, 3, [row(0, { asOf: '2026-09-30' })]));
    enrolAt(made.log, other);
    expect(() => takeDelivery(made.branch, note(made, 4, [row(0)]))).toThrow(/not signed/);
    takeDelivery(made.branch, note(made, 1, [row(1, { performance: 'bad', asOf: '2026-09-30' })], {}, other));
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', findings: [] });
  });
});

describe('outcomes for monitoring', () => {
  it('are the latest of each decision, with what was decided, of a product and of some days', () => {
    const made = enrolledLog();
    takeDelivery(made.branch, note(made, 1, [row(0), row(1, { asOf: '2026-10-31', performance: 'bad' }), row(99)]));
    takeDelivery(made.branch, note(made, 2, [row(0, { performance: 'indeterminate', monthsOnBook: 7 }), row(1, { monthsOnBook: 1 })]));
    const labels = listOutcomes(made.db, 'instalment-loan', null, null);
    expect(labels).toEqual([
      {
        decision: 2,
        application: applicationId(0),
        product: 'instalment-loan',
        wall: '2026-03-01T09:00:00.000Z',
        outcome: 'approve',
        pd: 0.1,
        score: 612.25,
        modelVersion: '1.2.0',
        performance: 'indeterminate',
        monthsOnBook: 7,
        asOf: '2026-08-31',
        seq: 6,
      },
      expect.objectContaining({ decision: 3, performance: 'bad', asOf: '2026-10-31', seq: 5 }),
    ]);
    expect(listOutcomes(made.db, null, '2026-03-01', '2026-03-01')).toEqual(labels);
    expect(listOutcomes(made.db, null, '2026-03-02', null)).toEqual([]);
    expect(listOutcomes(made.db, null, null, '2026-02-28')).toEqual([]);
    expect(listOutcomes(made.db, 'another', null, null)).toEqual([]);
  });
});

describe('verification', () => {
  it.each([
    ['an outcome', ["UPDATE outcomes SET performance = 'bad' WHERE n = 0"], /kept otherwise/],
    ['months on book', ['UPDATE outcomes SET months_on_book = 7 WHERE n = 1'], /kept otherwise/],
    ['which decision it is about', ['UPDATE outcomes SET decision = 3 WHERE n = 0'], /kept otherwise/],
    ['an outcome taken out', ['DELETE FROM outcomes WHERE n = 1'], /kept otherwise/],
    [
      'outcomes that no entry brought',
      [`INSERT INTO outcomes VALUES (2, 0, 'x', NULL, 'bad', 1, '2026-08-31')`],
      /3 rows in outcomes|no entry 2/,
    ],
    ['outcomes behind the log', [`INSERT INTO outcomes VALUES (999, 0, 'x', NULL, 'bad', 1, '2026-08-31')`], /3 rows in outcomes/],
  ] as const)('finds %s changed', async (_, statements, message) => {
    const made = enrolledLog();
    takeDelivery(made.branch, note(made, 1, [row(0), row(1)]));
    tamper(made.db, ...statements);
    const { verdict, findings } = await verified(made.file);
    expect(verdict).toBe('tampered');
    expect(findings.map((each) => each.message)).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['of another number than its note', (made: TestLog) => ({ delivery: 2, note: note(made, 1, [row(0)]) }), /not what head office signed/],
    ['by another key', (made: TestLog) => ({ note: note(made, 1, [row(0)], {}, other) }), /not what head office signed/],
    ['of another log', (made: TestLog) => ({ note: note(made, 1, [row(0)], { log: '0'.repeat(64) }) }), /not what head office signed/],
    ['before its turn', (made: TestLog) => ({ delivery: 2, note: note(made, 2, [row(0)]) }), /where 1 was the next/],
  ])('finds a delivery that somebody with the key put in: %s', async (_, change, message) => {
    const made = enrolledLog();
    const signed = {
      type: 'outcome',
      actor: 'system',
      role: 'system',
      delivery: 1,
      ...change(made),
    } as const;
    appendEntries(made.log, [{ entry: signed }]);
    const { verdict, findings } = await verified(made.file);
    expect([verdict, findings.map((each) => each.message)]).toEqual(['tampered', [expect.stringMatching(message)]]);
  });

  it('finds outcomes in a log that no head office stands in', async () => {
    const made = temporaryLog();
    appendEntries(made.log, [{ entry: { type: 'outcome', actor: 'system', role: 'system', delivery: 1, note: note(made, 1, [row(0)]) } }]);
    expect((await verified(made.file)).findings).toMatchObject([{ seq: 1, message: expect.stringContaining('no head office') }]);
  });

  it('finds an outcome rewritten in its entry, hashes and all: the signature is head office’s', async () => {
    const made = enrolledLog();
    takeDelivery(made.branch, note(made, 1, [row(0)]));
    const bytes = forged(made.db, 5, { note: note(made, 1, [row(0, { performance: 'bad' })], {}, other) });
    tamper(
      made.db,
      `UPDATE entries SET bytes = ${hex(bytes)}, leaf_hash = ${hex(leafHash(bytes))} WHERE seq = 5`,
      "UPDATE outcomes SET performance = 'bad'",
    );
    expect((await verified(made.file)).findings.map((each) => each.message)).toContainEqual(
      expect.stringMatching(/not what head office signed/),
    );
  });
});

describe('a database of the fifth schema', () => {
  it('is brought up with its rows, verifies with the same root, and takes outcomes from then on', async () => {
    const made = enrolledLog();
    const before = await verified(made.file);
    made.db.sqlite.exec('DROP TABLE outcomes; PRAGMA user_version = 5');
    closeDatabase(made.db);
    const db = writerOf(made.file);
    expect(await verified(made.file)).toEqual(before);
    const log = openLog({ db, directory: made.directory, clock: made.clock, code: CODE });
    takeDelivery({ log, tellChange: () => undefined } as Branch, note({ ...made, log }, 1, [row(0)]));
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', findings: [], size: 6 });
    expect(() => db.sqlite.exec("UPDATE outcomes SET performance = 'bad'")).toThrow(/never changed/);
    expect(() => db.sqlite.exec('DELETE FROM outcomes')).toThrow(/never deleted/);
    expect(countLogRows(db).outcomes).toBe(1);
  });
});
