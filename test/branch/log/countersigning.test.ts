import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../../branch/log/countersigning.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { intervalOf } from '../../../branch/log/intervals.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { trustedWitnesses, trustWitnesses } from '../../../branch/log/witness-trust.ts';
import { logEntry } from '../../../contract/log-entry.ts';
import { getEntry, getLogState } from '../../../db/log-entries.ts';
import { signCheckpoint } from '../../../ledger/checkpoint.ts';
import { CODE, decisionDraft, type TestLog, temporaryLog, verified } from '../../support/temporary-log.ts';
import { countersigned, witnessNamed } from '../../support/witnesses.ts';

const [office, audit, third] = ['head-office', 'internal-audit', 'third'].map(witnessNamed) as [
  ReturnType<typeof witnessNamed>,
  ReturnType<typeof witnessNamed>,
  ReturnType<typeof witnessNamed>,
];
const BY = { actor: 'it-1', role: 'it' } as const;
const seconds = (text: string): number => Date.parse(text) / 1000;

/** A log that believes two of three witnesses, with a decision behind that. */
function witnessed(): TestLog {
  const made = temporaryLog();
  trustWitnesses(made.log, { witnesses: [office.vkey, audit.vkey, third.vkey], quorum: 2 }, BY);
  appendEntries(made.log, [{ entry: decisionDraft(1) }]);
  return made;
}

const decide = ({ log }: TestLog, n: number) => appendEntries(log, [{ entry: decisionDraft(n) }])[0]!;
const entryOf = ({ db }: TestLog, seq: number) => logEntry.parse(JSON.parse(getEntry(db, seq)!.bytes.toString('utf8')));
const refused = (message: RegExp) =>
  expect.objectContaining({ failure: expect.objectContaining({ kind: 'checkpoint-refused', happened: expect.stringMatching(message) }) });

describe('whom the branch believes', () => {
  it('is an entry, and stays so', () => {
    const made = witnessed();
    expect(entryOf(made, 1)).toMatchObject({ type: 'witnesses-trusted', actor: 'it-1', quorum: 2, witnesses: { length: 3 } });
    expect(trustedWitnesses(made.db)).toMatchObject({ quorum: 2, witnesses: [office.vkey, audit.vkey, third.vkey] });
  });

  it('is refused where one key would count twice, and nothing is stored', () => {
    const { log, db } = temporaryLog();
    expect(() => trustWitnesses(log, { witnesses: [office.vkey, office.vkey], quorum: 2 }, BY)).toThrow(/cannot be/);
    expect([getLogState(db).size, trustedWitnesses(db)]).toEqual([1, null]);
  });
});

describe('a countersigned checkpoint', () => {
  it('is taken in once, and later entries name it as their anchor, also after a restart', () => {
    const made = witnessed();
    const note = countersigned(checkpointLog(made.log).note, [office, 1_772_360_000], [audit, 1_772_360_100]);
    const taken = acceptCountersigned(made.log, note);
    expect(taken).toMatchObject({ size: 3, note });
    expect(acceptCountersigned(made.log, note)).toEqual(taken);
    expect(entryOf(made, decide(made, 2).seq).anchor).toBe(taken.sha256);
    const again = openLog({ db: made.db, directory: made.directory, clock: made.clock, code: CODE });
    appendEntries(again, [{ entry: decisionDraft(3) }]);
    expect(entryOf(made, 4).anchor).toBe(taken.sha256);
  });

  it('may cover less than the log has by now', () => {
    const made = witnessed();
    const { note } = checkpointLog(made.log);
    decide(made, 2);
    checkpointLog(made.log);
    expect(acceptCountersigned(made.log, countersigned(note, [office, 1], [third, 2]))).toMatchObject({ size: 3 });
  });

  it('is refused from a stranger, without a quorum, without trust, or with a signature that is wrong', () => {
    const made = witnessed();
    const { note } = checkpointLog(made.log);
    const other = checkpointLog(witnessed().log).note;
    const full = countersigned(note, [office, 1], [audit, 2]);
    expect(() => acceptCountersigned(made.log, countersigned(other, [office, 1], [audit, 2]))).toThrow(refused(/another log/));
    expect(() => acceptCountersigned(made.log, countersigned(note, [office, 1]))).toThrow(refused(/1 of the witnesses.*takes 2/));
    expect(() => acceptCountersigned(made.log, countersigned(note, [office, 1], [office, 2]))).toThrow(refused(/takes 2/));
    expect(() => acceptCountersigned(made.log, countersigned(note, [office, 1], [witnessNamed('x'), 2]))).toThrow(refused(/takes 2/));
    expect(() => acceptCountersigned(made.log, full.replace('\n3\n', '\n4\n'))).toThrow(refused(/do not hold/));
    expect(() => acceptCountersigned(made.log, 'hello')).toThrow(refused(/not a signed checkpoint/));
    expect(() => acceptCountersigned(made.log, `${'x'.repeat(30_000)}\n\n`)).toThrow(refused(/not a signed checkpoint/));
    const { log } = temporaryLog();
    expect(() => acceptCountersigned(log, countersigned(checkpointLog(log).note, [office, 1]))).toThrow(refused(/No witness is believed/));
    expect(getLogState(made.db).size).toBe(3);
  });

  it.each([
    ['another root of a size that this log has', 3],
    ['more entries than this log has', 9],
  ])('of %s, by the own key, is kept as evidence with the own one beside it', (_, size) => {
    const made = witnessed();
    const own = checkpointLog(made.log).note;
    const forked = countersigned(signCheckpoint(size, Buffer.alloc(32, 5), made.log.signer), [office, 1], [audit, 2]);
    expect(() => acceptCountersigned(made.log, forked)).toThrow(refused(/not the entries of this log/));
    expect(entryOf(made, 3)).toMatchObject({ type: 'failure', kind: 'checkpoint-refused', notes: [forked, own] });
    expect(made.log.anchor).toBeNull();
  });
});

describe('the interval of an entry', () => {
  it('goes from its anchor to the first countersigned checkpoint over it, by clocks of which some may be wrong', () => {
    const made = witnessed();
    const first = countersigned(
      checkpointLog(made.log).note,
      [office, seconds('2026-03-01T10:00:00Z')],
      [audit, seconds('2026-03-01T10:05:00Z')],
      [third, seconds('2031-01-01T00:00:00Z')],
    );
    acceptCountersigned(made.log, first);
    decide(made, 2);
    expect(intervalOf(made.db, 3)).toEqual({ notBefore: '2026-03-01T10:05:00.000Z', notAfter: null });
    const second = countersigned(
      checkpointLog(made.log).note,
      [office, seconds('2026-03-02T10:00:00Z')],
      [third, seconds('2026-03-02T10:01:00Z')],
    );
    acceptCountersigned(made.log, second);
    expect(intervalOf(made.db, 1)).toEqual({ notBefore: null, notAfter: '2026-03-01T10:05:00.000Z' });
    expect(intervalOf(made.db, 3)).toEqual({ notBefore: '2026-03-01T10:05:00.000Z', notAfter: '2026-03-02T10:01:00.000Z' });
  });

  it('is open on both sides where nobody countersigned, and for entries that are not there', () => {
    const made = witnessed();
    expect(intervalOf(made.db, 2)).toEqual({ notBefore: null, notAfter: null });
    expect(intervalOf(made.db, 99)).toEqual({ notBefore: null, notAfter: null });
  });
});

describe('a new epoch', () => {
  it('goes on in the same tree under another key, and names what the one before had reached', async () => {
    const made = witnessed();
    const old = made.log.origin;
    const note = countersigned(checkpointLog(made.log).note, [office, 1], [audit, 2]);
    acceptCountersigned(made.log, note);
    decide(made, 2);
    checkpointLog(made.log);
    const { seq } = beginEpoch(made.log, 'restored');
    expect(entryOf(made, seq)).toMatchObject({ type: 'genesis', cause: 'restored', previous: { origin: old, checkpoint: note } });
    expect(made.log.origin).toMatch(/\/epoch-2-[0-9a-f]{8}$/);
    const { log } = { log: openLog({ db: made.db, directory: made.directory, clock: made.clock, code: CODE }) };
    expect(log.origin).toBe(made.log.origin);
    expect(checkpointLog(log).note.startsWith(`${log.origin}\n${seq + 1}\n`)).toBe(true);
    expect((await verified(made.file)).findings).toEqual([]);
  });

  it('still takes in what was countersigned of the epoch before, as far as this folder has it', () => {
    const made = witnessed();
    const { signer } = made.log;
    const { note } = checkpointLog(made.log);
    beginEpoch(made.log, 'copied');
    expect(acceptCountersigned(made.log, countersigned(note, [office, 1], [audit, 2]))).toMatchObject({ size: 3 });
    const lost = signCheckpoint(4, getLogState(made.db).root!, signer);
    expect(() => acceptCountersigned(made.log, countersigned(lost, [office, 1], [audit, 2]))).toThrow(refused(/not the entries/));
    expect(acceptCountersigned(made.log, countersigned(checkpointLog(made.log).note, [office, 1], [audit, 2]))).toMatchObject({ size: 5 });
  });

  it('that could not be stored leaves the old one in force', () => {
    const made = witnessed();
    const { origin, signer, frontier } = made.log;
    made.db.sqlite.exec("CREATE TRIGGER broken BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END");
    expect(() => beginEpoch(made.log, 'restored')).toThrow();
    made.db.sqlite.exec('DROP TRIGGER broken');
    expect([made.log.origin, made.log.signer, made.log.frontier]).toEqual([origin, signer, frontier]);
    expect(decide(made, 2).seq).toBe(3);
    expect(checkpointLog(made.log).note.startsWith(`${origin}\n4\n`)).toBe(true);
  });
});
