import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { confirmChange, dismissChange, resume, retire, rollBack, suspend, switchTo } from '../../../branch/activation/change-models.ts';
import { needsTwo, pendingProposals } from '../../../branch/activation/four-eyes.ts';
import { receiveModel } from '../../../branch/activation/receive-release.ts';
import { STRIKES } from '../../../branch/activation/shadow-limits.ts';
import { decideApplication } from '../../../branch/decide-application.ts';
import { type DecidedRow, decideFile } from '../../../branch/decide-file.ts';
import { officeStatus } from '../../../branch/office-status.ts';
import type { Branch } from '../../../branch/open-branch.ts';
import { replayEntries } from '../../../branch/replay/replay-entries.ts';
import { verifyOwnLog } from '../../../branch/verify-own-log.ts';
import type { DecisionEntry } from '../../../contract/log-entry.ts';
import { type Active, listActive } from '../../../db/active.ts';
import { getEntry, listEntriesOfType } from '../../../db/log-entries.ts';
import { putSettings } from '../../../db/settings.ts';
import type { ScoredRow } from '../../../decision/ports.ts';
import { application } from '../../support/application.ts';
import { Offices, openedBranch } from '../../support/office.ts';
import { withPeople } from '../../support/people.ts';
import { PRODUCT, Releases } from '../../support/releases.ts';

const offices = new Offices();
const releases = new Releases();
const open: Branch[] = [];
beforeAll(() => offices.make());
afterEach(async () => {
  for (const branch of open.splice(0)) await branch.close();
});
afterAll(() => {
  offices.remove();
  releases.remove();
});

async function office(): Promise<Branch> {
  const branch = await openedBranch(offices.copy(), { role: 'it', actor: 'ines' });
  open.push(branch);
  return branch.for({ account: 'ines', role: 'it' });
}

const find = ({ log }: Branch, alias: 'champion' | 'challenger'): Active =>
  listActive(log.db).find((one) => one.product === PRODUCT && one.alias === alias)!;
const deciding = (branch: Branch): Branch => branch.for({ account: 'ada', role: 'officer' });
const decide = async (branch: Branch) => await decideApplication(deciding(branch), application());
const entryOf = ({ log }: Branch, seq: number) => JSON.parse(getEntry(log.db, seq)!.bytes.toString()) as DecisionEntry;
const count = ({ log }: Branch, type: string): number => listEntriesOfType(log.db, type).length;
const troublesOf = async (branch: Branch) => (await officeStatus(branch)).troubles.map(({ kind, product }) => [kind, product]);
const refusal = (cause: string) => ({ failure: { kind: 'change-refused', facts: { cause } } });

/** Every old decision is decided again by the models of its day, and the log verifies. */
async function requireClean(branch: Branch): Promise<void> {
  for await (const step of verifyOwnLog(branch)) if (step.step === 'report') expect(step.report.findings).toEqual([]);
  const db = branch.openReader();
  const verdicts: string[] = [];
  for await (const { results } of replayEntries({ db, dataDir: branch.dataDir }, { from: 0, to: branch.log.frontier.size }))
    verdicts.push(
      ...results.map(({ verdict, seq, causes, differences }) =>
        verdict === 'same' ? verdict : JSON.stringify({ seq, causes, differences }),
      ),
    );
  db.sqlite.close();
  expect(new Set(verdicts)).toEqual(new Set(['same']));
}

describe('switching', () => {
  it('makes a challenger the champion with the next decision, back in one step, and no further', async () => {
    const branch = await office();
    const [champion, challenger] = [find(branch, 'champion'), find(branch, 'challenger')];
    expect((await decide(branch)).model?.sha256).toBe(champion.sha256);
    expect(await switchTo(branch, PRODUCT, challenger.sha256)).toEqual({ done: true, seq: expect.any(Number) });
    const switched = await decide(branch);
    expect(switched.model?.sha256).toBe(challenger.sha256);
    expect(entryOf(branch, switched.seq).shadow).toEqual({});
    await rollBack(branch, PRODUCT);
    expect(find(branch, 'champion')).toMatchObject({ sha256: champion.sha256, cause: 'rolled-back' });
    expect((await decide(branch)).model?.sha256).toBe(champion.sha256);
    await expect(rollBack(branch, PRODUCT)).rejects.toMatchObject(refusal('nothing-before'));
    await expect(switchTo(branch, PRODUCT, challenger.sha256)).rejects.toMatchObject(refusal('no-challenger'));
    await requireClean(branch);
  });

  it('lets a decision in flight finish on the model that it began with, and name it', async () => {
    const branch = await office();
    const [champion, challenger] = [find(branch, 'champion'), find(branch, 'challenger')];
    const ready = await branch.ready(PRODUCT);
    const score = ready.model!.scorer.score.bind(ready.model!.scorer);
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    ready.model!.scorer.score = async (rows) => {
      reached.resolve();
      await go.promise;
      return await score(rows);
    };
    const inFlight = decide(branch);
    await reached.promise;
    await switchTo(branch, PRODUCT, challenger.sha256);
    expect((await decide(branch)).model?.sha256).toBe(challenger.sha256);
    go.resolve();
    expect((await inFlight).model?.sha256).toBe(champion.sha256);
    await requireClean(branch);
  });

  it('is not for officers, and what a person went back from is not brought again by an offer', async () => {
    const branch = await office();
    const release = releases.model('champion', { version: '1.9.0' });
    await receiveModel(branch, release);
    await rollBack(branch, PRODUCT);
    expect(await receiveModel(branch, release)).toEqual({ state: 'left' });
    await expect(rollBack(deciding(branch), PRODUCT)).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    retire(branch, PRODUCT, find(branch, 'challenger').sha256, 'Not needed.');
    expect(entryOf(branch, (await decide(branch)).seq).shadow).toEqual({});
  });
});

describe('a suspended champion', () => {
  it('decides nothing at once, also what it is at work on, until it is resumed; the reason is in the log', async () => {
    const branch = await office();
    const ready = await branch.ready(PRODUCT);
    const score = ready.model!.scorer.score.bind(ready.model!.scorer);
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    ready.model!.scorer.score = async (rows) => {
      reached.resolve();
      await go.promise;
      return await score(rows);
    };
    const inFlight = decide(branch);
    await reached.promise;
    const supervisor = branch.for({ account: 'samir', role: 'supervisor' });
    const { seq } = suspend(supervisor, PRODUCT, 'Odd refusals since Monday.');
    go.resolve();
    for (const { model, decision } of [await inFlight, await decide(branch)]) {
      expect([model, decision.outcome]).toEqual([null, 'refer']);
      expect(decision.doubts.map(({ kind }) => kind)).toContain('no-model');
    }
    expect(entryOf(branch, seq)).toMatchObject({ type: 'model-suspended', actor: 'samir', reason: 'Odd refusals since Monday.' });
    expect(await troublesOf(branch)).toContainEqual(['model-suspended', PRODUCT]);
    expect(() => suspend(supervisor, PRODUCT, 'Again.')).toThrow(/suspended already/);
    await resume(branch, PRODUCT);
    expect((await decide(branch)).model).not.toBeNull();
    await requireClean(branch);
  });
});

describe('four eyes', () => {
  it('are asked for as soon as two people could, and the one who asks never confirms', async () => {
    const branch = await office();
    expect(needsTwo(branch.log.db)).toBe(false);
    const { it: ines, supervisor: samir, officer } = await withPeople(branch);
    expect(needsTwo(branch.log.db)).toBe(true);
    const challenger = find(branch, 'challenger');
    const asked = await switchTo(ines, PRODUCT, challenger.sha256);
    if (asked.done) throw new Error('nobody was asked');
    // Asked twice, it is one question.
    expect(await switchTo(ines, PRODUCT, challenger.sha256)).toEqual(asked);
    expect(find(branch, 'champion').sha256).not.toBe(challenger.sha256);
    await expect(confirmChange(ines, asked.proposal)).rejects.toMatchObject(refusal('own-proposal'));
    await expect(confirmChange(officer, asked.proposal)).rejects.toMatchObject({ failure: { kind: 'not-allowed' } });
    const { seq } = await confirmChange(samir, asked.proposal);
    expect(find(branch, 'champion')).toMatchObject({ sha256: challenger.sha256, seq, cause: 'switched' });
    expect(entryOf(branch, seq - 1)).toMatchObject({ type: 'change-confirmed', actor: 'samir', proposal: asked.proposal });
    await expect(confirmChange(samir, asked.proposal)).rejects.toMatchObject(refusal('settled'));
    const back = await rollBack(ines, PRODUCT);
    if (back.done) throw new Error('nobody was asked');
    dismissChange(samir, back.proposal);
    expect(pendingProposals(branch.log.db)).toEqual([]);
    expect(find(branch, 'champion').sha256).toBe(challenger.sha256);
    // Stopping waits for nobody.
    suspend(samir, PRODUCT, 'Stop.');
    const on = await resume(ines, PRODUCT);
    expect(on.done).toBe(false);
    await decide(branch);
    await requireClean(branch);
  });

  it('do not confirm what is no longer what was asked for; the branch may do without them', async () => {
    const branch = await office();
    const { it: ines, supervisor: samir } = await withPeople(branch);
    await receiveModel(branch, releases.model('champion', { version: '1.8.0' }));
    const back = await rollBack(ines, PRODUCT);
    await receiveModel(branch, releases.model('champion', { version: '1.9.0' }));
    await expect(confirmChange(samir, back.done ? -1 : back.proposal)).rejects.toMatchObject(refusal('overtaken'));
    putSettings(branch.log.db, { 'updates.four-eyes': 'no' });
    expect(await rollBack(ines, PRODUCT)).toMatchObject({ done: true });
  });
});

describe('a champion that fails', () => {
  it('in its first live decisions goes back by itself, each failure being a refer, and the office is told', async () => {
    const branch = await office();
    const before = find(branch, 'champion');
    const release = releases.model('champion', { version: '1.9.0' });
    await receiveModel(branch, release);
    const { model } = await branch.ready(PRODUCT);
    model!.scorer.score = (rows) => Promise.resolve(rows.map((): ScoredRow => ({ pd: Number.NaN })));
    for (let n = 0; n < 3; n++) {
      const { decision, model: by } = await decide(branch);
      expect([decision.outcome, by?.version]).toEqual(['refer', '1.9.0']);
    }
    await branch.live.settled();
    expect(find(branch, 'champion')).toMatchObject({ sha256: before.sha256, cause: 'automatic' });
    expect((await decide(branch)).model?.sha256).toBe(before.sha256);
    expect(await troublesOf(branch)).toContainEqual(['model-went-back', PRODUCT]);
    expect(await receiveModel(branch, release)).toEqual({ state: 'left' });
  });

  it('after its first decisions were well is not replaced any more', async () => {
    const branch = await office();
    await receiveModel(branch, releases.model('champion', { version: '1.9.0' }));
    for (let n = 0; n < 20; n++) await decide(branch);
    const { model } = await branch.ready(PRODUCT);
    model!.scorer.score = () => Promise.reject(new Error('gone'));
    for (let n = 0; n < 5; n++) expect((await decide(branch)).decision.outcome).toBe('refer');
    await branch.live.settled();
    expect(find(branch, 'champion').version).toBe('1.9.0');
  });

  it('at a start, where this PC computes something else than its maker said, goes back; one whose files were changed does not', async () => {
    const branch = await office();
    const before = find(branch, 'champion');
    await receiveModel(branch, releases.model('champion', { version: '1.9.0' }));
    const newer = find(branch, 'champion');
    await branch.close();
    open.length = 0;
    const again = await openedBranch(branch.dataDir);
    open.push(again);
    const openModel = again.store.openModel.bind(again.store);
    again.store.openModel = async (sha256) => {
      const opened = await openModel(sha256);
      if (sha256 !== newer.sha256) return opened;
      return { ...opened, golden: { ...opened.golden, rows: opened.golden.rows.map((row) => ({ ...row, pd: 1 - row.pd })) } };
    };
    expect((await decide(again)).model?.sha256).toBe(before.sha256);
    expect(find(again, 'champion')).toMatchObject({ cause: 'automatic', sha256: before.sha256 });
    await requireClean(again);

    const other = await office();
    await receiveModel(other, releases.model('champion', { version: '1.9.0' }));
    writeFileSync(join(other.dataDir, 'models', find(other, 'champion').sha256, 'model.onnx'), 'x');
    await other.close();
    open.pop();
    const tampered = await openedBranch(other.dataDir);
    open.push(tampered);
    expect((await decide(tampered)).decision.outcome).toBe('refer');
    expect(find(tampered, 'champion').version).toBe('1.9.0');
  });
});

describe('a challenger in shadow', () => {
  const never = () => new Promise<never>(() => {});
  it.each<[string, () => Promise<ScoredRow[]>]>([
    ['throws', () => Promise.reject(new Error('of a person'))],
    ['gives no number', () => Promise.resolve([{ pd: Number.NaN }])],
    ['gives too few answers', () => Promise.resolve([])],
    ['never answers', never],
  ])(
    'that %s touches no decision, has no score there, and is retired',
    async (_, score) => {
      const branch = await office();
      const bundled = find(branch, 'challenger');
      const other = releases.model('challenger', { name: 'second-opinion' });
      await receiveModel(branch, other);
      const broken = (await (await branch.ready(PRODUCT)).challengers).find(({ artefact }) => artefact.sha256 === bundled.sha256)!;
      broken.scorer.score = score;
      for (let n = 0; n < STRIKES; n++) {
        const began = performance.now();
        const { seq, decision } = await decide(branch);
        expect(decision.doubts).toEqual([]);
        expect(performance.now() - began).toBeLessThan(5000);
        expect(entryOf(branch, seq).shadow).toEqual({ [bundled.sha256]: null, [other.offer.artefact.sha256]: expect.any(Number) });
      }
      expect(count(branch, 'model-retired')).toBe(1);
      expect(Object.keys(entryOf(branch, (await decide(branch)).seq).shadow)).toEqual([other.offer.artefact.sha256]);
      expect(await receiveModel(branch, releases.model('challenger', {}, {}, 'challenger'))).toMatchObject({ state: 'active' });
      await requireClean(branch);
    },
    60_000,
  );

  it('that scores one decision again has a clean slate', async () => {
    const branch = await office();
    const [challenger] = await (await branch.ready(PRODUCT)).challengers;
    const score = challenger!.scorer.score.bind(challenger!.scorer);
    for (let n = 0; n < 2 * STRIKES; n++) {
      challenger!.scorer.score = n % STRIKES === STRIKES - 1 ? score : () => Promise.reject(new Error('gone'));
      await decide(branch);
    }
    expect(count(branch, 'model-retired')).toBe(0);
  });
});

describe('a batch', () => {
  const header = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
  const fileOf = (rows: number): string => {
    const path = offices.path(`batch-${rows}.csv`);
    const lines = Array.from({ length: rows }, (_, i) => `${i % 40},rent,60,no,fixed,73,${100 + (i % 300)},0,0,${500 + (i % 1000)},1846`);
    writeFileSync(path, [header, ...lines].join('\n'));
    return path;
  };

  it('goes on with what has become active at the border of a group, and every entry names what decided it', async () => {
    const branch = await office();
    const [champion, challenger] = [find(branch, 'champion'), find(branch, 'challenger')];
    const rows: DecidedRow[] = [];
    let switchedAt = 0;
    for await (const { decided } of (await decideFile(deciding(branch), fileOf(6000), PRODUCT)).groups) {
      rows.push(...decided);
      if (switchedAt === 0 && rows.length >= 2000) {
        await switchTo(branch, PRODUCT, challenger.sha256);
        switchedAt = branch.log.frontier.size;
      }
    }
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 6000 }, (_, i) => i + 1));
    const by = rows.map(({ seq }) => entryOf(branch, seq).model?.sha256);
    const first = by.indexOf(challenger.sha256);
    expect(first).toBeGreaterThanOrEqual(2000);
    // Groups that were under way are stored as they were decided; then there is no way back.
    expect(rows[first]!.seq).toBeGreaterThanOrEqual(switchedAt);
    expect(new Set(by.slice(0, first))).toEqual(new Set([champion.sha256]));
    expect(new Set(by.slice(first))).toEqual(new Set([challenger.sha256]));
    await requireClean(branch);
  }, 240_000);

  it('stores nothing more by a model that is suspended meanwhile', async () => {
    const branch = await office();
    let stopped = 0;
    const after: DecidedRow[] = [];
    for await (const { decided } of (await decideFile(deciding(branch), fileOf(5000), PRODUCT)).groups)
      if (stopped === 0) stopped = suspend(branch, PRODUCT, 'Stop.').seq;
      else after.push(...decided);
    expect(after.length).toBeGreaterThan(1000);
    for (const { seq } of after) expect([entryOf(branch, seq).model, seq > stopped]).toEqual([null, true]);
    expect(new Set(after.map(({ decision }) => decision))).toEqual(new Set(['refer']));
  }, 120_000);
});
