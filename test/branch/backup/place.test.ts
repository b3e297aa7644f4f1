import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isElsewhere } from '../../../branch/backup/place.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { listEpochs } from '../../../branch/log/epochs.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import type { LogEntry } from '../../../contract/log-entry.ts';
import { getEntry } from '../../../db/log-entries.ts';
import { application } from '../../support/application.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

const here = { machine: 'this-pc' };
const epochsOf = (branch: Branch): number => listEpochs(branch.log.db).length;

async function settled(): Promise<string> {
  const folder = offices.copy();
  const branch = await openedBranch(folder, here);
  await decideApplication(branch, application());
  checkpointLog(branch.log);
  await branch.close();
  return folder;
}

async function problemsOf(branch: Branch): Promise<string[]> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') return step.report.findings.map(({ message }) => message);
  return ['no report'];
}

describe('where a data folder stands', () => {
  it('stays itself when it is opened again, renamed, or moved on its disk', async () => {
    const folder = await settled();
    await (await openedBranch(folder, here)).close();
    renameSync(folder, `${folder}-renamed`);
    mkdirSync(`${folder}-above`);
    renameSync(`${folder}-renamed`, join(`${folder}-above`, 'office'));
    const branch = await openedBranch(join(`${folder}-above`, 'office'), here);
    expect(epochsOf(branch)).toBe(1);
    await branch.close();
  });

  it('begins a new epoch in a copy before anything else is appended, under a key that the original does not have', async () => {
    const folder = await settled();
    const copy = `${folder}-copy`;
    cpSync(folder, copy, { recursive: true });
    const original = await openedBranch(folder, here);
    const copied = await openedBranch(copy, here);
    const size = original.log.frontier.size;
    expect(epochsOf(original)).toBe(1);
    expect(epochsOf(copied)).toBe(2);
    expect(copied.log.origin).not.toBe(original.log.origin);
    const genesis = JSON.parse(String(getEntry(copied.log.db, size)?.bytes)) as LogEntry;
    expect(genesis).toMatchObject({ type: 'genesis', cause: 'copied', previous: { origin: original.log.origin } });
    await decideApplication(copied, application());
    await decideApplication(original, application());
    expect(checkpointLog(copied.log).note).not.toContain(original.log.origin);
    expect(await problemsOf(copied)).toEqual([]);
    await original.close();
    await copied.close();
    const again = await openedBranch(copy, here);
    expect(epochsOf(again)).toBe(2);
    await again.close();
  });

  it('begins a new epoch on another PC, though the disk with it was carried there', async () => {
    const folder = await settled();
    const moved = await openedBranch(folder, { machine: 'another-pc' });
    expect(epochsOf(moved)).toBe(2);
    await moved.close();
    const back = await openedBranch(folder, here);
    expect(epochsOf(back)).toBe(3);
    expect(await problemsOf(back)).toEqual([]);
    await back.close();
  });

  it('cannot be told from itself when the disk is set back as a whole: that only a witness sees', async () => {
    const folder = await settled();
    const snapshot = `${folder}-snapshot`;
    cpSync(folder, snapshot, { recursive: true });
    const branch = await openedBranch(folder, here);
    await decideApplication(branch, application());
    await branch.close();
    // Written back into the same files, as a machine's snapshot is.
    rmSync(join(folder, 'outpost.db-wal'), { force: true });
    writeFileSync(join(folder, 'outpost.db'), readFileSync(join(snapshot, 'outpost.db')));
    const setBack = await openedBranch(folder, here);
    expect(epochsOf(setBack)).toBe(1);
    await setBack.close();
  });

  it('needs both marks of the file to differ, or the PC', () => {
    const kept = { machine: 'a', inode: '1', born: '10' };
    expect(isElsewhere(kept, { ...kept, inode: '2' })).toBe(false);
    expect(isElsewhere(kept, { ...kept, born: '11' })).toBe(false);
    expect(isElsewhere(kept, { ...kept, inode: '2', born: '11' })).toBe(true);
    expect(isElsewhere(kept, { ...kept, machine: 'b' })).toBe(true);
    expect(isElsewhere(kept, { ...kept, machine: null })).toBe(false);
    expect(isElsewhere({ ...kept, machine: null }, kept)).toBe(false);
  });
});
