/** Evidence that nobody touched: what the verifier says is proven, and what it says is not. */
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { exportBundle, SampleLog, signer } from './sample-log.ts';

const LOG = signer('branch-7.example/epoch-1', 1);
const HEAD_OFFICE = signer('head-office.example', 4);
const AUDIT = signer('internal-audit.example', 4);
const NOON = 1_700_000_100;

/** Ten entries, countersigned at six by both witnesses. */
function sampleLog(): SampleLog {
  const log = new SampleLog(LOG);
  for (let i = 0; i < 5; i++) log.decide();
  log.countersign([HEAD_OFFICE, NOON], [AUDIT, NOON + 60]);
  for (let i = 0; i < 4; i++) log.decide(i % 2 === 0 ? 'Grace' : null);
  return log;
}

const countersigned = (log: SampleLog): string =>
  log.checkpoint(log.size, [
    [HEAD_OFFICE, NOON + 3600],
    [AUDIT, NOON + 3601],
  ]);

describe('a bundle of the whole log', () => {
  it('is intact when a quorum of the known witnesses countersigned all of it', () => {
    const log = sampleLog();
    const judged = judge(exportBundle(log, { newest: countersigned(log) }), { logs: [LOG], witnesses: [HEAD_OFFICE, AUDIT] });
    expect(judged).toMatchObject({ verdict: 'intact', exitCode: 0, size: 10, countersigned: 10, tail: 0, withheld: 0, decisions: 9 });
    expect(judged.logs).toEqual([{ origin: LOG.name, vkey: LOG.vkey, from: 0, pinned: true }]);
    expect(judged.replay).toEqual({ same: 9, erased: 0, different: 0, impossible: 0 });
    expect(judged.tampered.concat(judged.malformed)).toEqual([]);
  });

  it('reads the same from the folder that it unpacks to', () => {
    const log = sampleLog();
    expect(judge(exportBundle(log, { newest: countersigned(log) }), { witnesses: [AUDIT] }, true)).toMatchObject({
      verdict: 'intact',
      countersigned: 10,
    });
  });

  it('tells the tail that no witness saw', () => {
    const judged = judge(exportBundle(sampleLog()), { witnesses: [HEAD_OFFICE, AUDIT] });
    expect(judged).toMatchObject({ exitCode: 2, size: 10, countersigned: 6, tail: 4 });
    expect(judged.unproven.join()).toContain('Unwitnessed tail: 4 of the entries');
  });

  it('is all tail for somebody who names no witness, whatever the bundle says of its witnesses', () => {
    const log = sampleLog();
    const bundle = exportBundle(log, { newest: countersigned(log), manifest: { witnesses: [HEAD_OFFICE.vkey], quorum: 1 } });
    expect(judge(bundle)).toMatchObject({ exitCode: 2, countersigned: 0, tail: 10 });
  });

  it('counts fewer witnesses than the quorum for nothing', () => {
    const log = sampleLog();
    const bundle = exportBundle(log, { newest: log.checkpoint(10, [[AUDIT, NOON + 3600]]) });
    expect(judge(bundle, { witnesses: [HEAD_OFFICE, AUDIT] })).toMatchObject({ exitCode: 2, countersigned: 6 });
    expect(judge(bundle, { witnesses: [HEAD_OFFICE, AUDIT], quorum: 1 })).toMatchObject({ exitCode: 0, countersigned: 10 });
  });

  it('says that the identity of the log rests on the bundle alone where no key is known', () => {
    expect(judge(exportBundle(sampleLog())).unproven.join()).toContain('rests on the bundle alone');
    expect(judge(exportBundle(sampleLog()), { logs: [LOG] }).unproven.join()).not.toContain('rests on the bundle alone');
  });

  it('is another log for somebody who knows the log by another key', () => {
    expect(judge(exportBundle(sampleLog()), { logs: [signer(LOG.name, 1, 'thief')] })).toMatchObject({ exitCode: 1 });
  });

  it('says that scores were not computed again, and what could never be detected', () => {
    const judged = judge(exportBundle(sampleLog()));
    expect(judged.unproven.join()).toContain('Scores were not computed again here. The exporter says of its own: 9 same');
    expect(judged.undetectable.join()).toMatch(/False input.*unwitnessed tail.*stolen.*quorum/);
  });

  it('leaves out the bytes of withheld entries and counts them', () => {
    const log = sampleLog();
    const judged = judge(exportBundle(log, { newest: countersigned(log), withheld: [3, 4] }), { witnesses: [AUDIT] });
    expect(judged).toMatchObject({ exitCode: 0, withheld: 2, read: 8, decisions: 7 });
    expect(judged.unproven.join()).toContain('Withheld entries: 2.');
  });

  it('opens identities under the keys that are there, and tells none of them', () => {
    const log = sampleLog();
    const judged = judge(exportBundle(log, { personal: true }));
    expect(judged).toMatchObject({ exitCode: 2, opened: 7, sealed: 0 });
    expect(JSON.stringify(judged)).not.toMatch(/Grace|Ada/);
    expect(judge(exportBundle(log))).toMatchObject({ opened: 0, sealed: 7 });
  });

  it('holds for more entries than one tile', () => {
    const log = new SampleLog(LOG);
    for (let i = 0; i < 300; i++) log.append('clock-jump', { jump_ms: i });
    log.countersign([AUDIT, NOON]);
    for (let i = 0; i < 300; i++) log.append('clock-jump', { jump_ms: i });
    expect(judge(exportBundle(log), { witnesses: [AUDIT] })).toMatchObject({ exitCode: 2, size: 601, countersigned: 301, checkpoints: 2 });
    expect(judge(log.tiles(), {}, true)).toMatchObject({ exitCode: 2, evidence: 'tiles', size: 601, read: 601 });
  });
});

describe('times', () => {
  it('lie between the anchor and the first checkpoint that covers the entry', () => {
    const log = sampleLog();
    const { times } = judge(exportBundle(log, { newest: countersigned(log) }), { witnesses: [HEAD_OFFICE, AUDIT] });
    expect(times[0]).toMatchObject({ seq: 1, notBefore: null, notAfter: new Date((NOON + 60) * 1000).toISOString() });
    expect(times[4]).toMatchObject({ seq: 5, notAfter: new Date((NOON + 60) * 1000).toISOString() });
    expect(times[5]).toMatchObject({ seq: 6, notAfter: new Date((NOON + 3601) * 1000).toISOString() });
    expect(times[8]).toMatchObject({
      seq: 9,
      notBefore: new Date(NOON * 1000).toISOString(),
      notAfter: new Date((NOON + 3601) * 1000).toISOString(),
    });
  });

  it('cannot be moved by fewer witnesses than the quorum', () => {
    const log = new SampleLog(LOG);
    log.countersign([HEAD_OFFICE, NOON], [AUDIT, NOON + 999_999]);
    log.decide();
    const newest = log.checkpoint(2, [
      [HEAD_OFFICE, NOON + 3600],
      [AUDIT, 5],
    ]);
    const { times } = judge(exportBundle(log, { newest }), { witnesses: [HEAD_OFFICE, AUDIT], quorum: 2 });
    expect(times[0]).toMatchObject({
      notBefore: new Date(NOON * 1000).toISOString(),
      notAfter: new Date((NOON + 3600) * 1000).toISOString(),
    });
  });

  it('are told where the PC said something else, which is no proof of tampering', () => {
    const log = new SampleLog(LOG);
    log.append('decision-to-be', { wall: '2030-01-01T00:00:00.000Z' });
    const judged = judge(exportBundle(log, { newest: log.checkpoint(2, [[AUDIT, NOON]]) }), { witnesses: [AUDIT] });
    expect(judged).toMatchObject({ exitCode: 0, outside: 1 });
  });

  it('need an anchor that is older than the entry', () => {
    const log = new SampleLog(LOG);
    const early = log.decide();
    log.decide();
    const note = log.countersign([AUDIT, NOON]);
    // What no honest log can have: the hash of a checkpoint that covers the entry.
    const forged = log.rewritten(
      (entries) => [
        entries[0]!,
        Buffer.from(entries[early]!.toString().replace('"anchor":null', `"anchor":"${log.anchor}"`)),
        ...entries.slice(2),
      ],
      () => false,
    );
    forged.checkpoints = [{ size: 3, note }];
    expect(judge(exportBundle(forged), { witnesses: [AUDIT] }).tampered.join()).toContain('as older than itself');
  });
});

describe('a bundle of a part of the log', () => {
  it('proves one decision, with the entry that names the key', () => {
    const log = sampleLog();
    const judged = judge(exportBundle(log, { scope: [4, 4], newest: countersigned(log) }), {
      logs: [LOG],
      witnesses: [HEAD_OFFICE, AUDIT],
    });
    expect(judged).toMatchObject({ exitCode: 0, size: 10, countersigned: 10, read: 2, decisions: 1, scope: { from: 4, to: 4 } });
    expect(judged.unproven.join()).toContain('Entries out of scope were not looked at');
  });

  it('proves a range with withheld entries', () => {
    expect(judge(exportBundle(sampleLog(), { scope: [2, 8], withheld: [3] }), { witnesses: [AUDIT] })).toMatchObject({
      exitCode: 2,
      read: 7,
      withheld: 1,
      countersigned: 6,
    });
  });

  it('ties countersigned checkpoints to the newest by their proofs only', () => {
    const without = (files: Map<string, Buffer>): void => void files.delete('consistency/6-10');
    const judged = judge(exportBundle(sampleLog(), { scope: [4, 4], change: without }), { witnesses: [AUDIT] });
    expect(judged).toMatchObject({ exitCode: 2, countersigned: 0, tail: 10 });
    expect(judged.times[0]).toMatchObject({ notBefore: null, notAfter: null });
    expect(judged.unproven.join()).toContain('could not be compared');
  });

  it('needs every entry of its scope', () => {
    const without = (files: Map<string, Buffer>): void => void files.delete('entries/5.json');
    expect(judge(exportBundle(sampleLog(), { scope: [4, 6], change: without }))).toMatchObject({
      exitCode: 3,
      malformed: ['entry 5 is in scope, and neither there nor withheld.'],
    });
  });
});

describe('epochs', () => {
  function restored(previous: (log: SampleLog) => string | null): SampleLog {
    const log = sampleLog();
    log.begin(signer('branch-7.example/epoch-2', 1), { origin: LOG.name, checkpoint: previous(log) });
    log.decide();
    return log;
  }

  it('are followed through the entries that begin them', () => {
    const log = restored(({ checkpoints }) => checkpoints[0]!.note);
    for (const scope of [undefined, [11, 11] as [number, number]]) {
      const judged = judge(exportBundle(log, { ...(scope && { scope }) }), { witnesses: [AUDIT], logs: [LOG] });
      expect(judged).toMatchObject({ exitCode: 2, size: 12, countersigned: 6, tail: 6 });
      expect(judged.logs.map(({ from, pinned }: { from: number; pinned: boolean }) => [from, pinned])).toEqual([
        [0, true],
        [10, false],
      ]);
    }
  });

  it('are a fork when the old key signed beyond their beginning', () => {
    const log = restored(({ checkpoints }) => checkpoints[0]!.note);
    log.checkpoints.push({
      size: 11,
      note: Object.assign(Object.create(SampleLog.prototype) as SampleLog, log, { epochs: log.epochs.slice(0, 1) }).checkpoint(11),
    });
    expect(judge(exportBundle(log)).tampered.join()).toContain("not signed by the log's key of that time");
  });

  it('must go on from what the epoch before had reached', () => {
    const longer = sampleLog();
    for (let i = 0; i < 5; i++) longer.decide();
    const cut = restored(() => longer.checkpoint(15, [[AUDIT, NOON]]));
    expect(judge(exportBundle(cut))).toMatchObject({ exitCode: 1 });
    const other = new SampleLog(LOG);
    for (let i = 0; i < 5; i++) other.append('other');
    expect(judge(exportBundle(restored(() => other.checkpoint())))).toMatchObject({ exitCode: 1 });
    expect(judge(exportBundle(restored(() => null)))).toMatchObject({ exitCode: 2 });
  });

  it('are all in the bundle of a part, in scope or not', () => {
    const log = restored(() => null);
    const without = (files: Map<string, Buffer>): void => void (files.delete('entries/0.json') && files.delete('proofs/0.tlog-proof'));
    expect(judge(exportBundle(log, { scope: [11, 11], change: without }))).toMatchObject({ exitCode: 3 });
    expect(judge(exportBundle(log, { scope: [4, 4], manifest: { logs: [] } }))).toMatchObject({ exitCode: 3 });
  });
});
