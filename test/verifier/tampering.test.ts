/** The table of tampering: each change by somebody who holds the log's key and computes everything anew, and each by somebody who does not. */
import { describe, expect, it } from 'vitest';
import { judge, type Known } from './judge.ts';
import { canonical, digest, exportBundle, type Files, SampleLog, signBundle, signer } from './sample-log.ts';
import { entryTiles, hashLeaf, hashTiles } from './sample-tree.ts';

const LOG = signer('branch-7.example/epoch-1', 1);
const WITNESS = signer('head-office.example', 4);
const KNOWN: Known = { logs: [LOG], witnesses: [WITNESS] };
const SIZE = 12;
const COUNTERSIGNED = 8;

/** Twelve entries, countersigned at eight. */
function honestLog(): SampleLog {
  const log = new SampleLog(LOG);
  for (let seq = 1; seq < SIZE; seq++) {
    if (seq === COUNTERSIGNED) log.countersign([WITNESS, 1_700_000_000]);
    log.decide();
  }
  return log;
}

const log = honestLog();
const CHANGED = canonical({ ...(JSON.parse(String(log.entries[1])) as object), decision: 'approve' });

/** What can be done to the entries around one place. */
const CHANGES: Record<string, (entries: Buffer[], at: number) => Buffer[]> = {
  edit: (entries, at) => entries.with(at, CHANGED),
  swap: (entries, at) => entries.with(at, entries[at + 1]!).with(at + 1, entries[at]!),
  delete: (entries, at) => entries.toSpliced(at, 1),
  insert: (entries, at) => entries.toSpliced(at, 0, CHANGED),
  truncate: (entries, at) => entries.slice(0, at),
  rewrite: (entries, at) => [...entries.slice(0, at), ...entries.slice(at).map(() => CHANGED)],
};
const PLACES = { below: 3, above: 9 };
const KINDS = Object.keys(CHANGES);

describe('with the key of the log, everything computed anew', () => {
  const receipt = log.receipt(10);
  /** Truncation below leaves fewer entries than the countersigned checkpoint has: the log must keep it, or there is nothing to see. */
  const forge = (kind: string, at: number): SampleLog => {
    const forged = log.rewritten((entries) => CHANGES[kind]!(entries, at));
    forged.checkpoints = [...log.checkpoints];
    return forged;
  };

  it.each(KINDS)('%s below the last countersigned checkpoint is tampering, in all tiles', (kind) => {
    expect(judge(exportBundle(forge(kind, PLACES.below)), KNOWN)).toMatchObject({ verdict: 'tampered' });
  });

  it.each(KINDS)('%s below it is tampering in a part of the log too', (kind) => {
    const forged = forge(kind, PLACES.below);
    expect(judge(exportBundle(forged, { scope: [1, 2] }), KNOWN)).toMatchObject({ verdict: 'tampered' });
  });

  it.each(KINDS)('%s above it goes undetected without a receipt', (kind) => {
    expect(judge(exportBundle(forge(kind, PLACES.above)), KNOWN)).toMatchObject({
      verdict: 'unwitnessed-tail',
      countersigned: COUNTERSIGNED,
    });
  });

  it.each(KINDS)('%s above it is tampering against a receipt', (kind) => {
    expect(judge(exportBundle(forge(kind, PLACES.above)), { ...KNOWN, receipts: [receipt] })).toMatchObject({ verdict: 'tampered' });
  });

  it.each(KINDS)('%s below it is tampering against the checkpoint that was kept elsewhere, though the bundle leaves it out', (kind) => {
    const forged = forge(kind, PLACES.below);
    forged.checkpoints = [];
    const kept = log.checkpoints[0]!.note;
    expect(judge(exportBundle(forged), { ...KNOWN, checkpoints: [kept] })).toMatchObject({ verdict: 'tampered' });
  });

  it('a log cut off just where it was countersigned looks whole, and is tampering against a receipt or a later checkpoint', () => {
    const cut = log.rewritten((entries) => entries.slice(0, COUNTERSIGNED));
    const bundle = exportBundle(cut, { newest: log.checkpoints[0]!.note });
    expect(judge(bundle, KNOWN)).toMatchObject({ verdict: 'intact' });
    expect(judge(bundle, KNOWN).unproven.join()).toContain('That the log ended with entry 7');
    expect(judge(bundle, { ...KNOWN, receipts: [receipt] })).toMatchObject({ verdict: 'tampered' });
    expect(judge(bundle, { ...KNOWN, checkpoints: [log.checkpoint()] })).toMatchObject({ verdict: 'tampered' });
  });

  it('a rewrite before the first countersignature goes undetected without a receipt, and is tampering with one', () => {
    const forged = log.rewritten(
      (entries) => CHANGES.rewrite!(entries, 1),
      () => false,
    );
    expect(judge(exportBundle(forged), KNOWN)).toMatchObject({ verdict: 'unwitnessed-tail', countersigned: 0 });
    expect(judge(exportBundle(forged), { ...KNOWN, receipts: [receipt] })).toMatchObject({ verdict: 'tampered' });
  });

  it('a log begun anew under another key is tampering against a receipt, or for who knows the key', () => {
    const other = new SampleLog(signer(LOG.name, 1, 'another'));
    for (let seq = 1; seq < SIZE; seq++) other.decide();
    expect(judge(exportBundle(other), { witnesses: [WITNESS] })).toMatchObject({ verdict: 'unwitnessed-tail' });
    expect(judge(exportBundle(other), { witnesses: [WITNESS], receipts: [receipt] })).toMatchObject({ verdict: 'tampered' });
    expect(judge(exportBundle(other), KNOWN)).toMatchObject({ verdict: 'tampered' });
  });

  it('two checkpoints of one size with two roots are tampering', () => {
    const forged = forge('edit', PLACES.above);
    forged.checkpoints.push({ size: 10, note: log.checkpoint(10) });
    expect(judge(exportBundle(forged), KNOWN)).toMatchObject({ verdict: 'tampered' });
  });
});

describe('receipts and kept checkpoints', () => {
  it('that fit are told as proven', () => {
    const judged = judge(exportBundle(log), { ...KNOWN, receipts: [log.receipt(9, 10)] });
    expect(judged.verdict).toBe('unwitnessed-tail');
    expect(judged.proven.join()).toContain('Entry 9 is the one for which');
  });

  it('that are countersigned and were kept elsewhere witness the log as those in the bundle do', () => {
    expect(judge(exportBundle(log), { ...KNOWN, checkpoints: [log.checkpoint(SIZE, [[WITNESS, 1_700_000_500]])] })).toMatchObject({
      verdict: 'intact',
    });
  });

  it('for more entries than there are tell that entries were cut off', () => {
    const longer = honestLog();
    longer.decide();
    expect(judge(exportBundle(log), { ...KNOWN, receipts: [longer.receipt(12)] }).tampered.join()).toContain('entries were cut off');
  });

  it('for another entry than the one at that place are tampering', () => {
    const swapped = log.receipt(9).replace('index 9', 'index 8');
    expect(judge(exportBundle(log), { ...KNOWN, receipts: [swapped] })).toMatchObject({ verdict: 'tampered' });
  });

  it('cannot all be compared with a part of the log, and then nothing is called intact', () => {
    const whole = log.checkpoint(SIZE, [[WITNESS, 1_700_000_500]]);
    const part = exportBundle(log, { scope: [10, 10], newest: whole });
    expect(judge(part, KNOWN)).toMatchObject({ verdict: 'intact' });
    expect(judge(part, { ...KNOWN, receipts: [log.receipt(10, SIZE)] })).toMatchObject({ verdict: 'intact' });
    expect(judge(part, { ...KNOWN, receipts: [log.receipt(10, 11)] })).toMatchObject({ verdict: 'unwitnessed-tail' });
    expect(judge(part, { ...KNOWN, receipts: [log.receipt(7, SIZE)] })).toMatchObject({ verdict: 'unwitnessed-tail' });
  });

  it("that somebody else signed, or the log under another name, are not this log's", () => {
    const signed = (by: typeof LOG, origin: string): string => {
      const body = log.checkpoint(9).split('\n\n')[0]!.replace(LOG.name, origin);
      return `${body}\n\n${by.line(`${body}\n`)}`;
    };
    expect(judge(exportBundle(log), { checkpoints: [signed(LOG, LOG.name)] })).toMatchObject({ verdict: 'unwitnessed-tail' });
    expect(judge(exportBundle(log), { checkpoints: [signed(signer(LOG.name, 1, 'thief'), LOG.name)] })).toMatchObject({
      verdict: 'tampered',
    });
    expect(judge(exportBundle(log), { checkpoints: [signed(LOG, 'another')] })).toMatchObject({ verdict: 'tampered' });
  });

  it('count a witness once, however often it signed', () => {
    const note = log.checkpoint(SIZE, [
      [WITNESS, 1_700_000_500],
      [WITNESS, 1_700_000_600],
    ]);
    const known = { logs: [LOG], witnesses: [WITNESS, signer('other.example', 4)], quorum: 2 };
    expect(judge(exportBundle(log, { newest: note }), known)).toMatchObject({ verdict: 'unwitnessed-tail', countersigned: 0 });
  });

  it('that are no receipts are malformed', () => {
    for (const text of [
      '',
      'hello',
      log.checkpoint(),
      log.receipt(9).replace('@v1', '@v2'),
      log.receipt(9).replace('index 9', 'index 09'),
    ]) {
      expect(judge(exportBundle(log), { ...KNOWN, receipts: [text] })).toMatchObject({ verdict: 'malformed' });
    }
  });
});

describe('without the key of the log', () => {
  const bundle = (): Files => exportBundle(log);
  const resealed = (files: Files): Files => {
    files.delete('manifest.json');
    files.delete('manifest.note');
    // A manifest that fits, signed by a key that is not the log's.
    const thief = Object.assign(Object.create(SampleLog.prototype) as SampleLog, log, {
      epochs: [{ from: 0, signer: signer(LOG.name, 1, 'thief') }],
    });
    const logs = [{ origin: LOG.name, vkey: LOG.vkey, from: 0 }];
    return signBundle(thief, files, { scope: { from: 0, to: SIZE - 1 }, withheld: [], personal: false, logs });
  };

  it.each(KINDS)('%s is tampering, even where tiles and manifest are made to fit', (kind) => {
    for (const at of Object.values(PLACES)) {
      const entries = CHANGES[kind]!([...log.entries], at).map((bytes, seq) =>
        canonical({ ...(JSON.parse(String(bytes)) as object), seq }),
      );
      const files = bundle();
      for (const path of files.keys()) if (path.startsWith('tile/')) files.delete(path);
      for (const [path, bytes] of [...hashTiles(entries.map(hashLeaf)), ...entryTiles(entries)]) files.set(path, bytes);
      expect(judge(resealed(files), KNOWN)).toMatchObject({ verdict: 'tampered' });
    }
  });

  it('a file that is changed, missing or added is tampering', () => {
    for (const change of [
      (files: Files) => files.set('README.txt', Buffer.from('Pay the bearer.\n')),
      (files: Files) => files.delete('README.txt'),
      (files: Files) => files.set('extra.txt', Buffer.from('x')),
    ]) {
      const files = bundle();
      change(files);
      expect(judge(files, KNOWN)).toMatchObject({ verdict: 'tampered' });
    }
  });

  it('another root, size or list of files in the manifest is tampering', () => {
    for (const manifest of [{ size: 13 }, { root: Buffer.alloc(32).toString('base64') }, { origin: 'other' }]) {
      expect(judge(exportBundle(log, { manifest }), KNOWN)).toMatchObject({ verdict: 'tampered' });
    }
    const files = bundle();
    files.set('manifest.json', Buffer.from(files.get('manifest.json')!.toString().replace('"ursula"', '"nobody"')));
    expect(judge(files, KNOWN).tampered.join()).toContain("not what the log's key signed");
  });

  it('another list of keys in the manifest than in the log is tampering', () => {
    const logs = [{ origin: LOG.name, vkey: LOG.vkey, from: 3 }];
    expect(judge(exportBundle(log, { manifest: { logs } }), KNOWN).tampered).toEqual([
      'The manifest names other keys than the entries that begin epochs.',
    ]);
  });

  it('a cosignature that does not hold is tampering, and one of a stranger is nothing', () => {
    const forged = exportBundle(log, { newest: log.checkpoint(SIZE, [[signer(WITNESS.name, 4, 'stranger'), 1_700_000_500]]) });
    expect(judge(forged, KNOWN)).toMatchObject({ verdict: 'unwitnessed-tail', countersigned: COUNTERSIGNED });
    const note = log.checkpoint(SIZE, [[WITNESS, 1_700_000_500]]);
    const payload = Buffer.from(note.trim().split(' ').at(-1)!, 'base64');
    const moved = Buffer.from(payload);
    moved.writeBigUInt64BE(1_600_000_000n, 4);
    expect(judge(exportBundle(log, { newest: note.replace(payload.toString('base64'), moved.toString('base64')) }), KNOWN)).toMatchObject({
      verdict: 'tampered',
    });
  });

  it('proofs that belong to other entries or another checkpoint are tampering', () => {
    const swap = (files: Files): void => {
      files.set('proofs/3.tlog-proof', files.get('proofs/4.tlog-proof')!);
    };
    expect(judge(exportBundle(log, { scope: [3, 4], change: swap }), KNOWN)).toMatchObject({ verdict: 'tampered' });
    const older = (files: Files): void => void files.set('proofs/3.tlog-proof', Buffer.from(log.receipt(3, 11)));
    expect(judge(exportBundle(log, { scope: [3, 4], change: older }), KNOWN)).toMatchObject({ verdict: 'tampered' });
    const renamed = (files: Files): void =>
      void files.set('proofs/3.tlog-proof', Buffer.from(log.receipt(3).replace('index 3', 'index 4')));
    expect(judge(exportBundle(log, { scope: [3, 4], change: renamed }), KNOWN)).toMatchObject({ verdict: 'tampered' });
    const edited = (files: Files): void =>
      void files.set('entries/3.json', canonical({ ...(JSON.parse(String(log.entries[3])) as object), pd: 0.5 }));
    expect(judge(exportBundle(log, { scope: [3, 4], change: edited }), KNOWN).tampered.join()).toContain('Entry 3 is not the one');
    const untied = (files: Files): void => void files.set('consistency/8-12', Buffer.from(`${Buffer.alloc(32).toString('base64')}\n`));
    expect(judge(exportBundle(log, { scope: [3, 4], change: untied }), KNOWN)).toMatchObject({ verdict: 'tampered' });
  });
});

describe('what entries need', () => {
  it('an artefact of another content is tampering, a missing one malformed', () => {
    for (const path of [...exportBundle(log).keys()].filter((name) => name.startsWith('artefacts/'))) {
      expect(
        judge(exportBundle(log, { change: (files) => files.set(path, canonical({ files: { 'model.onnx': digest('') } })) })),
      ).toMatchObject({ verdict: 'tampered' });
      expect(judge(exportBundle(log, { change: (files) => files.delete(path) }))).toMatchObject({ verdict: 'malformed' });
    }
  });

  it('keys of identities that are not those committed to are tampering', () => {
    const other = (files: Files): void => void files.set('identities/3.json', files.get('identities/4.json')!);
    expect(judge(exportBundle(log, { personal: true, change: other })).tampered.join()).toContain('identities/3.json is not the key');
    const wrong = (files: Files): void =>
      void files.set('identities/3.json', canonical({ kid: 'kid-3', key: Buffer.alloc(32).toString('base64') }));
    expect(judge(exportBundle(log, { personal: true, change: wrong }))).toMatchObject({ verdict: 'tampered' });
  });

  it('a sealed part that opens under a key it is not committed to, or does not open under the one it is, is tampering', () => {
    const entry = JSON.parse(String(log.entries[3])) as { pii: Record<string, string> };
    const resealed = (change: Record<string, string>) =>
      log.rewritten(
        (entries) => entries.with(3, canonical({ ...entry, pii: { ...entry.pii, ...change } })),
        () => false,
      );
    for (const change of [{ kc: Buffer.alloc(32).toString('base64') }, { tag: Buffer.alloc(16).toString('base64') }, { kid: 'kid-4' }]) {
      expect(judge(exportBundle(resealed(change), { personal: true })).tampered).toEqual([
        'identities/3.json is not the key of what entry 3 sealed.',
      ]);
    }
    for (const change of [{ nonce: '' }, { tag: 'AAAA' }, { ct: '!' }])
      expect(judge(exportBundle(resealed(change), { personal: true }))).toMatchObject({ verdict: 'malformed' });
  });

  it('keys where nothing personal should be, or for nothing sealed, are malformed', () => {
    const slip = (files: Files): void => void files.set('identities/3.json', canonical(log.keys.get(3)));
    expect(judge(exportBundle(log, { change: slip }))).toMatchObject({ verdict: 'malformed' });
    const stray = (files: Files): void => void files.set('identities/0.json', canonical(log.keys.get(3)));
    expect(judge(exportBundle(log, { personal: true, change: stray }))).toMatchObject({ verdict: 'malformed' });
  });

  it('a replay that says too little, too much or nonsense is malformed', () => {
    const results = (list: unknown[]) => ({ change: (files: Files) => files.set('replay.json', canonical(list)) });
    const all = JSON.parse(String(exportBundle(log).get('replay.json'))) as object[];
    for (const list of [
      all.slice(1),
      [...all, { seq: 0, verdict: 'same' }],
      [...all, all[0]!],
      all.map((each) => ({ ...each, verdict: 'fine' })),
      [null],
    ]) {
      expect(judge(exportBundle(log, results(list)))).toMatchObject({ verdict: 'malformed' });
    }
  });
});
