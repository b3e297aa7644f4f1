/** Replay of decisions by models of every form, those included that are explained by sampling or scored row by row. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideApplication } from '../../../branch/decide-application.ts';
import { decideFile } from '../../../branch/decide-file.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { replayOwnLog } from '../../../branch/replay/replay-range.ts';
import { readDecision } from '../../../branch/show-decision.ts';
import { manifestOf, openFixture } from '../../models/pack-fixture.ts';
import { application } from '../../support/application.ts';
import { csvOfApplications } from '../../support/many-applications.ts';
import { Offices, openedBranch, REPOSITORY } from '../../support/office.ts';

const offices = new Offices();
beforeAll(() => offices.make());
afterAll(() => offices.remove());

/** Which field of the form stands for the column that a fixture was trained on. */
const FIELDS: Record<string, string> = { age: 'seniority', income: 'income', debt: 'debt', ratio: 'expenses' };

describe('replay', () => {
  it.each([
    ['mlp-float', 'sampled'],
    ['mlp-one-row', 'sampled'],
    ['mlp-double', 'sampled'],
    ['logistic-zipmap', 'exact-linear'],
    ['forest-zipmap', 'exact-trees'],
    ['xgb-calibrated', 'exact-trees'],
  ])('gives the same again with the model %s (%s), alone and in groups', async (name, method) => {
    const branch = await openedBranch(offices.copy());
    const features = manifestOf(name).features.map((feature) => ({ ...feature, source: { field: FIELDS[feature.name]! } }));
    const opened = await openFixture(name, { manifest: { product: 'instalment-loan', features } });
    await branch.store.keepModel(opened);
    const activation = { actor: 'system', role: 'system', product: 'instalment-loan', alias: 'champion', previous: null } as const;
    appendEntries(branch.log, [{ entry: { type: 'model-activated', ...activation, artefact: opened.artefact } }]);
    const { seq } = await decideApplication(branch, application());
    expect(readDecision(branch.log.db, seq).entry).toMatchObject({ model: opened.artefact, explanation: { method } });
    const real = readFileSync(join(REPOSITORY, 'models/training/data/credit_data.csv'), 'utf8');
    const file = offices.path(`${name}.csv`);
    writeFileSync(file, csvOfApplications((await branch.ready('instalment-loan')).product.definition, real, 99, 3));
    for await (const _ of (await decideFile(branch, file, 'instalment-loan')).groups);
    // What was decided alone is replayed among others, and the other way round.
    for (const range of [
      { from: 0, to: 1e6 },
      { from: seq + 50, to: seq + 50 },
    ])
      for await (const step of replayOwnLog(branch, range))
        if (step.step === 'report') expect(step).toMatchObject({ same: range.from === 0 ? 100 : 1, different: 0, impossible: 0 });
    await branch.close();
  });
});
