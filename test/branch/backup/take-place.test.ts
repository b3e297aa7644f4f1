import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takePlace } from '../../../branch/backup/take-place.ts';
import { lockFolder } from '../../../db/writer-lock.ts';
import { temporaryFolder } from '../../support/temporary-log.ts';

/** A folder of that name, as far as its files tell. */
function fill(folder: string, name: string, files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), name);
  }
}

const OLD = ['outpost.db', 'outpost.db-wal', 'key.json', 'models/a/manifest.json', 'exports/evidence.zip'];
const NEW = ['outpost.db', 'outpost.db-lock', 'key.json', 'models/b/manifest.json', 'policies/c.json'];

function ready(): string {
  const folder = temporaryFolder();
  fill(folder, 'old', OLD);
  fill(folder, 'shell', ['shell/cookies']);
  fill(join(folder, 'restored.ready'), 'new', NEW);
  return folder;
}

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}

const DONE = {
  ...Object.fromEntries(NEW.filter((name) => !name.endsWith('-lock')).map((name) => [name, 'new'])),
  ...Object.fromEntries(OLD.map((name) => [`before-restore-1/${name}`, 'old'])),
  'shell/cookies': 'shell',
};
const settled = (folder: string): Record<string, string> => {
  const { 'outpost.db-lock': _own, ...rest } = contents(folder);
  return rest;
};

describe('a restored folder that takes the place of a new one', () => {
  it('moves in, and what was there is kept beside it; the shell’s own files stay', () => {
    const folder = ready();
    takePlace(folder);
    expect(settled(folder)).toEqual(DONE);
    takePlace(folder);
    expect(settled(folder)).toEqual(DONE);
  });

  it('never mixes the two, wherever it was cut off: the next start goes on', () => {
    // Each state that the renamings go through, made by doing the first of them by hand.
    const moves: [string, string][] = [
      ...['outpost.db', 'outpost.db-wal', 'key.json', 'models', 'exports'].map((name): [string, string] => [
        name,
        `before-restore.moving-out/${name}`,
      ]),
      ['before-restore.moving-out', 'before-restore-1'],
      ['restored.ready', 'restored.moving-in'],
      ...['key.json', 'models', 'outpost.db', 'policies'].map((name): [string, string] => [`restored.moving-in/${name}`, name]),
    ];
    for (let cut = 0; cut <= moves.length; cut++) {
      const folder = ready();
      if (cut > 0) mkdirSync(join(folder, 'before-restore.moving-out'));
      for (const [from, to] of moves.slice(0, cut)) renameSync(join(folder, from), join(folder, to));
      takePlace(folder);
      expect([cut, settled(folder)]).toEqual([cut, DONE]);
    }
  });

  it('waits while another program has the folder, and what was only half built is gone', () => {
    const folder = ready();
    cpSync(join(folder, 'restored.ready'), join(folder, 'restored.unfinished'), { recursive: true });
    const before = contents(folder);
    const locked = lockFolder(join(folder, 'outpost.db'));
    if ('failure' in locked) throw new Error(locked.failure.kind);
    takePlace(folder);
    const { 'outpost.db-lock': _own, ...meanwhile } = contents(folder);
    expect(meanwhile).toEqual(before);
    locked.lock.close();
    rmSync(join(folder, 'restored.ready'), { recursive: true });
    takePlace(folder);
    expect(existsSync(join(folder, 'restored.unfinished'))).toBe(false);
    expect(settled(folder)['outpost.db']).toBe('old');
  });
});
