import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { closeDatabase } from '../../db/handle.ts';
import { getEntry } from '../../db/log-entries.ts';
import { openReader, openWriter } from '../../db/open-database.ts';
import { putSettings } from '../../db/settings.ts';
import { decisionDraft, KEY, readerOf, temporaryFolder, temporaryLog, writerOf } from '../support/temporary-log.ts';

const failureOf = (opened: object): string => ('failure' in opened ? (opened.failure as { kind: string }).kind : 'opened');

describe('opening the database', () => {
  it('keeps every connection durable, also after reopening', () => {
    const file = join(temporaryFolder(), 'outpost.db');
    closeDatabase(writerOf(file));
    const writer = writerOf(file);
    const reader = readerOf(file);
    for (const { sqlite } of [writer, reader]) {
      expect(sqlite.pragma('synchronous', { simple: true })).toBe(2);
      expect(sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(sqlite.pragma('trusted_schema', { simple: true })).toBe(0);
      expect(sqlite.pragma('temp_store', { simple: true })).toBe(2);
      expect(sqlite.pragma('cipher', { simple: true })).toBe('aegis');
    }
  });

  it.skipIf(process.platform === 'win32')('makes the database and its journal for this user alone', () => {
    const { file } = temporaryLog();
    for (const ending of ['', '-wal']) expect(statSync(file + ending).mode & 0o777).toBe(0o600);
  });

  it('leaves no plaintext in any file, before or after it is closed', () => {
    const { directory, db, log } = temporaryLog();
    appendEntries(log, [{ entry: decisionDraft(1, { actor: 'needle-officer' }), applicant: null }]);
    putSettings(db, { 'branch.id': 'needle-branch' });
    const bytes = (): Buffer => Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
    const needles = ['needle', 'CREATE TABLE', 'SQLite format', 'instalment', KEY.toString('hex'), KEY.toString('binary')];
    for (const needle of needles) expect(bytes().includes(Buffer.from(needle, 'binary'))).toBe(false);
    closeDatabase(db);
    for (const needle of needles) expect(bytes().includes(Buffer.from(needle, 'binary'))).toBe(false);
    expect(readFileSync(join(directory, 'outpost.db')).length).toBeGreaterThan(8192);
  });

  it('refuses a folder that is not there, and a reader where nothing was made yet', () => {
    const folder = temporaryFolder();
    expect(failureOf(openWriter(join(folder, 'none', 'outpost.db'), KEY))).toBe('data-folder-missing');
    expect(failureOf(openReader(join(folder, 'outpost.db'), KEY))).toBe('data-folder-missing');
    expect(existsSync(join(folder, 'outpost.db'))).toBe(false);
  });

  it('refuses a wrong key and leaves the database as it was', () => {
    const { file, db } = temporaryLog();
    closeDatabase(db);
    const before = readFileSync(file);
    expect(failureOf(openWriter(file, Buffer.alloc(32, 8)))).toBe('database-key-wrong');
    expect(failureOf(openReader(file, Buffer.alloc(32, 8)))).toBe('database-key-wrong');
    expect(readFileSync(file)).toEqual(before);
    expect(() => openWriter(file, Buffer.alloc(16))).toThrow(TypeError);
  });

  it('refuses a second writer, lets readers in, and lets the next writer in when the first is closed', () => {
    const { file, db, log } = temporaryLog();
    expect(failureOf(openWriter(file, KEY))).toBe('data-folder-busy');
    const reader = readerOf(file);
    expect(getEntry(reader, 0)?.type).toBe('genesis');
    const [{ seq } = { seq: -1 }] = appendEntries(log, [{ entry: decisionDraft(1) }]);
    expect(getEntry(reader, seq)?.type).toBe('decision');
    expect(() => reader.sqlite.exec('DELETE FROM settings')).toThrow(/readonly/);
    closeDatabase(db);
    writerOf(file);
  });

  it('refuses a database of a newer version, for reading too, and does not touch it', () => {
    const { file, db } = temporaryLog();
    db.sqlite.pragma('user_version = 99');
    closeDatabase(db);
    const before = readFileSync(file);
    expect(failureOf(openWriter(file, KEY))).toBe('database-newer');
    expect(failureOf(openReader(file, KEY))).toBe('database-newer');
    expect(readFileSync(file)).toEqual(before);
  });

  it.each<[string, string, (file: string) => void]>([
    [
      'a plain SQLite database',
      'database-corrupt',
      (file) => new Database(`${file}-plain`).exec('CREATE TABLE t (a)').close() && copyFileSync(`${file}-plain`, file),
    ],
    ['a text file', 'database-key-wrong', (file) => writeFileSync(file, 'not a database, but long enough to be taken for one'.repeat(500))],
    ['a few bytes', 'database-corrupt', (file) => writeFileSync(file, 'short')],
  ])('refuses %s (%s)', (_, kind, make) => {
    const file = join(temporaryFolder(), 'outpost.db');
    make(file);
    expect(failureOf(openWriter(file, KEY))).toBe(kind);
    expect(failureOf(openReader(file, KEY))).toBe(kind);
  });

  it('makes the database again where a first start left an empty file', () => {
    const file = join(temporaryFolder(), 'outpost.db');
    writeFileSync(file, '');
    truncateSync(file);
    expect(failureOf(openReader(file, KEY))).toBe('data-folder-missing');
    expect(writerOf(file).sqlite.pragma('user_version', { simple: true })).toBe(6);
  });
});
