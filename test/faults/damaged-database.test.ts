import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import { Failed } from '../../contract/failure.ts';
import { saveDraft } from '../../db/drafts.ts';
import { closeDatabase } from '../../db/handle.ts';
import { listEntries } from '../../db/log-entries.ts';
import { openReader, openWriter } from '../../db/open-database.ts';
import { applicationId, CODE, decisionDraft, KEY, readerOf, TestClock, temporaryLog, verified } from '../support/temporary-log.ts';

const PAGE = 8192;

/** A closed log of a few dozen pages, every table with rows. */
function closedLog(): { file: string; directory: string; bytes: Buffer } {
  const { db, log, file, directory } = temporaryLog();
  const { sealed, identityKey } = sealIdentity({ name: 'Ada' });
  appendEntries(log, [{ entry: decisionDraft(0, { pii: sealed }), applicant: 'Ada', identityKey }]);
  appendEntries(
    log,
    Array.from({ length: 60 }, (_, n) => ({ entry: decisionDraft(n + 1) })),
  );
  checkpointLog(log);
  saveDraft(db, 'ada', { applicationId: applicationId(99), product: 'p', typed: {}, changedAt: 1 });
  closeDatabase(db);
  return { file, directory, bytes: readFileSync(file) };
}

/** What opening, reading and verifying come to; a crash fails the test. */
async function outcome(file: string): Promise<string> {
  const opened = openReader(file, KEY);
  if ('failure' in opened) return opened.failure.kind;
  closeDatabase(opened.db);
  return (await verified(file)).verdict;
}

describe('a damaged database', () => {
  it('is noticed whichever page of it was flipped', async () => {
    const { file, bytes } = closedLog();
    const pages = bytes.length / PAGE;
    expect(pages).toBeGreaterThan(15);
    for (let page = 0; page < pages; page++) {
      const changed = Buffer.from(bytes);
      changed[page * PAGE + 100 + ((page * 997) % 8000)]! ^= 1 << (page % 8);
      writeFileSync(file, changed);
      expect([page, await outcome(file)]).toEqual([page, expect.stringMatching(/^(malformed|tampered|database-corrupt)$/)]);
    }
    writeFileSync(file, bytes);
    expect(await outcome(file)).toBe('intact-unwitnessed-tail');
  });

  it.each([0.5, 0.1, 0.01])('is refused when cut to %f of its length', (part) => {
    const { file, bytes } = closedLog();
    truncateSync(file, Math.floor(bytes.length * part));
    for (const opened of [openWriter(file, KEY), openReader(file, KEY)])
      expect(opened).toMatchObject({ failure: { kind: 'database-corrupt' } });
  });

  it('is found by verification when cut within its last page', async () => {
    const { file, bytes } = closedLog();
    truncateSync(file, bytes.length - 100);
    expect(await outcome(file)).toMatch(/^(malformed|database-corrupt)$/);
  });

  it.each<[string, number, number, string]>([
    ['the first page behind its salt', 16, PAGE, 'database-corrupt'],
    ['the page size', 16, 18, 'database-corrupt'],
    ['the whole first page, fingerprint and all', 0, PAGE, 'database-key-wrong'],
  ])('is refused when %s is garbled', (_, from, to, kind) => {
    const { file, bytes } = closedLog();
    writeFileSync(file, Buffer.from(bytes).fill(0xa5, from, to));
    for (const opened of [openWriter(file, KEY), openReader(file, KEY)]) expect(opened).toMatchObject({ failure: { kind } });
  });

  it('stops a writer at the first damaged page that it meets, for good', () => {
    const { file, directory, bytes } = closedLog();
    const changed = Buffer.from(bytes);
    changed[earlyEntriesPage(file) * PAGE + 500]! ^= 1;
    writeFileSync(file, changed);
    const opened = openWriter(file, KEY);
    if ('failure' in opened) throw new Failed(opened.failure);
    const corrupt = expect.objectContaining({ failure: expect.objectContaining({ kind: 'database-corrupt' }) });
    expect(() => listEntries(opened.db, 0, 1000)).toThrow(corrupt);
    expect(() => openLog({ db: opened.db, directory, clock: new TestClock(), code: CODE })).toThrow(corrupt);
    expect(opened.db.sqlite.open).toBe(false);
    writeFileSync(file, bytes);
    const next = openWriter(file, KEY);
    if ('failure' in next) throw new Failed(next.failure);
    closeDatabase(next.db);
  });

  it('that lost its write-ahead log opens at an earlier state that still fits together', async () => {
    const { db, log, file } = temporaryLog();
    appendEntries(
      log,
      Array.from({ length: 50 }, (_, n) => ({ entry: decisionDraft(n) })),
    );
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    appendEntries(log, [{ entry: decisionDraft(100) }]);
    const [bytes] = [readFileSync(file)];
    closeDatabase(db);
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    writeFileSync(file, bytes);
    expect(await verified(file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 51 });
  });
});

/** Index in the file of a page with entries that opening does not read. */
function earlyEntriesPage(file: string): number {
  const reader = readerOf(file);
  const sql = "SELECT pageno FROM dbstat WHERE name = 'entries' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 1";
  const row = reader.sqlite.prepare<[], { pageno: number }>(sql).get();
  closeDatabase(reader);
  if (row === undefined) throw new Error('the log has too few pages');
  return row.pageno - 1;
}
