import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { openLog } from '../../branch/log/open-log.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import type { ActivationCause } from '../../contract/release-entries.ts';
import { listActive, standingOf, wasLeft } from '../../db/active.ts';
import { listDecisionRows } from '../../db/decisions.ts';
import type { Reader } from '../../db/handle.ts';
import { countLogRows, getLogState } from '../../db/log-entries.ts';
import { migrate, schemaVersion } from '../../db/migrate.ts';
import { firstTables } from '../../db/migrations/001-first-tables.ts';
import { tiles } from '../../db/migrations/002-tiles.ts';
import { evidence } from '../../db/migrations/003-evidence.ts';
import { draftsOfPeople } from '../../db/migrations/004-drafts-of-people.ts';
import { tamper } from '../support/tamper.ts';
import { CODE, decisionDraft, KEY, type TestLog, temporaryFolder, temporaryLog, verified, writerOf } from '../support/temporary-log.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(64);
const by = { actor: 'it-1', role: 'it', product: 'p' } as const;
const artefact = (sha256: string) => ({ name: 'm', version: '1.0.0', sha256 });

function activated(sha256: string, alias: 'champion' | 'challenger' | null, cause?: ActivationCause): UnstampedEntry {
  const type = alias === null ? 'policy-activated' : 'model-activated';
  return { type, ...by, artefact: artefact(sha256), alias, previous: null, ...(cause === undefined ? {} : { cause }) };
}
const said = (type: 'model-retired' | 'model-suspended' | 'model-resumed', sha256: string): UnstampedEntry => ({
  type,
  ...by,
  artefact: artefact(sha256),
  reason: 'Why not.',
});

function logOf(...entries: UnstampedEntry[]): TestLog {
  const made = temporaryLog();
  for (const entry of entries) appendEntries(made.log, [{ entry }]);
  return made;
}

const activeIn = ({ db }: TestLog) =>
  listActive(db).map(({ kind, alias, sha256, suspendedBy }) => [alias ?? kind, sha256[0], ...(suspendedBy === null ? [] : [suspendedBy])]);
const standing = ({ db }: TestLog) => standingOf(db, 'p', 'model').map(({ sha256 }) => sha256[0]);

describe('what is active', () => {
  it('is one champion and any number of challengers, until they are retired or decide', () => {
    const made = logOf(activated(A, 'champion'), activated(B, 'challenger'), activated(C, 'challenger'));
    expect(activeIn(made)).toEqual([
      ['challenger', 'b'],
      ['challenger', 'c'],
      ['champion', 'a'],
    ]);
    appendEntries(made.log, [{ entry: said('model-retired', C) }, { entry: activated(B, 'champion', 'switched') }]);
    expect(activeIn(made)).toEqual([['champion', 'b']]);
    expect(standing(made)).toEqual(['a', 'b']);
    expect(wasLeft(made.db, 'p', C)).toBe(true);
    appendEntries(made.log, [{ entry: activated(C, 'challenger', 'switched') }]);
    expect(wasLeft(made.db, 'p', C)).toBe(false);
  });

  it('may be a champion that is suspended, until it is resumed or replaced', () => {
    const made = logOf(activated(A, 'champion'), said('model-suspended', A));
    expect(activeIn(made)).toEqual([['champion', 'a', 2]]);
    appendEntries(made.log, [{ entry: said('model-resumed', A) }]);
    expect(activeIn(made)).toEqual([['champion', 'a']]);
    appendEntries(made.log, [{ entry: said('model-suspended', A) }, { entry: activated(B, 'champion', 'released') }]);
    expect(activeIn(made)).toEqual([['champion', 'b']]);
  });

  it.each(['rolled-back', 'automatic', 'withdrawn'] as const)(
    'is one step back after %s, and never forth again by going back twice',
    (cause) => {
      const made = logOf(activated(A, 'champion'), activated(B, 'champion', 'released'), activated(C, 'champion', 'scheduled'));
      expect(standing(made)).toEqual(['a', 'b', 'c']);
      appendEntries(made.log, [{ entry: activated(B, 'champion', cause) }]);
      expect(standing(made)).toEqual(['a', 'b']);
      expect([wasLeft(made.db, 'p', B), wasLeft(made.db, 'p', C)]).toEqual([false, cause !== 'withdrawn']);
      appendEntries(made.log, [{ entry: activated(A, 'champion', cause) }]);
      expect(standing(made)).toEqual(['a']);
    },
  );

  it('goes back for policies as for models', () => {
    const made = logOf(activated(A, null), activated(B, null, 'released'), activated(A, null, 'withdrawn'));
    expect(standingOf(made.db, 'p', 'policy').map(({ sha256, seq }) => [sha256[0], seq])).toEqual([['a', 3]]);
  });
});

const SHADOW = { [A]: 0.1234567890123456, [B]: null, [C]: 1e-7 };

/** Activations, decisions with and without challengers' PDs, some with a name. */
function filled(): TestLog {
  const made = logOf(activated(A, 'champion'), activated(B, 'challenger'));
  for (let n = 0; n < 50; n++) {
    const seal = n % 2 === 0 ? sealIdentity({ name: `Ada Example ${n}` }) : null;
    const entry = decisionDraft(n, { pii: seal?.sealed ?? null, shadow: n % 3 === 0 ? SHADOW : {} });
    appendEntries(made.log, [{ entry, applicant: seal === null ? null : `Ada Example ${n}`, identityKey: seal?.identityKey ?? null }]);
  }
  checkpointLog(made.log);
  return made;
}

/** What a program of the fourth schema left: the rows of `source` in its tables and columns. */
function fillFourth(sqlite: Database.Database, source: Reader): void {
  migrate(sqlite, 'x', [firstTables, tiles, evidence, draftsOfPeople]);
  for (const table of ['entries', 'nodes', 'decisions', 'events', 'activations', 'checkpoints', 'settings']) {
    const columns = sqlite
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => name);
    const insert = sqlite.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of source.sqlite
      .prepare<[], unknown[]>(`SELECT ${columns.join(', ')} FROM ${table}`)
      .raw()
      .all())
      insert.run(...row);
  }
}

describe('a database of the fourth schema', () => {
  function fourth(source: Reader): string {
    const file = join(temporaryFolder(), 'outpost.db');
    const sqlite = new Database(file);
    sqlite.pragma("cipher = 'aegis'");
    sqlite.pragma(`key = 'raw:${KEY.toString('hex')}${randomBytes(16).toString('hex')}'`);
    sqlite.pragma('journal_mode = WAL');
    fillFourth(sqlite, source);
    sqlite.close();
    return file;
  }

  it('is brought up with its rows, verifies with the same root, and grows on', async () => {
    const source = filled();
    const file = fourth(source.db);
    const db = writerOf(file);
    expect(schemaVersion(db.sqlite)).toEqual({ found: 6, known: 6 });
    expect(listDecisionRows(db, 0, 1000)).toEqual(listDecisionRows(source.db, 0, 1000));
    expect(listDecisionRows(db, 3, 4)[0]?.shadow).toBe('aaaaaaaaaaaaaaaa:0.1234567890123456,bbbbbbbbbbbbbbbb:null,cccccccccccccccc:1e-7');
    expect(listActive(db)).toEqual(listActive(source.db));
    expect(listActive(db).map(({ cause }) => cause)).toEqual(['first-use', 'first-use']);
    expect(countLogRows(db)).toEqual(countLogRows(source.db));
    expect(getLogState(db)).toEqual(getLogState(source.db));
    expect(await verified(file)).toEqual(await verified(source.file));
    const log = openLog({ db, directory: join(file, '..'), clock: source.clock, code: CODE });
    appendEntries(log, [{ entry: said('model-suspended', A) }]);
    expect(await verified(file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 54 });
    expect(() => db.sqlite.exec("UPDATE decisions SET shadow = ''")).toThrow(/never changed/);
    expect(() => db.sqlite.exec('DELETE FROM model_states')).toThrow(/never deleted/);
  });

  it('keeps no second copy of an applicant’s key in pages that became free', () => {
    const { db } = filled();
    const path = join(temporaryFolder(), 'plain.db');
    const plain = new Database(path);
    fillFourth(plain, db);
    const keys = db.sqlite.prepare<[], Buffer>('SELECT identity_key FROM decisions WHERE identity_key IS NOT NULL').pluck().all();
    const copies = () => keys.map((key) => readFileSync(path).toString('latin1').split(key.toString('latin1')).length - 1);
    migrate(plain, path);
    expect(copies()).toEqual(keys.map(() => 1));
    expect(plain.pragma('integrity_check', { simple: true })).toBe('ok');
    plain.close();
  });
});

describe('verification', () => {
  it.each([
    ['why something is active', ["UPDATE activations SET cause = 'released'"], /activated/],
    ['a suspension', ["UPDATE model_states SET state = 'resumed'"], /kept otherwise/],
    ['a suspension taken out', ['DELETE FROM model_states'], /kept otherwise/],
    ['a retirement that no entry has', [`INSERT INTO model_states VALUES (2, 'p', 'retired', '${B}')`], /no entry 2 says/],
    ['one behind the log', [`INSERT INTO model_states VALUES (999, 'p', 'retired', '${B}')`], /2 rows in model_states/],
    ["a challenger's PD", ["UPDATE decisions SET shadow = 'aaaaaaaaaaaaaaaa:0.5' WHERE seq = 3"], /otherwise/],
  ] as const)('finds %s changed', async (_, statements, message) => {
    const made = filled();
    appendEntries(made.log, [{ entry: said('model-suspended', A) }]);
    expect((await verified(made.file)).verdict).toBe('intact-unwitnessed-tail');
    tamper(made.db, ...statements);
    const { verdict, findings } = await verified(made.file);
    expect(verdict).toBe('tampered');
    expect(findings.map(({ message: told }) => told)).toContainEqual(expect.stringMatching(message));
  });
});
