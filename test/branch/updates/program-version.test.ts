import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateHistory } from '../../../branch/activation/what-is-held.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { noteProgramVersion } from '../../../branch/updates/program-version.ts';
import { Offices, openedBranch } from '../../support/office.ts';

const offices = new Offices();
let folder: string;
let branch: Branch;

beforeAll(() => offices.make());
beforeEach(async () => {
  folder = offices.copy();
  branch = await openedBranch(folder);
});
afterEach(() => branch.close());
afterAll(() => offices.remove());

const told = () =>
  updateHistory(branch.log.db, 0, 20)
    .rows.filter(({ type }) => type === 'app-updated')
    .map(({ actor, detail }) => `${actor}: ${detail}`);

describe('the version of the program', () => {
  it('is no entry at a first start, nor at any start of the same version', () => {
    noteProgramVersion(branch, '1.0.0');
    noteProgramVersion(branch, '1.0.0');
    expect(told()).toEqual([]);
  });

  it('is one entry after it changed, up or down, and stays one over restarts', async () => {
    noteProgramVersion(branch, '1.0.0');
    noteProgramVersion(branch, '1.1.0');
    await branch.close();
    branch = await openedBranch(folder);
    noteProgramVersion(branch, '1.1.0');
    expect(told()).toEqual(['system: 1.0.0 1.1.0']);
    noteProgramVersion(branch, '1.0.0');
    expect(told()).toEqual(['system: 1.1.0 1.0.0', 'system: 1.0.0 1.1.0']);
  });
});
