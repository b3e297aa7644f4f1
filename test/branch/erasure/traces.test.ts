import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { finishErasures, pendingCleanUp } from '../../../branch/erasure/clean-up.ts';
import { eraseSubject } from '../../../branch/erasure/erase-subject.ts';
import { sealIdentity } from '../../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { copyDatabase } from '../../../db/copy-database.ts';
import { discardDraft, getDraft, saveDraft } from '../../../db/drafts.ts';
import { inTransaction } from '../../../db/handle.ts';
import { applicationId, decisionDraft } from '../../support/log-samples.ts';
import { filesWith, type PlainOffice, plainOffice } from '../../support/plain-log.ts';

const DAY_MS = 86_400_000;
const SUBJECT = applicationId(40);
const NAME = 'Zoë Quillfeather';
/** What must not be found anywhere, by what it is. */
type Traces = Record<string, Buffer | string>;

/** An office in use: decisions with names, drafts typed letter by letter, a review with a remark; 26 months ago. */
function usedOffice(secureDelete: 'ON' | 'OFF' = 'ON'): PlainOffice & { traces: Traces } {
  const office = plainOffice(secureDelete);
  const { log, clock } = office;
  const traces: Traces = { name: NAME, 'folded name': NAME.toLowerCase(), 'typed surname': 'Quillfeather' };
  const sealed = (n: number) => sealIdentity({ full_name: n === 40 ? NAME : `Person Number${n}`, id_number: `ID-${n}` });
  for (let n = 0; n < 80; n++) {
    const named = n === 40 ? NAME : `Person Number${n}`;
    const draft = { product: n % 2 ? 'instalment-loan' : 'personal-loan', applicationId: applicationId(n), changedAt: n };
    for (let typed = 3; typed <= named.length; typed += 4)
      saveDraft(log.db, 'ada', { ...draft, typed: { full_name: named.slice(0, typed), about: 'x'.repeat(typed * 40) } });
    const { sealed: pii, identityKey } = sealed(n);
    if (n === 40) traces['key of the identity'] = Buffer.from(identityKey);
    appendEntries(log, [{ entry: decisionDraft(n, { pii }), applicant: named, identityKey }]);
  }
  const of = seqOf(office);
  const { sealed: note, identityKey: noteKey } = sealIdentity({ note: `${NAME} called` });
  traces['key of the remark'] = Buffer.from(noteKey);
  const review = {
    type: 'review',
    actor: 'samir',
    role: 'supervisor',
    of,
    application: SUBJECT,
    outcome: 'decline',
    override: null,
  } as const;
  appendEntries(log, [{ entry: { ...review, codes: [], note }, noteKey }]);
  clock.pass(26 * 31 * DAY_MS);
  return { ...office, traces };
}

function seqOf({ log }: PlainOffice): number {
  const row = log.db.sqlite.prepare<[string], { seq: number }>('SELECT seq FROM decisions WHERE application_id = ?').get(SUBJECT);
  return row!.seq;
}

const request = { application: SUBJECT, ground: 'subject-request' } as const;

describe('after an erasure a search of every byte', () => {
  it('finds neither name nor keys in database, write-ahead log, drafts, exports or a backup made after', () => {
    const office = usedOffice();
    const { log, directory, traces } = office;
    const draft = { product: 'instalment-loan', applicationId: SUBJECT, changedAt: 1, typed: { full_name: NAME } };
    saveDraft(log.db, 'ada', draft);
    const seq = seqOf(office);
    const exports = join(directory, 'exports');
    mkdirSync(exports);
    const bundle = (identity: number) =>
      zipSync({ [`identities/${identity}.json`]: strToU8(identity === seq ? NAME : 'somebody else') }, { level: 0 });
    writeFileSync(join(exports, 'evidence-1.zip'), bundle(seq));
    writeFileSync(join(exports, 'evidence-2.zip'), bundle(seq + 1));
    writeFileSync(join(exports, 'old.outpost-backup'), 'encrypted');
    expect(filesWith(directory, traces).length).toBeGreaterThan(4);

    const erased = eraseSubject(office.as('supervisor'), request);
    expect(erased).toMatchObject({ isClean: true, deleted: ['evidence-1.zip'], backupsBefore: ['old.outpost-backup'] });
    expect(pendingCleanUp(log.db)).toBeNull();
    expect(getDraft(log.db, 'ada', 'instalment-loan')).toBeNull();
    copyDatabase(log.db, join(directory, 'backup-after.db'));
    expect(filesWith(directory, traces)).toEqual([]);
    expect(statSync(`${log.db.file}-wal`).size).toBeLessThan(100_000);
    // The search can find what is there: others are still named.
    expect(filesWith(directory, { other: 'Person Number41' })).toEqual(
      expect.arrayContaining(['outpost.db: other', 'backup-after.db: other']),
    );
  });

  it('would find them if rows were only changed: in pages, in the write-ahead log, in free space', () => {
    const { log, directory, traces } = usedOffice('OFF');
    saveDraft(log.db, 'ada', { product: 'instalment-loan', applicationId: SUBJECT, changedAt: 1, typed: { full_name: NAME } });
    discardDraft(log.db, 'ada', 'instalment-loan');
    inTransaction(log.db, () => {
      log.db.sqlite
        .prepare('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE application_id = ?')
        .run(SUBJECT);
      log.db.sqlite.prepare('UPDATE events SET note_key = NULL WHERE application_id = ?').run(SUBJECT);
    });
    const found = filesWith(directory, traces);
    expect(found).toEqual(
      expect.arrayContaining(['outpost.db-wal: name', 'outpost.db-wal: key of the identity', 'outpost.db-wal: key of the remark']),
    );
    log.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    expect(filesWith(directory, traces)).toContain('outpost.db: typed surname');
  });

  it('would find them if what is deleted were overwritten, and nothing more', () => {
    const { log, directory, traces } = usedOffice('ON');
    inTransaction(log.db, () =>
      log.db.sqlite
        .prepare('UPDATE decisions SET applicant = NULL, applicant_folded = NULL, identity_key = NULL WHERE application_id = ?')
        .run(SUBJECT),
    );
    expect(filesWith(directory, traces)).toContain('outpost.db-wal: key of the identity');
  });

  it('is put off while somebody reads an older state, remembered, and done at the next chance', () => {
    const office = usedOffice();
    const { log, directory, traces } = office;
    const reader = new Database(log.db.file, { readonly: true });
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 82 });
    const erased = eraseSubject(office.as('supervisor'), request);
    reader.close();
    expect(erased.isClean).toBe(false);
    expect(pendingCleanUp(log.db)).toEqual([seqOf(office), seqOf(office) + 40]);
    finishErasures(log);
    expect(pendingCleanUp(log.db)).toBeNull();
    expect(filesWith(directory, traces)).toEqual([]);
  });
});
