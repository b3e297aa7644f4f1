/** A disk that is full, or breaks, somewhere in the middle of an export. */
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { exportEvidence } from '../../../branch/evidence/export-evidence.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { application } from '../../support/application.ts';
import { Offices, openedBranch } from '../../support/office.ts';

/** What goes wrong, and after how many writes of the bundle. */
const disk = vi.hoisted(() => ({ code: '', writes: Number.POSITIVE_INFINITY, atSync: false }));

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof import('node:fs/promises')>();
  const fail = (syscall: string) => Promise.reject(Object.assign(new Error(disk.code), { code: disk.code, syscall }));
  const open = async (path: string, ...more: [string, number]): Promise<FileHandle> => {
    const handle = await actual.open(path, ...more);
    if (!path.endsWith('.zip.unfinished')) return handle;
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
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
  for (let i = 0; i < 80; i++) await decideApplication(branch, application());
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

async function exportTo(file: string): Promise<void> {
  const auditor = branch.for({ account: 'agnes', role: 'auditor' });
  for await (const _ of exportEvidence(auditor, { from: 1, to: 1e6, personal: true }, file));
}

describe('an export onto a disk that fails', () => {
  it.each([
    ['is full at the first write', 'ENOSPC', 0, false, 'disk-full'],
    ['is full at a later write', 'ENOSPC', 1, false, 'disk-full'],
    ['is over its quota', 'EDQUOT', 0, false, 'disk-full'],
    ['breaks', 'EIO', 1, false, 'disk-error'],
    ['takes everything and cannot keep it', 'EIO', 1e9, true, 'disk-error'],
  ])('%s: leaves no file and no entry behind, and says what is wrong', async (_name, code, writes, atSync, kind) => {
    Object.assign(disk, { code, writes, atSync });
    const { size } = branch.log.frontier;
    const file = offices.path('evidence.zip');
    await expect(exportTo(file)).rejects.toMatchObject({ failure: { kind } });
    expect([existsSync(file), existsSync(`${file}.unfinished`), branch.log.frontier.size]).toEqual([false, false, size]);
  });

  it('works again once there is room', async () => {
    Object.assign(disk, { writes: 1e9, atSync: false });
    const file = offices.path('evidence.zip');
    await exportTo(file);
    expect(existsSync(file)).toBe(true);
  });
});
