/** A disk that is full, or breaks, somewhere in the middle of a backup or of a restoring: nothing half-made is left. */
import { existsSync, readdirSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { backUp } from '../../../branch/backup/back-up.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { FolderKey } from '../../../branch/keys/folder-key.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { databaseFailure } from '../../../db/database-failures.ts';
import { application } from '../../support/application.ts';
import { backedUp, isNothingAt, kindOf, restore } from '../../support/backups.ts';
import { Offices, openedBranch } from '../../support/office.ts';

/** What goes wrong, and after how many writes of files with that ending. */
const disk = vi.hoisted(() => ({ code: '', writes: Number.POSITIVE_INFINITY, atSync: false, of: /never/ }));

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof import('node:fs/promises')>();
  const fail = (syscall: string) => Promise.reject(Object.assign(new Error(disk.code), { code: disk.code, syscall }));
  const open = async (path: string, ...more: [string, number]): Promise<FileHandle> => {
    const handle = await actual.open(path, ...more);
    if (!disk.of.test(path)) return handle;
    const write = handle.writeFile.bind(handle);
    const sync = handle.sync.bind(handle);
    return Object.assign(handle, {
      writeFile: (bytes: Uint8Array) => (disk.writes-- > 0 ? write(bytes) : fail('write')),
      sync: () => (disk.atSync ? fail('fsync') : sync()),
    });
  };
  return { ...actual, open };
});

const offices = new Offices();
let branch: Branch;
let good: { file: string; recoveryKey: string };
let made = 0;
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  for (let i = 0; i < 20; i++) await decideApplication(branch, application());
  good = await backedUp(branch);
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

const TROUBLES: [string, string, number, boolean, string][] = [
  ['is full at the first write', 'ENOSPC', 0, false, 'disk-full'],
  ['is full at a later write', 'ENOSPC', 4, false, 'disk-full'],
  ['is over its quota', 'EDQUOT', 1, false, 'disk-full'],
  ['breaks', 'EIO', 2, false, 'disk-error'],
  ['takes everything and cannot keep it', 'EIO', 1e9, true, 'disk-error'],
];

describe('a backup onto a disk that', () => {
  const backUpTo = (file: string) => backUp(branch.for({ account: 'ines', role: 'it' }), file);

  it.each(TROUBLES)('%s: leaves no file and no entry behind, and says what is wrong', async (_name, code, writes, atSync, kind) => {
    Object.assign(disk, { code, writes, atSync, of: /\.bak\.unfinished$/ });
    const { size } = branch.log.frontier;
    const file = offices.path(`${++made}.bak`);
    expect(await kindOf(backUpTo(file))).toBe(kind);
    expect([isNothingAt(file), branch.log.frontier.size]).toEqual([true, size]);
  });

  it.each(['disk-full', 'disk-error'] as const)('fails with %s while SQLite writes to it: the same', async (kind) => {
    Object.assign(disk, { writes: 1e9, atSync: false });
    const copy = vi.spyOn(FolderKey.prototype, 'copyDatabase').mockResolvedValueOnce({ failure: databaseFailure(kind, 'outpost.db') });
    const { size } = branch.log.frontier;
    const file = offices.path(`${++made}.bak`);
    expect(await kindOf(backUpTo(file))).toBe(kind);
    expect([copy.mock.calls.length, isNothingAt(file), branch.log.frontier.size]).toEqual([1, true, size]);
    copy.mockRestore();
  });

  it('has room again: works', async () => {
    Object.assign(disk, { writes: 1e9, atSync: false });
    const file = offices.path(`${++made}.bak`);
    await backUpTo(file);
    expect(existsSync(file)).toBe(true);
  });
});

describe('a restoring onto a disk that', () => {
  it.each(TROUBLES)('%s: leaves no folder behind, and says what is wrong', async (_name, code, writes, atSync, kind) => {
    Object.assign(disk, { code, writes, atSync, of: /restored-\d+\.unfinished/ });
    const to = offices.path(`restored-${++made}`);
    expect(await kindOf(restore(to, good))).toBe(kind);
    expect(isNothingAt(to)).toBe(true);
  });

  it('has room again: works', async () => {
    Object.assign(disk, { writes: 1e9, atSync: false });
    const to = offices.path(`restored-${++made}`);
    await restore(to, good);
    expect(readdirSync(to)).toContain('outpost.db');
  });
});
