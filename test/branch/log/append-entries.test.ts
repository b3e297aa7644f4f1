import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { DISK_RESERVE_BYTES, diskSpace, refuseWhenDiskLow } from '../../../branch/log/disk-reserve.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { Failed } from '../../../contract/failure.ts';
import { logEntry } from '../../../contract/log-entry.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { countLogRows, getEntry, getLogState, listEntries, nodeReader } from '../../../db/log-entries.ts';
import { canonicalise } from '../../../ledger/canonical-json.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { inclusionProof, verifyInclusion } from '../../../ledger/proofs.ts';
import { naiveRoot } from '../../support/naive-tree.ts';
import { CODE, decisionDraft, temporaryFolder, temporaryLog, verified, writerOf } from '../../support/temporary-log.ts';

const parsed = (bytes: Buffer): Record<string, unknown> => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
const failure = { type: 'failure', actor: 'system', role: 'system', kind: 'disk-error', happened: 'The disk stopped.' } as const;

describe('opening a log', () => {
  it('begins with an entry that names the log and its key, once', () => {
    const { db, log, directory, clock } = temporaryLog();
    const genesis = parsed(getEntry(db, 0)!.bytes);
    expect(logEntry.parse(genesis)).toMatchObject({ type: 'genesis', seq: 0, origin: log.origin, previous: null });
    expect(log.origin).toMatch(/^outpost\.invalid\/branch-[0-9a-f]{12}\/epoch-1$/);
    expect(parseVkey(String(genesis.vkey))?.name).toBe(log.origin);
    const again = openLog({ db, directory, clock, code: CODE });
    expect(again.origin).toBe(log.origin);
    expect(again.boot).not.toBe(log.boot);
    expect(getLogState(db).size).toBe(1);
  });

  it('goes on where the last run stopped', () => {
    const { directory, log, db, clock, file } = temporaryLog();
    appendEntries(
      log,
      [1, 2, 3].map((n) => ({ entry: decisionDraft(n) })),
    );
    closeDatabase(db);
    const next = openLog({ db: writerOf(file), directory, clock, code: CODE });
    expect(appendEntries(next, [{ entry: decisionDraft(4) }])[0]?.seq).toBe(4);
  });
});

describe('appending', () => {
  it('stores exactly the canonical form of a valid entry and answers with its place and hash', () => {
    const { db, log, clock } = temporaryLog();
    clock.pass(1234.5);
    const [first, second] = appendEntries(log, [{ entry: decisionDraft(1) }, { entry: failure }]);
    expect([first?.seq, second?.seq]).toEqual([1, 2]);
    const stored = getEntry(db, 1)!;
    expect(first).toEqual({ seq: 1, leafHash: leafHash(stored.bytes).toString('hex'), wall: '2026-03-01T09:00:01.234Z' });
    const entry = logEntry.parse(parsed(stored.bytes));
    expect(canonicalise(entry)).toBe(stored.bytes.toString('utf8'));
    expect(entry).toMatchObject({ v: 1, seq: 1, boot: log.boot, mono: 2234.5, anchor: null, code: CODE, wall: first?.wall });
  });

  it('keeps tree, root and proofs those of the naive tree, however entries are grouped', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), (groups) => {
        const { db, log } = temporaryLog();
        for (const size of groups)
          appendEntries(
            log,
            Array.from({ length: size }, () => ({ entry: failure })),
          );
        const leaves = listEntries(db, 0, 1000).map(({ bytes }) => leafHash(bytes));
        const { size, root } = getLogState(db);
        expect(size).toBe(leaves.length);
        expect(root).toEqual(naiveRoot(leaves));
        leaves.forEach((leaf, i) => {
          expect(verifyInclusion(leaf, i, size, inclusionProof(i, size, nodeReader(db)), root!)).toBe(true);
        });
        closeDatabase(db);
      }),
      { numRuns: 15 },
    );
  });

  it('refuses an entry that the format cannot hold, with everything that came with it', () => {
    const { db, log } = temporaryLog();
    const long = { ...failure, happened: 'x'.repeat(65_535) };
    expect(() => appendEntries(log, [{ entry: failure }, { entry: long }])).toThrow(Failed);
    expect(countLogRows(db).entries).toBe(1);
    const bytes = (length: number) => appendEntries(log, [{ entry: { ...failure, happened: 'x'.repeat(length) } }]);
    const empty = bytes(0)[0]!;
    const room = 65_535 - getEntry(db, empty.seq)!.bytes.length;
    expect(getEntry(db, bytes(room)[0]!.seq)!.bytes.length).toBe(65_535);
    expect(() => bytes(room + 1)).toThrow(/more than the log's format holds/);
  });

  it('refuses what has no canonical form: a bug, never a rounded value', () => {
    const { db, log } = temporaryLog();
    expect(() => appendEntries(log, [{ entry: decisionDraft(1, { pd: Number.NaN }) }])).toThrow(TypeError);
    expect(countLogRows(db).entries).toBe(1);
  });
});

describe('the clock', () => {
  const jumps = (log: ReturnType<typeof temporaryLog>) =>
    listEntries(log.db, 0, 100)
      .map(({ bytes }) => parsed(bytes))
      .filter(({ type }) => type === 'clock-jump')
      .map(({ jump_ms }) => jump_ms);

  it('may drift by two minutes between entries', () => {
    const made = temporaryLog();
    made.clock.pass(60_000);
    made.clock.wall += 119_000;
    appendEntries(made.log, [{ entry: failure }]);
    made.clock.pass(3_600_000);
    appendEntries(made.log, [{ entry: failure }]);
    expect(jumps(made)).toEqual([]);
  });

  it.each([
    ['ten years forward', 10 * 365 * 86_400_000],
    ['400 days back', -400 * 86_400_000],
    ['a second behind the last entry', -61_000],
  ])('that jumps %s is logged before the entry, which is stored all the same', (_, jump) => {
    const made = temporaryLog();
    made.clock.pass(60_000);
    made.clock.wall += jump;
    const appended = appendEntries(made.log, [{ entry: failure }, { entry: decisionDraft(1) }]);
    expect(appended.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(jumps(made)).toEqual([jump]);
    made.clock.pass(60_000);
    appendEntries(made.log, [{ entry: failure }]);
    expect(jumps(made)).toEqual([jump]);
  });

  it('that went back while the program was closed is logged at the first entry', async () => {
    const made = temporaryLog();
    made.clock.wall -= 5000;
    made.clock.ran = 3;
    const log = openLog({ db: made.db, directory: made.directory, clock: made.clock, code: CODE });
    appendEntries(log, [{ entry: failure }]);
    expect(jumps(made)).toEqual([-5000]);
    expect((await verified(made.file)).verdict).toBe('intact-unwitnessed-tail');
  });
});

describe('the disk reserve', () => {
  it('is measured on the disk of the data folder', () => {
    const folder = temporaryFolder();
    const { freeBytes, low } = diskSpace(folder);
    expect(freeBytes).toBeGreaterThan(0);
    expect(low).toBe(freeBytes < DISK_RESERVE_BYTES);
    expect(refuseWhenDiskLow(folder) === null).toBe(!low);
  });
});
