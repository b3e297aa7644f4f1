import { describe, expect, it } from 'vitest';
import { sealIdentity } from '../../../branch/keys/seal-identity.ts';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { openLog } from '../../../branch/log/open-log.ts';
import { type VerifyStep, verifyLog } from '../../../branch/log/verify-log.ts';
import { verifyProgress } from '../../../contract/ipc.ts';
import type { Writer } from '../../../db/handle.ts';
import { getEntry, getLogState } from '../../../db/log-entries.ts';
import { putSettings } from '../../../db/settings.ts';
import { canonicalise } from '../../../ledger/canonical-json.ts';
import { openCheckpoint, signCheckpoint } from '../../../ledger/checkpoint.ts';
import { EMPTY_FRONTIER, extendFrontier, leafHash, rootOf } from '../../../ledger/merkle.ts';
import { noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { forged, hex, tamper } from '../../support/tamper.ts';
import { CODE, decisionDraft, readerOf, temporaryLog, verified } from '../../support/temporary-log.ts';

const DECISIONS = 20;

/** A log with twenty decisions (entries 1 to 20, one with a name), an activation and checkpoints at 11 and 22. */
function filled() {
  const made = temporaryLog();
  const { log, clock } = made;
  const { sealed, identityKey } = sealIdentity({ first_name: 'Ada', last_name: 'Example' });
  for (let n = 1; n <= DECISIONS; n++) {
    const named =
      n === 7 ? { entry: decisionDraft(n, { pii: sealed }), applicant: 'Ada Example', identityKey } : { entry: decisionDraft(n) };
    appendEntries(log, [named]);
    clock.pass(60_000);
    if (n === 10) checkpointLog(log);
  }
  const artefact = { name: 'm', version: '1.0.0', sha256: 'a'.repeat(64) };
  appendEntries(log, [
    { entry: { type: 'model-activated', actor: 'it-1', role: 'it', product: 'p', artefact, alias: 'champion', previous: null } },
  ]);
  checkpointLog(log);
  return made;
}

const failure = { type: 'failure', actor: 'system', role: 'system', kind: 'disk-error', happened: 'The disk stopped.' } as const;

/** A log long enough that the tree has stored nodes, of commits of ten entries. */
function tiled() {
  const made = temporaryLog();
  for (let n = 0; n < 60; n++)
    appendEntries(
      made.log,
      Array.from({ length: 10 }, () => ({ entry: failure })),
    );
  return made;
}

const CUT_LAST = 'DELETE FROM entries WHERE seq = 21';

describe('verifying', () => {
  it('finds an untouched log intact, says so while it grows, and reports as the contract says', async () => {
    const { db, log, file } = filled();
    const steps: VerifyStep[] = [];
    for await (const step of verifyLog(readerOf(file))) {
      steps.push(verifyProgress.parse(step) as VerifyStep);
      if (steps.length === 1) appendEntries(log, [{ entry: decisionDraft(99) }]);
    }
    const { root } = getLogState(db);
    expect(steps.at(-1)).toMatchObject({
      step: 'report',
      report: { verdict: 'intact-unwitnessed-tail', size: 22, countersigned: 0, findings: [] },
    });
    expect(steps.slice(0, -1)).toEqual([
      { step: 'progress', done: 11, total: 22 },
      { step: 'progress', done: 22, total: 22 },
    ]);
    expect(await verified(file)).toMatchObject({ verdict: 'intact-unwitnessed-tail', size: 23, root: root!.toString('base64') });
  });

  it('needs a reader of its own', async () => {
    const { db } = temporaryLog();
    await expect(verifyLog(db).next()).rejects.toThrow(TypeError);
  });

  const cases: [string, (db: Writer) => string[], number | null, RegExp][] = [
    [
      'a byte of an entry',
      (db) => [`UPDATE entries SET bytes = ${hex(forged(db, 5, { score: 700 }))} WHERE seq = 5`],
      5,
      /bytes of entry 5/,
    ],
    [
      'an entry and its leaf hash',
      (db) => {
        const bytes = forged(db, 5, { score: 700 });
        return [
          `UPDATE entries SET bytes = ${hex(bytes)}, leaf_hash = ${hex(leafHash(bytes))} WHERE seq = 5`,
          'UPDATE decisions SET score = 700 WHERE seq = 5',
        ];
      },
      5,
      /root stored with entry 5/,
    ],
    ['a stored leaf hash', () => [`UPDATE entries SET leaf_hash = ${hex(Buffer.alloc(32))} WHERE seq = 9`], 9, /entry 9/],
    ['a node too many', () => [`INSERT INTO nodes VALUES (8, 9, ${hex(Buffer.alloc(32))})`], null, /1 rows in nodes/],
    ['an entry taken out', () => ['DELETE FROM entries WHERE seq = 12'], 12, /Entry 12 is missing/],
    [
      'two entries swapped',
      (db) => {
        const [a, b] = [getEntry(db, 3)!, getEntry(db, 4)!];
        const put = (seq: number, { bytes, leafHash }: typeof a): string =>
          `UPDATE entries SET bytes = ${hex(bytes)}, leaf_hash = ${hex(leafHash)} WHERE seq = ${seq}`;
        return [put(3, b), put(4, a)];
      },
      3,
      /another place/,
    ],
    [
      'an entry added behind',
      () => [`INSERT INTO entries VALUES (22, 'failure', ${hex(leafHash(Buffer.from('{}')))}, ${hex(Buffer.from('{}'))}, NULL)`],
      22,
      /ends with entry 22 in the middle of a commit/,
    ],
    ['the last entry cut off', () => [CUT_LAST], null, /signed over 22 entries, but only 21/],
    ['the last root', () => [`UPDATE entries SET root = ${hex(Buffer.alloc(32))} WHERE seq = 21`], 21, /root stored with entry 21/],
    ['an earlier root', () => [`UPDATE entries SET root = ${hex(Buffer.alloc(32))} WHERE seq = 3`], 3, /root stored with entry 3/],
    ['the last root taken out', () => ['UPDATE entries SET root = NULL WHERE seq = 21'], 21, /in the middle of a commit/],
    [
      'a checkpoint over another root',
      () => [`UPDATE checkpoints SET root = ${hex(Buffer.alloc(32))} WHERE size = 11`],
      10,
      /checkpoint of 11/,
    ],
    [
      'a checkpoint signed by another key',
      (db) => [`UPDATE checkpoints SET note = '${forgedCheckpoint(db)}' WHERE size = 22`],
      21,
      /not what the log's key signed/,
    ],
    ['the listed outcome', () => ["UPDATE decisions SET outcome = 'approve' WHERE seq = 1"], 1, /otherwise/],
    ['the listed amount', () => ['UPDATE decisions SET amount = 1 WHERE seq = 2'], 2, /otherwise/],
    ['a listed application', () => ["UPDATE decisions SET application_id = 'x' WHERE seq = 2"], 2, /otherwise/],
    ['a listed name', () => ["UPDATE decisions SET applicant = 'Bob Example' WHERE seq = 7"], 7, /does not name/],
    ['a name where nobody was named', () => ["UPDATE decisions SET applicant = 'Ada' WHERE seq = 8"], 8, /does not name/],
    [
      "an applicant's key",
      () => [`UPDATE decisions SET identity_key = ${hex(Buffer.alloc(32))} WHERE seq = 7`],
      7,
      /does not fit the entry/,
    ],
    ['a decision missing from the list', () => ['DELETE FROM decisions WHERE seq = 15'], 15, /missing from the list/],
    ['a decision that only the list has', () => ['UPDATE decisions SET seq = 21 WHERE seq = 15'], 21, /that the log does not have/],
    // U+001E stands for NULL where rows are joined to be compared.
    ['a NULL that is a text now', () => ['UPDATE decisions SET model_version = char(30) WHERE seq = 2'], 2, /otherwise/],
    ['a NULL that is a text now, of an event', () => ['UPDATE events SET outcome = char(30) WHERE seq = 21'], 21, /otherwise/],
    ['two columns shifted', () => ['UPDATE events SET actor = actor || char(31), about = NULL WHERE seq = 21'], 21, /otherwise/],
    ['what is active', () => ["UPDATE activations SET version = '9.0.0'"], 21, /activated/],
    ['an activation missing', () => ['DELETE FROM activations'], 21, /activated/],
  ];

  it.each(cases)('finds %s changed, and names the place', async (_, statements, seq, message) => {
    const { db, file } = filled();
    tamper(db, ...statements(db));
    const report = await verified(file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings).toContainEqual({ seq, message: expect.stringMatching(message) });
    expect(report.findings.length).toBeLessThanOrEqual(7);
  });

  it.each([
    ['changed', `UPDATE nodes SET hash = ${hex(Buffer.alloc(32))} WHERE idx = 1`],
    ['taken out', 'DELETE FROM nodes WHERE idx = 1'],
  ])('finds a stored node of the tree %s, and names its entries', async (_, statement) => {
    const { db, file } = tiled();
    expect((await verified(file)).verdict).toBe('intact-unwitnessed-tail');
    tamper(db, statement);
    const report = await verified(file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings[0]).toEqual({ seq: 256, message: expect.stringMatching(/entries 256 to 511/) });
  });

  it('tells of a changed entry once, and not again of the nodes and roots above it', async () => {
    const { db, file } = tiled();
    tamper(db, `UPDATE entries SET bytes = ${hex(forged(db, 300, { happened: 'Nothing.' }))} WHERE seq = 300`);
    expect((await verified(file)).findings).toEqual([{ seq: 300, message: expect.stringMatching(/bytes of entry 300/) }]);
  });

  it('finds a commit of which only the beginning is left', async () => {
    const { db, file, log } = temporaryLog();
    appendEntries(
      log,
      [1, 2, 3].map(() => ({ entry: failure })),
    );
    tamper(db, 'DELETE FROM entries WHERE seq = 3');
    tamper(db, 'DELETE FROM events WHERE seq = 3');
    expect((await verified(file)).findings).toEqual([{ seq: 2, message: expect.stringMatching(/in the middle of a commit/) }]);
  });

  it('finds a log rewritten as a whole, since its checkpoints were signed over another', async () => {
    const { db, file } = filled();
    const bytes = forged(db, 5, { score: 700 });
    tamper(
      db,
      `UPDATE entries SET bytes = ${hex(bytes)}, leaf_hash = ${hex(leafHash(bytes))} WHERE seq = 5`,
      'UPDATE decisions SET score = 700 WHERE seq = 5',
      ...rootStatements(leavesOf(db).with(5, leafHash(bytes))),
    );
    const report = await verified(file);
    expect(report.verdict).toBe('tampered');
    expect(report.findings.map(({ seq }) => seq)).toEqual([10, 21]);
  });

  it('finds another signing key than the log began with', async () => {
    const { db, file, log } = filled();
    putSettings(db, { 'log.skey': noteSigner(log.origin, Buffer.alloc(32, 9)).skey });
    expect((await verified(file)).findings).toEqual([{ seq: 0, message: expect.stringMatching(/key that signs/) }]);
  });

  it('calls malformed what was so from the beginning, and goes on', async () => {
    const { db, file, log } = temporaryLog();
    appendEntries(log, [{ entry: decisionDraft(1) }]);
    const bytes = Buffer.from('{"seq":2, "not":"canonical"}');
    const odd = Buffer.from(canonicalise({ v: 1, seq: 3, type: 'decision' }));
    tamper(
      db,
      ...appendRaw(db, [
        ['failure', bytes],
        ['decision', odd],
        ['null', Buffer.from('null')],
      ]),
    );
    const report = await verified(file);
    expect(report.findings.map(({ seq }) => seq)).toEqual(expect.arrayContaining([2, 3, 4]));
    expect(report.findings[0]).toEqual({ seq: 2, message: 'Entry 2 is not canonical JSON.' });
    expect(report.size).toBe(5);
  });

  it('reports no more than a hundred findings of a log that is wrong everywhere', async () => {
    const { db, file, log } = temporaryLog();
    appendEntries(
      log,
      Array.from({ length: 300 }, (_, n) => ({ entry: decisionDraft(n) })),
    );
    tamper(db, `UPDATE entries SET leaf_hash = ${hex(Buffer.alloc(32))}`, 'DELETE FROM decisions', 'DELETE FROM nodes');
    const report = await verified(file);
    expect([report.verdict, report.findings.length, report.size]).toEqual(['tampered', 100, 301]);
  });

  it('says of a log without entries that it is malformed', async () => {
    const { db, file } = temporaryLog();
    tamper(db, 'DELETE FROM entries');
    tamper(db, 'DELETE FROM events');
    expect((await verified(file)).verdict).toBe('malformed');
  });
});

describe('checkpoints', () => {
  it('are signed once for a size, open with the key of the first entry, and are kept', () => {
    const { log, db } = filled();
    const again = checkpointLog(log);
    expect(checkpointLog(log).note).toBe(again.note);
    const vkey = JSON.parse(getEntry(db, 0)!.bytes.toString('utf8')).vkey as string;
    expect(openCheckpoint(again.note, parseVkey(vkey)!)).toMatchObject({ origin: log.origin, size: 22, root: getLogState(db).root });
    appendEntries(log, [{ entry: decisionDraft(50) }]);
    expect(checkpointLog(log)).toMatchObject({ size: 23 });
  });

  it.each([
    ['a flipped byte', (db: Writer) => [`UPDATE entries SET bytes = ${hex(forged(db, 23, { score: 1 }))} WHERE seq = 23`]],
    ['a flipped leaf hash', () => [`UPDATE entries SET leaf_hash = ${hex(Buffer.alloc(32))} WHERE seq = 23`]],
    ['a missing entry', () => ['DELETE FROM entries WHERE seq = 23']],
    ['another root', () => [`UPDATE entries SET root = ${hex(Buffer.alloc(32))} WHERE seq = 24`]],
    ['an older leaf hash changed', () => [`UPDATE entries SET leaf_hash = ${hex(Buffer.alloc(32))} WHERE seq = 4`]],
  ])('are not signed over %s', (_, statements) => {
    const { log, db } = filled();
    appendEntries(
      log,
      [30, 31, 32].map((n) => ({ entry: decisionDraft(n) })),
    );
    tamper(db, ...statements(db));
    expect(() => checkpointLog(log)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ kind: 'log-tampered' }) }));
    expect(db.sqlite.prepare('SELECT max(size) AS size FROM checkpoints').get()).toEqual({ size: 22 });
  });

  it('are never signed over two roots of one size, though the log was set back and grown again', () => {
    const { log, db, directory, clock } = filled();
    tamper(db, CUT_LAST, 'DELETE FROM activations');
    const restored = openLog({ db, directory, clock, code: CODE });
    appendEntries(restored, [{ entry: decisionDraft(60) }]);
    expect(getLogState(db).size).toBe(22);
    expect(() => checkpointLog(restored)).toThrow(/do not add up/);
    expect(log.origin).toBe(restored.origin);
  });
});

function leavesOf(db: Writer): Buffer[] {
  return db.sqlite
    .prepare<[], { h: Buffer }>('SELECT leaf_hash AS h FROM entries ORDER BY seq')
    .all()
    .map(({ h }) => h);
}

/** Statements that make the stored roots those of the given leaves (of a log too short for stored nodes). */
function rootStatements(leaves: Buffer[]): string[] {
  let frontier = EMPTY_FRONTIER;
  return leaves.map((leaf, seq) => {
    frontier = extendFrontier(frontier, [leaf]).frontier;
    return `UPDATE entries SET root = ${hex(rootOf(frontier))} WHERE seq = ${seq}`;
  });
}

function appendRaw(db: Writer, entries: [string, Buffer][]): string[] {
  const leaves = leavesOf(db);
  const inserts = entries.map(
    ([type, bytes], i) => `INSERT INTO entries VALUES (${leaves.length + i}, '${type}', ${hex(leafHash(bytes))}, ${hex(bytes)}, NULL)`,
  );
  return [...inserts, ...rootStatements([...leaves, ...entries.map(([, bytes]) => leafHash(bytes))])];
}

function forgedCheckpoint(db: Writer): string {
  const { size, root } = getLogState(db);
  const { origin } = JSON.parse(getEntry(db, 0)!.bytes.toString('utf8')) as { origin: string };
  return signCheckpoint(size, root!, noteSigner(origin, Buffer.alloc(32, 9)));
}
