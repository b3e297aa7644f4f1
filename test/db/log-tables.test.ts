import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { appendPrepared } from '../../db/append.ts';
import { countLogRows, getLogState, nodeReader } from '../../db/log-entries.ts';
import { getSubjectKey } from '../../db/subject-keys.ts';
import { EMPTY_FRONTIER, leafHash } from '../../ledger/merkle.ts';
import { decisionDraft, temporaryLog } from '../support/temporary-log.ts';

describe('the log tables', () => {
  const tables = ['entries', 'nodes', 'checkpoints', 'activations', 'decisions', 'log_state'];

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
    appendEntries(log, [{ entry: decisionDraft(1) }, { entry: decisionDraft(2) }, { entry: activation }]);
    checkpointLog(log);
    const columns = db.sqlite.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
    const rows = db.sqlite.prepare(`SELECT * FROM ${table}`).all();
    expect(rows.length).toBeGreaterThan(0);
    for (const { name } of columns) {
      if (table === 'decisions' && name.startsWith('applicant')) continue;
      expect(() => db.sqlite.exec(`UPDATE ${table} SET ${name} = ${name === 'size' ? 0 : `${name} || 'x'`}`)).toThrow();
    }
    expect(() => db.sqlite.exec(`DELETE FROM ${table}`)).toThrow(/never deleted/);
    expect(() => db.sqlite.exec(`REPLACE INTO ${table} SELECT * FROM ${table}`)).toThrow();
    expect(db.sqlite.prepare(`SELECT * FROM ${table}`).all()).toEqual(rows);
  });

  it('let erasure take a name out of a decision, and nothing else', () => {
    const { db, log } = temporaryLog();
    const { sealed, subjectKey } = sealIdentity({ name: 'Ada Example' });
    appendEntries(log, [{ entry: decisionDraft(1, { pii: sealed }), applicant: 'Ada Example', subjectKey }]);
    expect(getSubjectKey(db, sealed.kid)).toEqual(subjectKey.key);
    expect(() => db.sqlite.exec("UPDATE decisions SET applicant = 'Bob'")).toThrow(/never changed/);
    expect(() => db.sqlite.exec('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, score = 700')).toThrow(/never changed/);
    db.sqlite.exec('UPDATE decisions SET applicant = NULL, applicant_folded = NULL');
  });

  it('refuse an append behind a log that stands elsewhere, and store nothing of it', () => {
    const { db } = temporaryLog();
    const bytes = Buffer.from('{}');
    const entry = { type: 'failure', bytes, leafHash: leafHash(bytes), decision: null, activation: null, subjectKey: null };
    expect(() => appendPrepared(db, EMPTY_FRONTIER, [{ seq: 1, ...entry }])).toThrow(/does not stand at 0/);
    expect(() => appendPrepared(db, EMPTY_FRONTIER, [{ seq: 0, ...entry }])).toThrow(/UNIQUE/);
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
    expect(appendEntries(log, [{ entry: decisionDraft(5) }])[0]?.seq).toBe(2);
  });
});
