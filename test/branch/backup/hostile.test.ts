/** Backups that were cut, edited, forged or made to lead elsewhere: each is refused by name, and nothing is written at the target. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAGIC, TRAILER_BYTES } from '../../../branch/backup/backup-format.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { makeRecoveryKey } from '../../../branch/keys/recovery-key.ts';
import type { BackupManifest } from '../../../contract/backup.ts';
import { closeDatabase, type Writer } from '../../../db/handle.ts';
import { openWriter } from '../../../db/open-database.ts';
import { application } from '../../support/application.ts';
import { backedUp, forgeBackup, isNothingAt, keyOf, kindOf, restore, splitBackup } from '../../support/backups.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const offices = new Offices();
let good: { file: string; recoveryKey: string };
let key: Buffer;
let made = 0;
beforeAll(async () => {
  await offices.make();
  const branch = await openedBranch(offices.copy());
  await decideApplication(branch, application());
  good = await backedUp(branch);
  key = await keyOf(branch.dataDir);
  await branch.close();
});
afterAll(() => offices.remove());

/** How the restoring of these bytes ends; whatever it is, nothing may be left at the target or beside it. */
async function outcomeOf(bytes: Buffer): Promise<string> {
  const file = offices.path(`hostile-${++made}`);
  writeFileSync(file, bytes);
  return await outcomeOfFile(file);
}

async function outcomeOfFile(file: string, recoveryKey = good.recoveryKey): Promise<string> {
  const parent = offices.path(`parent-${++made}`);
  mkdirSync(parent);
  const target = join(parent, 'office');
  const kind = await kindOf(restore(target, { file, recoveryKey }));
  expect([kind, readdirSync(parent), isNothingAt(target)]).toEqual([kind, kind === 'done' ? ['office'] : [], kind !== 'done']);
  return kind;
}

/** Forged with the database's own key, so that only what is forged can be what is refused. */
async function forged(change: (manifest: BackupManifest, contents: Buffer) => unknown, contents?: Buffer): Promise<string> {
  const { manifest, contents: own } = splitBackup(good.file);
  const file = offices.path(`forged-${++made}`);
  forgeBackup(file, key, { contents: contents ?? own, manifest: change(manifest, own) });
  return await outcomeOfFile(file);
}

describe('a backup that is no whole one', () => {
  it('is told as such, wherever it was cut off or added to', async () => {
    const bytes = readFileSync(good.file);
    for (const length of [0, 1, TRAILER_BYTES - 1, TRAILER_BYTES, 100_000, bytes.length - TRAILER_BYTES, bytes.length - 1])
      expect([length, await outcomeOf(bytes.subarray(0, length))]).toEqual([length, 'backup-unreadable']);
    expect(await outcomeOf(Buffer.concat([bytes, Buffer.from('x')]))).toBe('backup-unreadable');
    expect(await outcomeOf(Buffer.concat([Buffer.from('x'), bytes]))).toBe('backup-unreadable');
    expect(await outcomeOf(Buffer.concat([bytes.subarray(0, 5000), bytes.subarray(5001)]))).toBe('backup-unreadable');
  });

  it('is told as such when a byte of it was changed, in database, artefacts, manifest or trailer', async () => {
    const bytes = readFileSync(good.file);
    const { contents, manifest } = splitBackup(good.file);
    const database = manifest.files[0]!.bytes;
    const places = [0, 20, 8192, database - 1, database, contents.length - 1, contents.length + 2, contents.length + 300];
    for (const at of [...places, bytes.length - TRAILER_BYTES, bytes.length - 20, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect([at, await outcomeOf(changed)]).toEqual([at, 'backup-unreadable']);
    }
  });

  it('is told as such where somebody without the key changed it, hashes and all', async () => {
    const { contents, manifest } = splitBackup(good.file);
    const file = offices.path(`unkeyed-${++made}`);
    forgeBackup(file, Buffer.alloc(32, 1), { contents, manifest });
    expect(await outcomeOfFile(file)).toBe('backup-unreadable');
    forgeBackup(file, key, { contents, manifest });
    expect(await outcomeOfFile(file)).toBe('done');
  });

  it('is told as such where there is no file, or something that is none', async () => {
    expect(await outcomeOfFile(offices.path('not-there'))).toBe('backup-unreadable');
    expect(await outcomeOfFile(offices.path(''))).toBe('backup-unreadable');
    expect(await outcomeOf(Buffer.alloc(3_000_000))).toBe('backup-unreadable');
  });
});

describe('a backup that would lead elsewhere', () => {
  it.each([
    '../outside.json',
    'models/../../outside',
    '/etc/outside',
    'models\\..\\outside',
    'C:outside',
    'exports/outside.zip',
    'key.json',
    'outpost.db-wal',
    `policies/${'a'.repeat(64)}.json/x`,
    `models/${'a'.repeat(64)}/../x`,
    `models/${'a'.repeat(64)}/.hidden`,
    `models/${'a'.repeat(64)}/nul.json`,
    `models/${'a'.repeat(64)}/${'a/'.repeat(9)}b`,
    `models/${'a'.repeat(64)}/${'b'.repeat(300)}`,
  ])('to %s is refused', async (path) => {
    const { contents } = splitBackup(good.file);
    const withOne = Buffer.concat([contents, Buffer.from('x')]);
    const sha256 = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';
    const kind = await forged((manifest) => ({ ...manifest, files: [...manifest.files, { path, bytes: 1, sha256 }] }), withOne);
    expect(kind).toBe('backup-unreadable');
  });

  it('names a file twice, another way of writing it included, or has no database first', async () => {
    const twice = (manifest: BackupManifest) => {
      const last = manifest.files.at(-1)!;
      return { ...manifest, files: [...manifest.files, { ...last, path: last.path.replace(/\/([^/]+)$/, (name) => name.toUpperCase()) }] };
    };
    const { contents, manifest } = splitBackup(good.file);
    const again = Buffer.concat([contents, contents.subarray(contents.length - manifest.files.at(-1)!.bytes)]);
    expect(await forged(twice, again)).toBe('backup-unreadable');
    expect(await forged((of) => ({ ...of, files: of.files.toReversed() }))).toBe('backup-unreadable');
  });

  it('says other sizes than it has, or that an artefact is what it is not', async () => {
    const first = (manifest: BackupManifest, change: Partial<BackupManifest['files'][0]>) => ({
      ...manifest,
      files: [{ ...manifest.files[0]!, ...change }, ...manifest.files.slice(1)],
    });
    for (const bytes of [0, -1, 2 ** 52, 1e300, 1.5])
      expect(await forged((manifest) => first(manifest, { bytes }))).toBe('backup-unreadable');
    const renamed = (manifest: BackupManifest) => ({
      ...manifest,
      files: manifest.files.map((file) => ({ ...file, path: file.path.replace(/^policies\/\w{64}/, `policies/${'a'.repeat(64)}`) })),
    });
    expect(await forged(renamed)).toBe('backup-unreadable');
  });

  it('lacks an artefact that the log rests on, or holds another log than it says', async () => {
    const { contents, manifest } = splitBackup(good.file);
    const lacking = (of: BackupManifest) => ({ ...of, files: of.files.filter(({ path }) => !path.endsWith('manifest.json')) });
    const kept = lacking(manifest).files;
    let at = 0;
    const parts = manifest.files.flatMap((file) => {
      const part = contents.subarray(at, at + file.bytes);
      at += file.bytes;
      return kept.includes(file) ? [part] : [];
    });
    expect(await forged(lacking, Buffer.concat(parts))).toBe('backup-unreadable');
    expect(await forged((of) => ({ ...of, size: of.size + 1 }))).toBe('backup-unreadable');
    expect(await forged((of) => ({ ...of, root: Buffer.alloc(32).toString('base64') }))).toBe('backup-unreadable');
  });
});

describe('a backup of', () => {
  it('a newer version is told so: a later format, release or schema', async () => {
    const bytes = readFileSync(good.file);
    expect(await outcomeOf(Buffer.concat([bytes.subarray(0, -MAGIC.length), Buffer.from('outpost-backup/2')]))).toBe('database-newer');
    expect(await forged((manifest) => ({ ...manifest, code: { ...manifest.code, outpost: '99.0.0' }, more: true }))).toBe('database-newer');
    const newer = await withDatabaseChanged((sqlite) => sqlite.pragma('user_version = 999'));
    expect(await outcomeOfFile(newer)).toBe('database-newer');
  });

  it('another folder, or from before the recovery key was renewed, does not open', async () => {
    expect(await outcomeOfFile(good.file, makeRecoveryKey())).toBe('recovery-key-wrong');
    expect(await outcomeOfFile(good.file, 'D6VAX')).toBe('recovery-key-wrong');
    expect(await outcomeOfFile(good.file, '')).toBe('recovery-key-wrong');
  });

  it('a log in which somebody with the key changed an entry is not restored', async () => {
    const tampered = await withDatabaseChanged((sqlite) => {
      for (const { name } of sqlite.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
        sqlite.exec(`DROP TRIGGER "${name}"`);
      sqlite.prepare("UPDATE entries SET bytes = CAST(replace(bytes, 'ada', 'bob') AS BLOB) WHERE type = 'decision'").run();
    });
    expect(await outcomeOfFile(tampered)).toBe('log-tampered');
  });
});

describe('a folder that is there', () => {
  it('is never restored over, not even with a single file in it, but an empty one is taken', async () => {
    const target = offices.path(`target-${++made}`);
    mkdirSync(target);
    writeFileSync(join(target, 'mine.txt'), 'mine');
    expect(await kindOf(restore(target, good))).toBe('usage');
    expect(readdirSync(target)).toEqual(['mine.txt']);
    expect(await kindOf(restore(join(target, 'mine.txt'), good))).toBe('usage');
    const empty = offices.path(`target-${++made}`);
    mkdirSync(empty);
    mkdirSync(`${empty}.unfinished`);
    expect(await kindOf(restore(empty, good))).toBe('usage');
    expect(readdirSync(`${empty}.unfinished`)).toEqual([]);
    const free = offices.path(`target-${++made}`);
    mkdirSync(free);
    const both = await Promise.all([kindOf(restore(free, good)), kindOf(restore(free, good))]);
    expect(both.sort()).toEqual(['done', 'usage']);
  });
});

/** The good backup with a change in its database, made by somebody who has the key, so that everything around it adds up. */
async function withDatabaseChanged(change: (sqlite: Writer['sqlite']) => void): Promise<string> {
  const { contents, manifest } = splitBackup(good.file);
  const [first, ...others] = manifest.files as [BackupManifest['files'][0], ...BackupManifest['files']];
  const file = offices.path(`changed-${++made}.db`);
  writeFileSync(file, contents.subarray(0, first.bytes));
  const opened = openWriter(file, key);
  if ('failure' in opened) throw new Error(opened.failure.kind);
  change(opened.db.sqlite);
  closeDatabase(opened.db);
  const database = readFileSync(file);
  const sha256 = createHash('sha256').update(database).digest('hex');
  const out = offices.path(`changed-${made}`);
  forgeBackup(out, key, {
    contents: Buffer.concat([database, contents.subarray(first.bytes)]),
    manifest: { ...manifest, files: [{ ...first, bytes: database.length, sha256 }, ...others] },
  });
  return out;
}
