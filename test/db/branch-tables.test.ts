import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { listActive } from '../../db/active.ts';
import { discardDraft, getDraft, saveDraft } from '../../db/drafts.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { applicationId, decisionDraft, temporaryLog } from '../support/temporary-log.ts';

const draft = {
  applicationId: applicationId(1),
  product: 'instalment-loan',
  typed: { amount: '1.0', name: 'Zoë' },
  changedAt: 1_772_000_000_000.5,
};

describe('drafts', () => {
  it('are kept letter for letter, one per product, until discarded', () => {
    const { db } = temporaryLog();
    saveDraft(db, 'ada', { ...draft, typed: {} });
    saveDraft(db, 'ada', draft);
    saveDraft(db, 'ada', { ...draft, product: 'personal-loan' });
    expect(getDraft(db, 'ada', 'instalment-loan')).toEqual(draft);
    discardDraft(db, 'ada', 'instalment-loan');
    expect(getDraft(db, 'ada', 'instalment-loan')).toBeNull();
    expect(getDraft(db, 'ada', 'personal-loan')).not.toBeNull();
  });

  it('go in the same moment in which their application is decided', () => {
    const { db, log } = temporaryLog();
    saveDraft(db, 'ada', draft);
    appendEntries(log, [{ entry: decisionDraft(2) }]);
    expect(getDraft(db, 'ada', 'instalment-loan')).not.toBeNull();
    appendEntries(log, [{ entry: decisionDraft(1) }]);
    expect(getDraft(db, 'ada', 'instalment-loan')).toBeNull();
  });
});

describe('activations', () => {
  it('leave the last of each product, kind and alias active', () => {
    const { log, db } = temporaryLog();
    const artefact = (version: string) => ({ name: 'm', version, sha256: version[0]!.repeat(64) });
    const model = (version: string, alias: 'champion' | 'challenger', product = 'p') =>
      ({ type: 'model-activated', actor: 'it-1', role: 'it', product, artefact: artefact(version), alias, previous: null }) as const;
    const policy = {
      type: 'policy-activated',
      actor: 'it-1',
      role: 'it',
      product: 'p',
      artefact: artefact('7.0.0'),
      alias: null,
      previous: null,
    } as const;
    const entries = [
      model('1.0.0', 'champion'),
      model('2.0.0', 'challenger'),
      policy,
      model('3.0.0', 'champion'),
      model('4.0.0', 'champion', 'q'),
      policy,
    ];
    appendEntries(
      log,
      entries.map((entry) => ({ entry })),
    );
    expect(listActive(db).map(({ seq, product, kind, alias, version }) => [seq, product, kind, alias, version])).toEqual([
      [2, 'p', 'model', 'challenger', '2.0.0'],
      [4, 'p', 'model', 'champion', '3.0.0'],
      [6, 'p', 'policy', null, '7.0.0'],
      [5, 'q', 'model', 'champion', '4.0.0'],
    ]);
  });
});

describe('settings', () => {
  it('are kept by name', () => {
    const { db } = temporaryLog();
    putSettings(db, { 'branch.id': 'one' });
    putSettings(db, { 'branch.id': 'two' });
    expect(getSetting(db, 'branch.id')).toBe('two');
    expect(getSetting(db, 'log.skey')).toMatch(/^PRIVATE\+KEY\+outpost\.invalid\/branch-[0-9a-f]{12}\/epoch-1\+/);
  });
});
