import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openIdentity, sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import type { DecisionEntry } from '../../contract/log-entry.ts';
import { listActive } from '../../db/active.ts';
import { countDecisions, findDecision, listDecisions } from '../../db/decisions.ts';
import { getDraft, saveDraft } from '../../db/drafts.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import { countLogRows, getEntry, getLogState, nodeReader } from '../../db/log-entries.ts';
import { migrate, schemaVersion } from '../../db/migrate.ts';
import { openWriter } from '../../db/open-database.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { inclusionProof, verifyInclusion } from '../../ledger/proofs.ts';
import { writeFirstDatabase } from '../support/first-database.ts';
import { applicationId, CODE, decisionDraft, KEY, temporaryFolder, temporaryLog, verified, writerOf } from '../support/temporary-log.ts';

const DRAFT = { applicationId: applicationId(9999), product: 'instalment-loan', typed: { amount: '1.0' }, changedAt: 1 };

/** 603 entries: single decisions, half of them with a name; a group; activations; two checkpoints; a draft. */
function filled() {
  const made = temporaryLog();
  const { log, clock, db } = made;
  const artefact = { name: 'm', version: '1.0.0', sha256: 'a'.repeat(64) };
  appendEntries(log, [
    { entry: { type: 'model-activated', actor: 'it-1', role: 'it', product: 'p', artefact, alias: 'champion', previous: null } },
  ]);
  for (let n = 0; n < 100; n++) {
    const seal = n % 2 === 0 ? sealIdentity({ name: `Ada Example ${n}` }) : null;
    const applicant = seal === null ? null : `Ada Example ${n}`;
    appendEntries(log, [{ entry: decisionDraft(n, { pii: seal?.sealed ?? null }), applicant, identityKey: seal?.identityKey ?? null }]);
    clock.pass(3_600_000);
    if (n === 40) checkpointLog(log);
  }
  appendEntries(
    log,
    Array.from({ length: 501 }, (_, n) => ({ entry: decisionDraft(100 + n) })),
  );
  checkpointLog(log);
  saveDraft(db, 'ada', DRAFT);
  return made;
}

/** An encrypted database of schema 001 in a folder of its own; `change` may do to it what it likes. */
function firstDatabase(source: Reader, change?: (sqlite: Database.Database) => void) {
  const directory = temporaryFolder();
  const file = join(directory, 'outpost.db');
  const sqlite = new Database(file);
  sqlite.pragma("cipher = 'aegis'");
  sqlite.pragma(`key = 'raw:${KEY.toString('hex')}${randomBytes(16).toString('hex')}'`);
  sqlite.pragma('journal_mode = WAL');
  writeFirstDatabase(sqlite, source);
  change?.(sqlite);
  sqlite.close();
  return { directory, file };
}

const entryOf = (db: Reader, seq: number): DecisionEntry => JSON.parse(getEntry(db, seq)!.bytes.toString('utf8')) as DecisionEntry;

describe('a database of the first schema', () => {
  it('is brought up when it is opened for writing, and verifies with the same root', async () => {
    const source = filled();
    const before = getLogState(source.db);
    const { file } = firstDatabase(source.db);
    const db = writerOf(file);
    expect(schemaVersion(db.sqlite)).toEqual({ found: 6, known: 6 });
    expect(getLogState(db)).toEqual(before);
    expect(countLogRows(db)).toEqual({ entries: 603, nodes: 2, decisions: 601, activations: 1, modelStates: 0, outcomes: 0, events: 2 });
    expect(await verified(file)).toEqual(await verified(source.file));
    expect((await verified(file)).verdict).toBe('intact-unwitnessed-tail');
    const hash = getEntry(db, 77)!.leafHash;
    expect(verifyInclusion(hash, 77, 603, inclusionProof(77, 603, nodeReader(db)), before.root!)).toBe(true);
  });

  it('keeps its list, its applicants, its drafts and what is active', () => {
    const source = filled();
    const db = writerOf(firstDatabase(source.db).file);
    expect(listDecisions(db, {}, 0, 1000)).toEqual(listDecisions(source.db, {}, 0, 1000));
    expect(countDecisions(db, { outcomes: ['refer'], search: 'ada' })).toBe(
      countDecisions(source.db, { outcomes: ['refer'], search: 'ada' }),
    );
    expect(findDecision(db, applicationId(300))).toBe(302);
    for (let seq = 2; seq < 102; seq++) {
      const { pii } = entryOf(db, seq);
      const key = getSubjectKey(db, seq);
      expect(key === null).toBe(pii === null);
      if (pii !== null) expect(openIdentity(pii, key!)).toEqual({ name: `Ada Example ${seq - 2}` });
    }
    expect(getDraft(db, 'ada', 'instalment-loan')).toEqual(DRAFT);
    expect(listActive(db)).toEqual(listActive(source.db));
  });

  it('goes on growing under the same key, with checkpoints, and is what it was when opened again', async () => {
    const source = filled();
    const { file, directory } = firstDatabase(source.db);
    const first = writerOf(file);
    const log = openLog({ db: first, directory, clock: source.clock, code: CODE });
    expect(log.origin).toBe(source.log.origin);
    appendEntries(
      log,
      Array.from({ length: 200 }, (_, n) => ({ entry: decisionDraft(2000 + n) })),
    );
    expect(checkpointLog(log).size).toBe(803);
    expect(() => first.sqlite.exec("UPDATE entries SET type = 'x'")).toThrow(/never changed/);
    expect(() => first.sqlite.exec('DELETE FROM nodes')).toThrow(/never deleted/);
    closeDatabase(first);
    expect(countLogRows(writerOf(file)).nodes).toBe(3);
    expect(await verified(file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 803 });
  });

  it('keeps no second copy of an applicant’s key in pages that became free', () => {
    const source = filled();
    const path = join(temporaryFolder(), 'plain.db');
    const plain = new Database(path);
    writeFirstDatabase(plain, source.db);
    const keys = [2, 50, 100].map((seq) => getSubjectKey(source.db, seq)!);
    const copies = () => keys.map((key) => readFileSync(path).toString('latin1').split(key.toString('latin1')).length - 1);
    expect(copies()).toEqual([1, 1, 1]);
    migrate(plain, path);
    expect(copies()).toEqual([1, 1, 1]);
    expect(plain.pragma('integrity_check', { simple: true })).toBe('ok');
    plain.close();
  });

  it('is brought up as it is where somebody changed it, so that verification can tell', async () => {
    const source = filled();
    const { file } = firstDatabase(source.db, (sqlite) => {
      sqlite.exec("DROP TRIGGER entries_refuse_update; UPDATE entries SET bytes = x'ff00' WHERE seq = 6");
      sqlite.exec("CREATE TRIGGER entries_refuse_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'no'); END");
    });
    writerOf(file);
    const { verdict, findings } = await verified(file);
    expect(verdict).toBe('tampered');
    expect(findings[0]).toMatchObject({ seq: 6 });
  });

  it('is refused where its state and its last entry did not agree, before and after', async () => {
    const source = filled();
    const { file } = firstDatabase(source.db, (sqlite) => {
      sqlite.exec('DROP TRIGGER entries_refuse_delete; PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE seq = 602');
      sqlite.exec("CREATE TRIGGER entries_refuse_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'no'); END");
    });
    for (let time = 0; time < 2; time++) {
      const opened = openWriter(file, KEY);
      expect('failure' in opened && opened.failure.kind).toBe('database-corrupt');
    }
    expect((await verified(file)).findings).toContainEqual({ seq: 601, message: expect.stringMatching(/in the middle of a commit/) });
  });
});
