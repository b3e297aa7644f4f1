import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../../branch/log/countersigning.ts';
import { beginEpoch } from '../../../branch/log/epochs.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import type { Writer } from '../../../db/handle.ts';
import { getEntry, listEntries } from '../../../db/log-entries.ts';
import { putSettings } from '../../../db/settings.ts';
import { canonicalise } from '../../../ledger/canonical-json.ts';
import { signCheckpoint } from '../../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../../ledger/merkle.ts';
import { noteSigner } from '../../../ledger/note-keys.ts';
import { forged, hex, tamper } from '../../support/tamper.ts';
import { decisionDraft, type TestLog, temporaryLog, verified } from '../../support/temporary-log.ts';
import { countersigned, witnessNamed } from '../../support/witnesses.ts';

const office = witnessNamed('head-office');
const audit = witnessNamed('internal-audit');
const BY = { actor: 'it-1', role: 'it' } as const;
const failure = { type: 'failure', actor: 'system', role: 'system', kind: 'disk-error', happened: 'The disk stopped.' } as const;

const witness = ({ log }: TestLog, ...times: [number, number]) =>
  acceptCountersigned(log, countersigned(checkpointLog(log).note, [office, times[0]], [audit, times[1]]));
const decide = ({ log }: TestLog, n: number) => appendEntries(log, [{ entry: decisionDraft(n) }]);

/** Entries 0 to 4 and 5 to 8, each part countersigned, and with `tail` one more. Two witnesses, both needed. */
function witnessed({ tail = false } = {}): TestLog {
  const made = temporaryLog();
  trustWitnesses(made.log, { witnesses: [office.vkey, audit.vkey], quorum: 2 }, BY);
  for (const n of [1, 2, 3]) decide(made, n);
  witness(made, 1_772_400_000, 1_772_400_050);
  for (const n of [4, 5, 6, 7]) decide(made, n);
  witness(made, 1_772_500_000, 1_772_500_050);
  if (tail) decide(made, 8);
  return made;
}

/** Entries from `seq` on rewritten with a consistent tree, as somebody with the database's key would. */
function rewrite(db: Writer, seq: number, bytes: Buffer): void {
  const leaves = listEntries(db, 0, 1000).map((entry) => leafHash(entry.seq === seq ? bytes : entry.bytes));
  let frontier = EMPTY_FRONTIER;
  const roots = leaves.map((leaf) => {
    frontier = extendFrontier(frontier, [leaf]).frontier;
    return rootOf(frontier);
  });
  tamper(
    db,
    `UPDATE entries SET bytes = ${hex(bytes)}, leaf_hash = ${hex(leaves[seq]!)} WHERE seq = ${seq}`,
    `UPDATE decisions SET score = 700 WHERE seq = ${seq}`,
    ...roots.map((root, at) => `UPDATE entries SET root = ${hex(root)} WHERE seq = ${at} AND root IS NOT NULL`),
  );
}

function cut(db: Writer, from: number): void {
  const tables = ['decisions', 'events', 'entries', 'checkpoints'];
  tamper(db, ...tables.map((table) => `DELETE FROM ${table} WHERE ${table === 'checkpoints' ? `size > ${from}` : `seq >= ${from}`}`));
}

describe('a log that witnesses countersigned', () => {
  it('is intact when a quorum stands for all of it', async () => {
    const { file } = witnessed();
    expect(await verified(file)).toMatchObject({ verdict: 'intact', size: 9, countersigned: 9, findings: [] });
  });

  it('has an unwitnessed tail behind the last countersigned checkpoint', async () => {
    const made = witnessed({ tail: true });
    checkpointLog(made.log);
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 10, countersigned: 9, findings: [] });
  });

  it('is proven only as far as the witnesses that are believed now stand for it', async () => {
    const made = witnessed();
    trustWitnesses(made.log, { witnesses: [office.vkey, witnessNamed('third').vkey], quorum: 2 }, BY);
    expect(await verified(made.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', countersigned: 0, findings: [] });
  });
});

describe('below the last countersigned checkpoint', () => {
  it('a rewriting of everything is found, though the forger holds every key of the PC', async () => {
    const { db, file } = witnessed();
    rewrite(db, 3, forged(db, 3, { score: 700 }));
    tamper(db, 'DELETE FROM checkpoints');
    const report = await verified(file);
    expect(report).toMatchObject({ verdict: 'tampered', countersigned: 0 });
    expect(report.findings.map(({ seq }) => seq)).toEqual([4, 8]);
    expect(report.findings[0]!.message).toMatch(/not those that were countersigned/);
  });

  it('a cutting off is found', async () => {
    const { db, file } = witnessed();
    cut(db, 7);
    const report = await verified(file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings).toEqual([{ seq: null, message: expect.stringMatching(/countersigned over 9 entries, but only 7/) }]);
  });
});

describe('above the last countersigned checkpoint', () => {
  it('neither a rewriting nor a cutting off is found, and the verdict says that it could not be', async () => {
    const first = witnessed({ tail: true });
    rewrite(first.db, 9, forged(first.db, 9, { score: 700 }));
    expect(await verified(first.file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 10, countersigned: 9 });
    const second = witnessed({ tail: true });
    cut(second.db, 9);
    expect(await verified(second.file)).toMatchObject({ verdict: 'intact', size: 9 });
  });
});

describe('what ties a log to its witnesses', () => {
  const cases: [string, (made: TestLog) => void, RegExp][] = [
    [
      'a countersigned checkpoint taken out',
      ({ db }) => tamper(db, 'DELETE FROM countersigned WHERE size = 5'),
      /that entry 5 names is not kept/,
    ],
    [
      'a cosignature changed',
      ({ db }) => tamper(db, `UPDATE countersigned SET note = replace(note, '— ${audit.name} ', '— ${audit.name} A') WHERE size = 9`),
      /countersigned checkpoint of 9 entries is not what was signed/,
    ],
    [
      'a countersigned root',
      ({ db }) => tamper(db, `UPDATE countersigned SET root = ${hex(Buffer.alloc(32))} WHERE size = 9`),
      /of 9 entries is not what was signed/,
    ],
    [
      'other witnesses in the settings',
      ({ db }) => putSettings(db, { 'witness.policy': '{"quorum":1,"witnesses":[]}' }),
      /witnesses that are believed/,
    ],
    [
      'the witnesses taken out of the settings',
      ({ db }) => tamper(db, "DELETE FROM settings WHERE key = 'witness.policy'"),
      /witnesses that are believed/,
    ],
    ['an anchor in an entry that it covers', (made) => forgeAnchor(made, 4), /covers the entry itself/],
    ['an anchor that goes back', (made) => forgeAnchor(made, 10), /names an older countersigned checkpoint/],
    ['an anchor left out', (made) => rewrite(made.db, 8, forged(made.db, 8, { anchor: null })), /names no countersigned checkpoint/],
  ];

  it.each(cases)('%s is found', async (_, change, message) => {
    const made = witnessed({ tail: true });
    decide(made, 9);
    change(made);
    const report = await verified(made.file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings).toContainEqual({ seq: expect.toSatisfy(() => true), message: expect.stringMatching(message) });
  });

  function forgeAnchor({ db }: TestLog, seq: number): void {
    const first = JSON.parse(getEntry(db, 5)!.bytes.toString('utf8')) as { anchor: string };
    rewrite(db, seq, forged(db, seq, { anchor: first.anchor }));
  }
});

describe('epochs', () => {
  /** An epoch of four entries, one of two, one of one; each with checkpoints. */
  function threeEpochs(): TestLog {
    const made = temporaryLog();
    for (const n of [1, 2, 3]) decide(made, n);
    checkpointLog(made.log);
    beginEpoch(made.log, 'restored');
    decide(made, 4);
    checkpointLog(made.log);
    beginEpoch(made.log, 'copied');
    checkpointLog(made.log);
    return made;
  }

  it('are followed through their keys, wherever they begin', async () => {
    const { file } = threeEpochs();
    expect(await verified(file)).toMatchObject({ size: 7, findings: [] });
  });

  it.each<[string, (made: TestLog) => void, RegExp]>([
    ['begun without the one before', ({ db }) => rewrite(db, 4, forged(db, 4, { previous: null })), /does not go on from the epoch before/],
    [
      'said to have reached what it had not',
      ({ db }) => {
        const genesis = JSON.parse(getEntry(db, 4)!.bytes.toString('utf8')) as { previous: { origin: string } };
        const { origin } = genesis.previous;
        const checkpoint = signCheckpoint(4, Buffer.alloc(32), noteSigner(origin, Buffer.alloc(32, 9)));
        rewrite(db, 4, forged(db, 4, { previous: { origin, checkpoint } }));
      },
      /had reached is not what is stored/,
    ],
    [
      'of the same name again',
      ({ db, log }) => rewrite(db, 4, forged(db, 4, { origin: log.origin, vkey: log.signer.vkey })),
      /used before/,
    ],
    [
      'whose key is another',
      ({ db, log }) => putSettings(db, { 'log.skey': noteSigner(log.origin, Buffer.alloc(32, 9)).skey }),
      /key that signs/,
    ],
    [
      'whose checkpoint the key before signed',
      ({ db }) => tamper(db, 'UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 6) WHERE size = 7'),
      /checkpoint of 7 entries is not what the log's key signed/,
    ],
  ])('%s are found', async (_, change, message) => {
    const made = threeEpochs();
    change(made);
    const report = await verified(made.file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings).toContainEqual({ seq: expect.any(Number), message: expect.stringMatching(message) });
  });
});

describe("an entry that is canonical JSON and not of the log's format", () => {
  it.each<[string, object]>([
    ['of no known type', { type: 'nothing' }],
    ['with a member too many', { type: 'failure', more: 1 }],
    ['with a member too few', { type: 'failure', kind: undefined }],
    ['with a member of another kind', { type: 'failure', kind: 7 }],
    ['of another version', { type: 'failure', v: 2 }],
    ['that is a decision without inputs', { ...decisionDraft(9), inputs: null }],
    ['that is a decision of an outcome that there is not', { ...decisionDraft(9), decision: 'maybe' }],
    ['that is a decision with an artefact without a name', { ...decisionDraft(9), model: { version: '1.0.0' } }],
    ['that is a decision with a member too many', { ...decisionDraft(9), more: 1 }],
  ])('%s makes the log malformed', async (_, change) => {
    const { db, log, file } = temporaryLog();
    appendEntries(log, [{ entry: failure }]);
    const { kind, happened, type, ...base } = JSON.parse(getEntry(db, 1)!.bytes.toString('utf8')) as Record<string, unknown>;
    const whole = { ...('application' in change ? base : { ...base, kind, happened, type }), ...change };
    const bytes = Buffer.from(canonicalise(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))));
    const type2 = (change as { type: string }).type;
    rewrite(db, 1, bytes);
    tamper(db, `UPDATE entries SET type = '${type2}' WHERE seq = 1`);
    const report = await verified(file);
    expect(report.findings).toContainEqual({ seq: 1, message: expect.stringMatching(/not an entry of this log's format/) });
  });
});
