import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArtefactStore } from '../../branch/artefacts/artefact-store.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import { type DecidedRow, decideFile } from '../../branch/decide-file.ts';
import { draftOf, dropDraft, keepDraft } from '../../branch/drafts.ts';
import { examineOffice } from '../../branch/examine-office.ts';
import { pageOfDecisions } from '../../branch/list-decisions.ts';
import { modelCard } from '../../branch/model-card.ts';
import { officeStatus, watchOfficeStatus } from '../../branch/office-status.ts';
import { type Branch, openFolder } from '../../branch/open-branch.ts';
import { showDecision } from '../../branch/show-decision.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import { decisionView, officeStatus as officeStatusSchema } from '../../contract/ipc.ts';
import { listEntries } from '../../db/log-entries.ts';
import { application } from '../support/application.ts';
import { BUNDLED_DIR, NOON, Offices, openedBranch } from '../support/office.ts';

const offices = new Offices();
let branch: Branch;
beforeAll(async () => {
  await offices.make();
  branch = await openedBranch(offices.copy());
});
afterAll(async () => {
  await branch.close();
  offices.remove();
});

describe('the first use of a data folder', () => {
  it('activates every bundled product in the log, once', () => {
    const types = listEntries(branch.log.db, 0, 100).map(({ type }) => type);
    const perProduct = ['product-activated', 'policy-activated', 'model-activated', 'model-activated'];
    expect(types).toEqual(['genesis', ...perProduct, ...perProduct]);
    expect(readdirSync(join(branch.dataDir, 'models'))).toHaveLength(4);
  });

  it('goes on where a crash cut it off, and leaves nothing half-written', async () => {
    const folder = offices.path('cut-off');
    const broken = openedBranch(folder, { bundledDir: offices.path('nothing-there') });
    await expect(broken).rejects.toThrow();
    expect(existsSync(join(folder, 'outpost.db'))).toBe(true);
    const half = join(folder, 'models');
    const again = await openedBranch(folder);
    expect((await officeStatus(again)).products.map(({ product }) => product)).toEqual(['instalment-loan', 'personal-loan']);
    expect(readdirSync(half).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true);
    await again.close();
  });

  it('is refused when the database has lost its key', async () => {
    const folder = offices.copy();
    rmSync(join(folder, 'key.json'));
    await expect(openedBranch(folder)).rejects.toMatchObject({ failure: { kind: 'database-key-missing' } });
    expect(existsSync(join(folder, 'key.json'))).toBe(false);
  });

  it('is refused while another program has the folder', async () => {
    await expect(openedBranch(branch.dataDir)).rejects.toMatchObject({ failure: { kind: 'data-folder-busy' } });
  });
});

describe('deciding one application', () => {
  it('stores it before it is shown, and shows what was stored', async () => {
    const given = application();
    const view = await decideApplication(branch, given);
    expect(decisionView.parse(view)).toEqual(view);
    expect(view.seq).toBe(branch.log.frontier.size - 1);
    expect(view.identity).toEqual(given.identity);
    expect(view.protected).toEqual({ age: 30, marital: 'married' });
    expect(view.decision.explanation?.method).toBe('exact-trees');
    expect(view.decision.pd).toBeGreaterThan(0);
    expect(view.characteristics).toHaveLength(view.decision.explanation?.contributions.length ?? -1);
    expect(await showDecision(branch.log.db, branch.store, view.seq)).toEqual(view);
  });

  it('scores the challenger in its shadow', async () => {
    const { seq } = await decideApplication(branch, application());
    const entry = JSON.parse(listEntries(branch.log.db, seq, 1)[0]!.bytes.toString());
    const shadow: (number | null)[] = Object.values(entry.shadow);
    expect(shadow).toHaveLength(1);
    expect(shadow[0]).toBeGreaterThan(0);
    expect(entry.pii.ct).not.toContain('Ada');
  });

  it('never decides the same application twice, also when it is asked twice at once', async () => {
    const given = application();
    const [one, two] = await Promise.all([decideApplication(branch, given), decideApplication(branch, given)]);
    expect(two).toEqual(one);
    const later = await decideApplication(branch, { ...given, answers: { ...given.answers, income: 5 } });
    expect(later).toEqual(one);
  });

  it('refuses what is not complete, field by field, and stores nothing', async () => {
    const size = branch.log.frontier.size;
    const given = application({ answers: { ...application().answers, amount: null, income: -5 } });
    await expect(decideApplication(branch, given)).rejects.toMatchObject({
      failure: { kind: 'application-invalid', fields: { amount: expect.any(String), income: expect.any(String) } },
    });
    expect(branch.log.frontier.size).toBe(size);
  });

  it('refuses a product that is not here, naming those that are', async () => {
    await expect(decideApplication(branch, application({ product: 'mortgage' }))).rejects.toMatchObject({
      failure: { kind: 'product-unknown', next: 'Products here: instalment-loan, personal-loan.' },
    });
  });

  it('refers, and says so in the log, when the active model is damaged on disk', async () => {
    const folder = offices.copy();
    const before = await openedBranch(folder);
    const sha256 = (await officeStatus(before)).products[0]!.model!.sha256;
    await before.close();
    writeFileSync(join(folder, 'models', sha256, 'model.onnx'), 'damaged');
    const damaged = await openedBranch(folder);
    const view = await decideApplication(damaged, application());
    expect(view.decision.outcome).toBe('refer');
    expect(view.decision.doubts.map(({ kind }) => kind)).toContain('no-model');
    expect(listEntries(damaged.log.db, 0, 100).map(({ type }) => type)).toContain('failure');
    await damaged.close();
    const looked = await openFolder(folder, { passphrase: null, keyStore: null });
    const examined = await examineOffice(looked, NOON);
    expect(examined.filter(({ state }) => state === 'wrong').map(({ name }) => name)).toEqual(['instalment-loan champion']);
    looked.close();
  });

  it('refers once the model and the policy have expired', async () => {
    const later = await openedBranch(offices.copy(), { clock: { now: () => Date.parse('2036-01-01T00:00:00Z'), mono: () => 1 } });
    const { decision } = await decideApplication(later, application());
    expect(decision.outcome).toBe('refer');
    expect(decision.doubts.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['model-expired', 'policy-expired']));
    await later.close();
  });
});

describe('showing', () => {
  it('says when there is no such entry, or it is no decision', async () => {
    await expect(showDecision(branch.log.db, branch.store, 0)).rejects.toMatchObject({ failure: { kind: 'entry-unknown' } });
    await expect(showDecision(branch.log.db, branch.store, 999_999)).rejects.toMatchObject({ failure: { kind: 'entry-unknown' } });
  });

  it('keeps codes and numbers when the model and policy are no longer on this PC', async () => {
    const folder = offices.copy();
    const own = await openedBranch(folder);
    const { seq, decision } = await decideApplication(own, application());
    rmSync(join(folder, 'models'), { recursive: true });
    rmSync(join(folder, 'policies'), { recursive: true });
    // What this run has read it still knows by its digest; a later run does not.
    expect((await showDecision(own.log.db, own.store, seq)).decision).toEqual(decision);
    const bare = await showDecision(own.log.db, new ArtefactStore(folder), seq);
    expect(bare).toMatchObject({
      characteristics: null,
      features: null,
      scaling: null,
      tables: null,
      decision: { outcome: decision.outcome, pd: decision.pd },
    });
    expect(decisionView.parse(bare)).toEqual(bare);
    await own.close();
  });

  it('lists decisions by the applicant’s name', async () => {
    const { seq } = await decideApplication(branch, application({ identity: { full_name: 'Grace Hopper' } }));
    expect(pageOfDecisions(branch, { search: 'hopper' }, 0, 10)).toMatchObject({
      total: 1,
      rows: [{ seq, applicant: 'Grace Hopper' }],
    });
  });
});

describe('deciding a file', () => {
  async function decide(path: string, own: Branch = branch): Promise<{ rows: DecidedRow[]; bad: { row: number; cause: string }[] }> {
    const all: { rows: DecidedRow[]; bad: { row: number; cause: string }[] } = { rows: [], bad: [] };
    for await (const { decided, bad } of (await decideFile(own, path, 'instalment-loan')).groups) {
      all.rows.push(...decided);
      all.bad.push(...bad);
    }
    return all;
  }
  const header = 'Seniority,Home,Time,Records,Job,Expenses,Income,Assets,Debt,Amount,Price';
  const good = '9,rent,60,no,fixed,73,129,0,0,800,846';

  it('stores what it hands out, sets bad rows aside, and gives back what is stored when it is run again', async () => {
    const path = offices.path('batch.csv');
    const secret = '9,SECRET,60,no,fixed,73,129,0,0,800,846';
    writeFileSync(path, [header, good, secret, '9,rent,6000,no,fixed,73,129,0,0,800,846', good].join('\n'));
    const { rows, bad } = await decide(path);
    expect(rows.map(({ row, line, storedBefore }) => [row, line, storedBefore])).toEqual([
      [1, 2, false],
      [4, 5, false],
    ]);
    expect(bad.map(({ row }) => row)).toEqual([2, 3]);
    expect(JSON.stringify(bad)).not.toContain('SECRET');
    for (const { seq, hash, decision, pd } of rows)
      expect(await showDecision(branch.log.db, branch.store, seq)).toMatchObject({ leafHash: hash, decision: { outcome: decision, pd } });
    const size = branch.log.frontier.size;
    const again = await decide(path);
    expect(branch.log.frontier.size).toBe(size);
    expect(again.rows).toEqual(rows.map((row) => ({ ...row, storedBefore: true })));
  });

  it('decides one by one as in a batch', async () => {
    const path = offices.path('same.csv');
    writeFileSync(path, `${header}\n${good}\n`);
    const [row] = (await decide(path)).rows;
    const answers = {
      seniority: 9,
      home: 'rent',
      term_months: 60,
      records: 'no',
      job: 'fixed',
      expenses: 73,
      income: 129,
      assets: 0,
      debt: 0,
      amount: 800,
      price: 846,
    };
    const view = await decideApplication(branch, application({ answers }));
    expect([view.decision.outcome, view.decision.pd, view.decision.score]).toEqual([row?.decision, row?.pd, row?.score]);
  });
});

describe('the status', () => {
  it('has the contract’s form and tells honestly what is unsent and how the key lies', async () => {
    const status = await officeStatus(branch);
    expect(officeStatusSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({ actor: 'ada', unsent: status.logSize, headOffice: null, keyProtection: 'none' });
    expect(status.products[0]?.model?.daysLeft).toBeGreaterThan(0);
  });

  it('is told again after a decision, and ends with the signal', async () => {
    const stop = new AbortController();
    const watch = watchOfficeStatus(branch, stop.signal);
    const first = (await watch.next()).value;
    const following = watch.next();
    await decideApplication(branch, application());
    expect((await following).value?.logSize).toBe((first?.logSize ?? 0) + 1);
    const last = watch.next();
    stop.abort();
    expect((await last).done).toBe(true);
  });

  it('has instructions for use of the active model', async () => {
    expect((await modelCard(branch, 'instalment-loan')).markdown).toContain('#');
    await expect(modelCard(branch, 'mortgage')).rejects.toMatchObject({ failure: { kind: 'no-active-model' } });
  });

  it('verifies its own log while it works', async () => {
    let verdict = '';
    for await (const step of verifyOwnLog(branch)) if (step.step === 'report') verdict = step.report.verdict;
    expect(verdict).toMatch(/^intact/);
  });
});

describe('drafts', () => {
  it('are kept letter for letter until the application is decided', async () => {
    const given = application();
    const draft = { applicationId: given.applicationId, product: given.product, typed: { income: '12x' }, changedAt: 1 };
    keepDraft(branch, draft);
    expect(draftOf(branch, given.product)).toEqual(draft);
    await decideApplication(branch, given);
    expect(draftOf(branch, given.product)).toBeNull();
    keepDraft(branch, draft);
    expect(draftOf(branch, given.product)).toBeNull();
  });

  it('can be dropped, and are refused for a product that is not here', () => {
    keepDraft(branch, { applicationId: randomUUID(), product: 'personal-loan', typed: {}, changedAt: 1 });
    dropDraft(branch, 'personal-loan');
    expect(draftOf(branch, 'personal-loan')).toBeNull();
    expect(() => keepDraft(branch, { applicationId: randomUUID(), product: 'mortgage', typed: {}, changedAt: 1 })).toThrow(
      'no product mortgage',
    );
  });
});

it('puts no applicant’s name into any file of the folder in the open', async () => {
  await decideApplication(branch, application({ identity: { full_name: 'Very Findable Name' } }));
  for (const name of readdirSync(branch.dataDir, { recursive: true, withFileTypes: true }))
    if (name.isFile()) expect(readFileSync(join(name.parentPath, name.name)).includes('Very Findable Name')).toBe(false);
  expect(readdirSync(BUNDLED_DIR).length).toBeGreaterThan(0);
});
