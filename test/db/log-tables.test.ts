import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { appendPrepared } from '../../db/append.ts';
import { countLogRows, getLogState, nodeReader } from '../../db/log-entries.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash } from '../../ledger/merkle.ts';
import { decisionDraft, temporaryLog } from '../support/temporary-log.ts';

describe('the log tables', () => {
  const tables = ['entries', 'nodes', 'checkpoints', 'activations', 'decisions'];

  it.each(tables)('%s refuse UPDATE, DELETE and REPLACE', (table) => {
    const { db, log } = temporaryLog();
    const artefact = { name: 'm', version: '1.0.0', sha256: 'a'.repeat(64) };
    const activation = {
      type: 'model-activated',
      actor: 'it-1',
      role: 'it',
      product: 'p',
      artefact,
      alias: 'champion',
      previous: null,
    } as const;
    const fill = Array.from({ length: 260 }, (_, n) => ({ entry: decisionDraft(n) }));
    appendEntries(log, [...fill, { entry: activation }]);
    checkpointLog(log);
    const columns = db.sqlite.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
    const rows = db.sqlite.prepare(`SELECT * FROM ${table}`).all();
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of columns) {
      // What nobody was named in may be erased all the same.
      if (table === 'decisions' && (name.startsWith('applicant') || name === 'identity_key')) continue;
      expect(() => db.sqlite.exec(`UPDATE ${table} SET ${name} = ${name === 'size' ? 0 : `${name} || 'x'`}`)).toThrow();
    }
    expect(() => db.sqlite.exec(`DELETE FROM ${table}`)).toThrow(/never deleted/);
    expect(() => db.sqlite.exec(`REPLACE INTO ${table} SELECT * FROM ${table}`)).toThrow();
    expect(db.sqlite.prepare(`SELECT * FROM ${table}`).all()).toEqual(rows);
  });

  it('let erasure take name and key out of a decision together, and nothing else', () => {
    const { db, log } = temporaryLog();
    const { sealed, identityKey } = sealIdentity({ name: 'Ada Example' });
    appendEntries(log, [{ entry: decisionDraft(1, { pii: sealed }), applicant: 'Ada Example', identityKey }]);
    expect(getSubjectKey(db, 1)).toEqual(identityKey);
    expect(() => db.sqlite.exec("UPDATE decisions SET applicant = 'Bob'")).toThrow(/never changed/);
    const erase = 'UPDATE decisions SET applicant = NULL, applicant_folded = NULL';
    expect(() => db.sqlite.exec(`${erase}, identity_key = NULL, score = 700`)).toThrow(/never changed/);
    expect(() => db.sqlite.exec(erase)).toThrow(/never changed/);
    expect(() => db.sqlite.exec('UPDATE decisions SET identity_key = NULL')).toThrow(/never changed/);
    expect(() => db.sqlite.exec(`${erase}, identity_key = zeroblob(32)`)).toThrow(/never changed/);
    expect(getSubjectKey(db, 1)).toEqual(identityKey);
    db.sqlite.exec(`${erase}, identity_key = NULL`);
    expect(getSubjectKey(db, 1)).toBeNull();
  });

  it('refuse an append behind a log that stands elsewhere, and store nothing of it', () => {
    const { db, log } = temporaryLog();
    const bytes = Buffer.from('{}');
    const entry = {
      type: 'failure',
      bytes,
      leafHash: leafHash(bytes),
      decision: null,
      activation: null,
      modelState: null,
      outcomes: [],
      event: null,
      people: [],
    };
    const ahead = extendFrontier(log.frontier, [entry.leafHash]).frontier;
    expect(() => appendPrepared(db, EMPTY_FRONTIER, [{ seq: 0, ...entry }])).toThrow(/it only grows/);
    expect(() => appendPrepared(db, ahead, [{ seq: 2, ...entry }])).toThrow(/it only grows/);
    expect(() => appendPrepared(db, log.frontier, [{ seq: 2, ...entry }])).toThrow(/do not follow on 1/);
    expect(() =>
      appendPrepared(
        db,
        log.frontier,
        [1, 3].map((seq) => ({ seq, ...entry })),
      ),
    ).toThrow(/do not follow on 1/);
    expect(countLogRows(db)).toMatchObject({ entries: 1, nodes: 0 });
    expect(getLogState(db).size).toBe(1);
  });

  it('store all of a group or nothing of it', () => {
    const { db, log } = temporaryLog();
    appendEntries(log, [{ entry: decisionDraft(1) }]);
    const before = { rows: countLogRows(db), state: getLogState(db), frontier: log.frontier };
    const group = [2, 3, 1, 4].map((n) => ({ entry: decisionDraft(n) }));
    expect(() => appendEntries(log, group)).toThrow(/UNIQUE/);
    expect({ rows: countLogRows(db), state: getLogState(db), frontier: log.frontier }).toEqual(before);
    expect(() => nodeReader(db)(1, 1)).toThrow(RangeError);
    expect(() => nodeReader(db)(8, 0)).toThrow(RangeError);
    expect(appendEntries(log, [{ entry: decisionDraft(5) }])[0]?.seq).toBe(2);
  });
});
