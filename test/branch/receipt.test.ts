import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkReceipt, checkReceiptAlone } from '../../branch/check-receipt.ts';
import { appendEntries } from '../../branch/log/append-entries.ts';
import { checkpointLog } from '../../branch/log/checkpoint-log.ts';
import { acceptCountersigned } from '../../branch/log/countersigning.ts';
import { beginEpoch } from '../../branch/log/epochs.ts';
import { trustWitnesses } from '../../branch/log/witness-trust.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { receiptOf } from '../../branch/receipt.ts';
import { writeTiles } from '../../branch/write-tiles.ts';
import { closeDatabase, type Reader } from '../../db/handle.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { noteSigner } from '../../ledger/note-keys.ts';
import { entryTilesOf, parseEntryTile, tilePath } from '../../ledger/tiles.ts';
import { parseTlogProof } from '../../ledger/tlog-proof.ts';
import { Offices, openedBranch } from '../support/office.ts';
import { forged, hex, tamper } from '../support/tamper.ts';
import { decisionDraft } from '../support/temporary-log.ts';
import { countersigned, witnessNamed } from '../support/witnesses.ts';

const offices = new Offices();
const witness = witnessNamed('head-office');
const trusted = { witnesses: [witness.vkey], quorum: 1 };
const refusedAs = (kind: string) => expect.objectContaining({ failure: expect.objectContaining({ kind }) });

let branch: Branch;
let first: number;
beforeAll(() => offices.make());
beforeEach(async () => {
  branch = await openedBranch(offices.copy());
  [{ seq: first }] = appendEntries(
    branch.log,
    [1, 2, 3].map((n) => ({ entry: decisionDraft(n) })),
  ) as unknown as [{ seq: number }];
  return () => branch.close();
});
afterAll(() => offices.remove());

function looked<T>(look: (reader: Reader) => T): T {
  const reader = branch.openReader();
  try {
    return look(reader);
  } finally {
    closeDatabase(reader);
  }
}
const against = (text: string) => looked((reader) => checkReceipt(reader, text));

describe('a receipt', () => {
  it('is a proof of the decision as it stands in the log, and stays true while the log grows', () => {
    const { text, leafHash, size } = receiptOf(branch, first);
    expect(parseTlogProof(text)).toMatchObject({ index: first, extra: Buffer.from(leafHash, 'hex') });
    expect(size).toBe(branch.log.frontier.size);
    expect(against(text)).toMatchObject({ verdict: 'holds', seq: first, size, leafHash, witnessed: null });
    appendEntries(branch.log, [{ entry: decisionDraft(4) }]);
    beginEpoch(branch.log, 'restored');
    expect(against(text)).toMatchObject({ verdict: 'holds', size });
  });

  it('is short: little more than its hashes and the checkpoint', () => {
    const { text } = receiptOf(branch, first);
    const { hashes, checkpoint } = parseTlogProof(text)!;
    expect(text.length).toBeLessThan(1.5 * (hashes.length * 32 + checkpoint.length));
  });

  it('is given under a countersigned checkpoint where one covers the decision', () => {
    trustWitnesses(branch.log, trusted, { actor: 'it-1', role: 'it' });
    acceptCountersigned(branch.log, countersigned(checkpointLog(branch.log).note, [witness, 1_800_000_000]));
    appendEntries(branch.log, [{ entry: decisionDraft(4) }]);
    const { text, size } = receiptOf(branch, first);
    expect(size).toBe(branch.log.frontier.size - 1);
    expect(against(text)).toMatchObject({ verdict: 'holds', witnessed: '2027-01-15T08:00:00.000Z' });
    expect(receiptOf(branch, size).size).toBe(size + 1);
  });

  it('is given for decisions only, and only to those who may see them', () => {
    expect(() => receiptOf(branch, 0)).toThrow(refusedAs('entry-unknown'));
    expect(() => receiptOf(branch, 999)).toThrow(refusedAs('entry-unknown'));
    expect(() => receiptOf(branch.for({ account: 'ines', role: 'it' }), first)).toThrow(refusedAs('not-allowed'));
  });
});

describe('against a log', () => {
  it('that was cut, a receipt shows it', () => {
    const { text } = receiptOf(branch, first);
    tamper(
      branch.log.db,
      ...['decisions', 'entries'].map((table) => `DELETE FROM ${table} WHERE seq > ${first}`),
      'DELETE FROM checkpoints',
    );
    expect(against(text)).toMatchObject({ verdict: 'contradicted', says: expect.stringMatching(/it was cut/) });
  });

  it.each([
    ['its own', 0, /not the one that the receipt was given for/],
    ['another', 1, /not those of the day of the receipt/],
  ])('in which %s entry was rewritten, a receipt shows it, whatever the stored tree says', (_, offset, says) => {
    const { text } = receiptOf(branch, first);
    const bytes = forged(branch.log.db, first + offset, { score: 700 });
    tamper(branch.log.db, `UPDATE entries SET bytes = ${hex(bytes)} WHERE seq = ${first + offset}`);
    expect(against(text)).toMatchObject({ verdict: 'contradicted', says: expect.stringMatching(says) });
  });

  it('that is another, a receipt does not hold', async () => {
    const { text } = receiptOf(branch, first);
    const other = await openedBranch(offices.path('another'));
    const reader = other.openReader();
    expect(checkReceipt(reader, text)).toMatchObject({ verdict: 'contradicted', says: expect.stringMatching(/never called/) });
    closeDatabase(reader);
    await other.close();
  });

  it('a receipt that was changed is malformed', () => {
    const { text } = receiptOf(branch, first);
    const { hashes } = parseTlogProof(text)!;
    const other = leafHash(Buffer.from('other')).toString('base64');
    for (const changed of [
      '',
      text.slice(0, 100),
      text.replace(hashes[0]!.toString('base64'), other),
      text.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) - 1}\n`),
    ])
      expect(() => against(changed)).toThrow(refusedAs('receipt-malformed'));
  });
});

describe('without a log, a receipt', () => {
  it('shows what the log signed, and whether a witness vouches for it', () => {
    const { vkey } = branch.log.signer;
    const { text, size, leafHash } = receiptOf(branch, first);
    expect(checkReceiptAlone(text, vkey, null, null)).toMatchObject({
      verdict: 'unwitnessed',
      seq: first,
      size,
      leafHash,
      witnessed: null,
    });
    expect(checkReceiptAlone(text, vkey, leafHash, trusted)).toMatchObject({ verdict: 'unwitnessed' });
    const witnessed = countersigned(text.slice(text.indexOf('\n\n') + 2), [witness, 1_800_000_000]);
    const whole = text.slice(0, text.indexOf('\n\n') + 2) + witnessed;
    expect(checkReceiptAlone(whole, vkey, null, trusted)).toMatchObject({ verdict: 'holds', witnessed: '2027-01-15T08:00:00.000Z' });
    expect(checkReceiptAlone(whole, vkey, null, null)).toMatchObject({ verdict: 'unwitnessed' });
  });

  it('does not hold under another key, for another decision, or with keys that are none', () => {
    const { vkey } = branch.log.signer;
    const { text } = receiptOf(branch, first);
    const stranger = noteSigner(branch.log.origin, Buffer.alloc(32, 3)).vkey;
    expect(() => checkReceiptAlone(text, stranger, null, null)).toThrow(refusedAs('receipt-malformed'));
    expect(() => checkReceiptAlone(text, vkey, 'ab'.repeat(32), null)).toThrow(refusedAs('receipt-malformed'));
    expect(() => checkReceiptAlone(text, 'no key', null, null)).toThrow(refusedAs('usage'));
    expect(() => checkReceiptAlone(text, vkey, null, { witnesses: [vkey], quorum: 1 })).toThrow(refusedAs('usage'));
    expect(() => checkReceiptAlone(text.replace(/extra .*\n/, ''), vkey, null, null)).toThrow(/does not carry the hash/);
  });
});

describe('a tiles export', () => {
  it('holds every entry and hash in the public layout, and is never written over', () => {
    const out = offices.path(`tiles-${first}-${branch.log.frontier.size}`);
    const told: number[] = [];
    const { size } = writeTiles(branch, out, (done) => told.push(done));
    expect([size, told.at(-1)]).toEqual([branch.log.frontier.size, branch.log.frontier.size]);
    expect(readdirSync(out).sort()).toEqual(['checkpoint', 'tile']);
    expect(readFileSync(join(out, 'checkpoint'), 'utf8')).toBe(checkpointLog(branch.log).note);
    for (const tile of entryTilesOf(size)) {
      const entries = parseEntryTile(readFileSync(join(out, tilePath(tile))), tile.width)!;
      const hashes = readFileSync(join(out, tilePath({ ...tile, level: 0 })));
      expect(Buffer.concat(entries.map(leafHash))).toEqual(hashes);
    }
    expect(() => writeTiles(branch, out, () => {})).toThrow(refusedAs('usage'));
  });
});
