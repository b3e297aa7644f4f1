import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listProducts } from '../../branch/active-artefacts.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { DISK_RESERVE_BYTES } from '../../branch/log/disk-reserve.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import { officeStatus } from '../../branch/office-status.ts';
import type { Branch, BranchOptions } from '../../branch/open-branch.ts';
import { todayOf } from '../../branch/today.ts';
import { noteTroubles } from '../../branch/troubles.ts';
import { officeStatus as officeStatusSchema } from '../../contract/ipc.ts';
import { listEntries } from '../../db/log-entries.ts';
import { application } from '../support/application.ts';
import { NOON, Offices, openedBranch } from '../support/office.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';

const disk = vi.hoisted(() => ({ free: Number.POSITIVE_INFINITY }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const statfsSync = (path: string) => {
    const real = fs.statfsSync(path);
    return Object.assign(real, { bsize: 1, bavail: Math.min(disk.free, real.bavail * real.bsize) });
  };
  return { ...fs, statfsSync };
});

const offices = new Offices();
const open: Branch[] = [];
beforeAll(() => offices.make());
beforeEach(() => {
  clock = clockAt(LATER);
});
afterEach(async () => {
  disk.free = Number.POSITIVE_INFINITY;
  for (const branch of open.splice(0)) await branch.close();
});
afterAll(() => offices.remove());

async function office(changes: Partial<BranchOptions> = {}, folder = offices.copy()): Promise<Branch> {
  const branch = await openedBranch(folder, { clock, ...changes });
  open.push(branch);
  return branch;
}

const clockAt = (wall: number) => ({ wall, ran: 0, now: () => clock.wall, mono: () => ++clock.ran });
/** Behind what the offices' log says: it was made at noon. */
const LATER = NOON + 60_000;
let clock = clockAt(LATER);
const failures = (branch: Branch) =>
  listEntries(branch.log.db, 0, 1000)
    .map(({ bytes }) => JSON.parse(bytes.toString('utf8')) as { type: string; kind?: string; happened?: string })
    .filter(({ type }) => type === 'failure');
const troublesOf = async (branch: Branch) => officeStatusSchema.parse(await officeStatus(branch)).troubles;
const kinds = async (branch: Branch) => (await troublesOf(branch)).map(({ kind, product }) => `${kind} ${product ?? '-'}`);

describe('an office in order', () => {
  it('has no troubles, and nothing about any in its log', async () => {
    const branch = await office();
    const { size } = branch.log.frontier;
    expect(await troublesOf(branch)).toEqual([]);
    expect(branch.log.frontier.size).toBe(size);
  });
});

describe('a trouble', () => {
  it('of a disk that is nearly full: says so once in the log, refuses decisions and nothing else, and ends', async () => {
    const branch = await office();
    disk.free = DISK_RESERVE_BYTES - 1;
    const [trouble] = await troublesOf(branch);
    expect(trouble).toMatchObject({
      kind: 'disk-low',
      product: null,
      works: expect.stringMatching(/verifying/),
      refused: expect.stringMatching(/decisions/),
    });
    expect(await troublesOf(branch)).toEqual([trouble]);
    expect(failures(branch)).toMatchObject([{ kind: 'disk-low' }]);
    await expect(decideApplication(branch, application())).rejects.toMatchObject({ failure: { kind: 'disk-full' } });
    checkpointLog(branch.log);
    disk.free = Number.POSITIVE_INFINITY;
    expect(await troublesOf(branch)).toEqual([]);
    expect(await decideApplication(branch, application())).toHaveProperty('seq');
    disk.free = 0;
    await troublesOf(branch);
    expect(failures(branch)).toHaveLength(2);
  });

  it('is remembered over a restart with the time when it began', async () => {
    const folder = offices.copy();
    const first = await office({}, folder);
    disk.free = 0;
    const [before] = await troublesOf(first);
    await first.close();
    open.splice(0);
    const [after] = await troublesOf(await office({}, folder));
    expect(after).toEqual(before);
    expect(failures(open[0]!)).toHaveLength(1);
  });

  it('of a model and a policy past their dates: every decision is a refer', async () => {
    clock = clockAt(Date.parse('2040-01-01T12:00:00.000Z'));
    const branch = await office();
    expect(await kinds(branch)).toEqual(expect.arrayContaining(['model-expired instalment-loan', 'policy-expired instalment-loan']));
    expect(failures(branch).map(({ happened }) => happened)).toContain('instalment-loan: The model has expired.');
    expect((await decideApplication(branch, application())).decision.outcome).toBe('refer');
  });

  it('of a model and a policy that are gone: every decision is a refer', async () => {
    const branch = await office();
    rmSync(join(branch.dataDir, 'models'), { recursive: true });
    rmSync(join(branch.dataDir, 'policies'), { recursive: true });
    expect(await kinds(branch)).toEqual(expect.arrayContaining(['no-model instalment-loan', 'no-policy instalment-loan']));
    expect((await decideApplication(branch, application())).decision.outcome).toBe('refer');
  });

  it('of a clock that jumped: shows at once, is one entry, refuses nothing, and ends when a witness has looked at its own', async () => {
    const branch = await office();
    expect(await troublesOf(branch)).toEqual([]);
    clock.wall -= 400 * 86_400_000;
    expect(await kinds(branch)).toEqual(['clock-jumped -']);
    expect(await kinds(branch)).toEqual(['clock-jumped -']);
    expect(listEntries(branch.log.db, 0, 1000).filter(({ type }) => type === 'clock-jump')).toHaveLength(1);
    expect(await decideApplication(branch, application())).toHaveProperty('seq');
    const witness = witnessNamed('head-office');
    trustWitnesses(branch.log, { witnesses: [witness.vkey], quorum: 1 }, { actor: 'it-1', role: 'it' });
    acceptCountersigned(branch.log, countersigned(checkpointLog(branch.log).note, [witness, NOON / 1000]));
    expect(await kinds(branch)).toEqual([]);
    expect((await officeStatus(branch)).unsent).toBe(0);
  });

  it('of a key store that is not there: the passphrase does instead', async () => {
    const folder = offices.path('with-passphrase');
    const passphrase = 'correct horse battery';
    const branch = await office({ protection: { wrap: 'passphrase', passphrase }, openers: { passphrase, keyStore: null } }, folder);
    expect(await kinds(branch)).toEqual(['key-store-unavailable -']);
    expect(failures(branch)).toMatchObject([{ kind: 'key-store-unavailable' }]);
  });

  it('that cannot even be stored is told all the same', async () => {
    const branch = await office();
    disk.free = 0;
    const products = await listProducts(branch.log.db, branch.store, todayOf(branch.clock));
    const { sqlite } = branch.log.db;
    sqlite.pragma('max_page_count = 1');
    const fill = sqlite.prepare("INSERT INTO settings VALUES (?, '')");
    expect(() => {
      for (let n = 0; ; n++) fill.run(`troubles.begum${n}`);
    }).toThrow(/full/);
    const { size } = branch.log.frontier;
    expect(noteTroubles(branch, products)).toMatchObject([{ kind: 'disk-low' }]);
    expect([branch.log.frontier.size, failures(branch)]).toEqual([size, []]);
  });
});
