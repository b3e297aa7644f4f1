/** Logs that were seen with two pasts, at head office: what is shown of them, and how they are settled; the same notes before the branch's own tools and the verifier. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { checkpointLog } from '../../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../../branch/log/countersigning.ts';
import { trustWitnesses } from '../../../branch/log/witness-trust.ts';
import { listEntries } from '../../../db/log-entries.ts';
import { raiseAlarm } from '../../../headoffice/alarms.ts';
import { openStore } from '../../../headoffice/store/open-store.ts';
import type { Store } from '../../../headoffice/store/store.ts';
import { examineEvidence, listEvidence } from '../../../headoffice/witness/list-evidence.ts';
import { settleEvidence } from '../../../headoffice/witness/settle.ts';
import { openCheckpoint, signCheckpoint } from '../../../ledger/checkpoint.ts';
import { leafHash } from '../../../ledger/merkle.ts';
import { cosignatureLine } from '../../../ledger/note.ts';
import { noteSigner, parseVkey } from '../../../ledger/note-keys.ts';
import { naiveRoot } from '../../support/naive-tree.ts';
import { startPostgres } from '../../support/postgres.ts';
import { decisionDraft, temporaryLog } from '../../support/temporary-log.ts';
import { witnessNamed } from '../../support/witnesses.ts';
import { judge } from '../../verifier/judge.ts';
import type { Files, Signer } from '../../verifier/sample-log.ts';
import { entryTiles, hashLeaf, hashTiles } from '../../verifier/sample-tree.ts';

const postgres = await startPostgres();
const stores: [name: string, store: Store][] = [['PGlite', await openStore({ database: 'memory://' })]];
if (postgres) stores.push(['PostgreSQL', await openStore({ database: postgres.url })]);
else it.skip('PostgreSQL is NOT checked: it is not on this machine', () => undefined);

afterAll(async () => {
  for (const [, store] of stores) await store.close();
  await postgres?.stop();
});

const office = witnessNamed('head-office');
const log = noteSigner('outpost.invalid/branch-1/epoch-2', Buffer.alloc(32, 1));
const entries = Array.from({ length: 7 }, (_, n) => Buffer.from(`entry ${n}`));
const leaves = entries.map(leafHash);
const others = leaves.with(2, leafHash(Buffer.from('another entry 2')));
const note = (size: number, of = leaves): string => signCheckpoint(size, naiveRoot(of.slice(0, size)), log);
const AT = Date.UTC(2026, 5, 1) / 1000;
const known = (size: number): string => note(size) + cosignatureLine(note(size), office, AT);

describe.each(stores)('evidence on %s', (_engine, store) => {
  // Epoch 2 goes on from entry 3 of epoch 1.
  beforeEach(async () => {
    for (const table of ['logs', 'entries', 'evidence', 'alarms', 'actions']) await store.query(`DELETE FROM ${table}`);
    const insertLog = `INSERT INTO logs (log_no, log, branch, device, origin, vkey, base_log_no, base_size, size, frontier, frozen_at)
      VALUES ($1, $2, 'madrid-01', 'd', $3, $4, $5, $6, $7, '', now())`;
    await store.query(insertLog, [11, 'a', 'outpost.invalid/branch-1/epoch-1', 'v', null, 0, 4]);
    await store.query(insertLog, [12, 'b', log.name, log.vkey, 11, 3, 6]);
    const insertEntry = 'INSERT INTO entries (log_no, seq, bytes, leaf_hash) VALUES ($1, $2, $3, $4)';
    // Entry 3 of the first epoch was given up.
    for (const seq of [0, 1, 2]) await store.query(insertEntry, [11, seq, entries[seq]!, leaves[seq]!]);
    await store.query(insertEntry, [11, 3, Buffer.from('given up'), Buffer.alloc(32)]);
    for (const seq of [3, 4, 5]) await store.query(insertEntry, [12, seq, entries[seq]!, leaves[seq]!]);
  });

  async function keep(sent: string, of = known(6), kind = 'fork'): Promise<string> {
    const evidence = randomUUID();
    await store.query('INSERT INTO evidence (evidence, log_no, kind, known, sent, device) VALUES ($1, 12, $2, $3, $4, $5)', [
      evidence,
      kind,
      of,
      sent,
      'd',
    ]);
    await raiseAlarm(store, { branch: 'madrid-01', kind: 'fork', subject: log.name, detail: 'Two pasts.' });
    return evidence;
  }
  const openAlarms = async () => (await store.query('SELECT alarm FROM alarms WHERE ended_at IS NULL')).length;
  const isFrozen = async () => (await store.query<{ f: boolean }>('SELECT frozen_at IS NOT NULL AS f FROM logs WHERE log_no = 12'))[0]!.f;
  const settle = (evidence: string, how: 'keep-known' | 'close-log') =>
    settleEvidence(store, { evidence, by: 'ines', how, reason: 'The disk was copied on 3 May.' });

  it.each([
    ['two roots of one size', note(6, others), 'two-pasts'],
    ['an older size than is stored, with another root', note(5, others), 'two-pasts'],
    ['an older size across an epoch, with another root', note(3, others), 'two-pasts'],
    ['an older size of the same past', note(5), 'one-past'],
    ['a size that is not stored here', note(7, others), 'by-our-word'],
    ['a note that the key did not sign', note(6, others).replace('\n6\n', '\n5\n'), 'unsigned'],
  ])('says what it proves: %s', async (_, sent, proves) => {
    const found = await examineEvidence(store, office.vkey, await keep(sent));
    expect(found).toMatchObject({
      proves,
      branch: 'madrid-01',
      knownNote: { signed: true, size: 6, countersignedAt: new Date(AT * 1000) },
    });
    expect(found.sentNote.signed).toBe(proves !== 'unsigned');
  });

  it('computes what is stored from the bytes, whatever the leaf hashes beside them say', async () => {
    await store.query(`UPDATE entries SET leaf_hash = $1 WHERE log_no = 12 AND seq = 4`, [Buffer.alloc(32)]);
    expect((await examineEvidence(store, office.vkey, await keep(note(5)))).storedRoot).toBe(
      naiveRoot(leaves.slice(0, 5)).toString('base64'),
    );
  });

  it('lets the log go on from what is known, and writes down who said so', async () => {
    const evidence = await keep(note(6, others));
    expect(await settle(evidence, 'keep-known')).toEqual({ branch: 'madrid-01', origin: log.name, frozen: false });
    expect([await isFrozen(), await openAlarms()]).toEqual([false, 0]);
    expect(await listEvidence(store)).toMatchObject([
      { evidence, settledBy: 'ines', settledHow: 'keep-known', known: known(6), sent: note(6, others) },
    ]);
    const actions = await store.query('SELECT who, what, detail FROM actions');
    expect(actions).toMatchObject([{ who: 'ines', what: 'settle-evidence', detail: { evidence, how: 'keep-known', origin: log.name } }]);
    await expect(settle(evidence, 'close-log')).rejects.toMatchObject({ failure: { kind: 'change-refused' } });
    expect(await isFrozen()).toBe(false);
  });

  it('keeps it frozen while other evidence waits, and for good once it was closed', async () => {
    const [first, second] = [await keep(note(6, others)), await keep(note(5, others))];
    expect(await settle(first, 'keep-known')).toMatchObject({ frozen: true });
    expect([await isFrozen(), await openAlarms()]).toEqual([true, 1]);
    expect(await settle(second, 'close-log')).toMatchObject({ frozen: true });
    expect([await isFrozen(), await openAlarms()]).toEqual([true, 0]);
    expect(await settle(await keep(note(3, others)), 'keep-known')).toMatchObject({ frozen: true });
  });

  it('asks for a reason and for evidence that is there', async () => {
    const evidence = await keep(note(6, others));
    await expect(settleEvidence(store, { evidence, by: 'ines', how: 'keep-known', reason: ' ' })).rejects.toMatchObject({
      failure: { kind: 'usage' },
    });
    await expect(settle('no such', 'keep-known')).rejects.toMatchObject({ failure: { kind: 'usage' } });
    expect(await isFrozen()).toBe(true);
  });
});

describe('the case before the branch and before an auditor', () => {
  it('is opened by the branch’s own tools, which keep both notes in the log, and by the verifier, which calls it tampering', () => {
    const { log, db } = temporaryLog();
    trustWitnesses(log, { witnesses: [office.vkey], quorum: 1 }, { actor: 'it-1', role: 'it' });
    appendEntries(
      log,
      [1, 2, 3].map((n) => ({ entry: decisionDraft(n) })),
    );
    const own = checkpointLog(log);
    // What head office holds of this log: signed by its key, in another life of its disk.
    const other = signCheckpoint(own.size, naiveRoot([leaves[0]!, ...leaves.slice(0, own.size - 1)]), log.signer);
    const known = other + cosignatureLine(other, office, AT);
    expect(openCheckpoint(known, parseVkey(log.signer.vkey)!, [parseVkey(office.vkey)!])).toMatchObject({
      size: own.size,
      cosignatures: [{ time: AT }],
    });
    expect(() => acceptCountersigned(log, known)).toThrow(/not the entries of this log/);
    const stored = listEntries(db, 0, 100).map(({ bytes }) => Buffer.from(bytes));
    expect(JSON.parse(stored.at(-1)!.toString())).toMatchObject({ type: 'failure', kind: 'checkpoint-refused', notes: [known, own.note] });
    const files: Files = new Map([
      ['checkpoint', Buffer.from(own.note)],
      ...hashTiles(stored.slice(0, own.size).map(hashLeaf)),
      ...entryTiles(stored.slice(0, own.size)),
    ]);
    const key = { name: log.origin, vkey: log.signer.vkey } as Signer;
    expect(judge(files, { logs: [key], checkpoints: [own.note] }, true)).toMatchObject({ verdict: 'unwitnessed-tail', tampered: [] });
    expect(judge(files, { logs: [key], checkpoints: [known] }, true)).toMatchObject({ verdict: 'tampered' });
  });
});
