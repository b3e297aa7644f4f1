/** Sticks carried both ways between the branch's own code and head office's: whatever happens to them, both end with one root, and the branch knows how far. */
import { generateKeyPairSync, hash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, describe, expect, it } from 'vitest';
import { appendEntries } from '../../../branch/log/append-entries.ts';
import { takeDelivery } from '../../../branch/outcomes/take-delivery.ts';
import { exportToStick } from '../../../branch/sync/stick/export-to-stick.ts';
import { importFromStick } from '../../../branch/sync/stick/import-from-stick.ts';
import { PROBLEMS, STICK_FOLDER } from '../../../contract/sync.ts';
import { listOutcomes } from '../../../db/outcomes.ts';
import { putSettings } from '../../../db/settings.ts';
import { takeOutcomes } from '../../../headoffice/outcomes/take-outcomes.ts';
import { logOf } from '../../../headoffice/receive/log-rows.ts';
import { putEpoch } from '../../../headoffice/receive/register-epoch.ts';
import { takeStick } from '../../../headoffice/stick/take-stick.ts';
import { parseVkey } from '../../../ledger/note-keys.ts';
import { NEVER, type Syncing, syncing } from '../../branch/sync/syncing-branch.ts';
import { heldEntries, NOW, openTestHeadOffice } from '../../support/head-office.ts';
import { verified } from '../../support/temporary-log.ts';

const at = await openTestHeadOffice();
const room = mkdtempSync(join(tmpdir(), 'sticks-'));
let made = 0;
afterAll(async () => {
  await at.store.close();
  rmSync(room, { recursive: true, force: true });
});

const newStick = (): string => {
  const stick = join(room, String(made++));
  mkdirSync(stick);
  return stick;
};

/** A branch's real log and stick code, enrolled at this head office. */
async function branchOf(branch: string): Promise<Syncing> {
  const side = syncing();
  const { log, db } = side.made;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const id = hash('sha256', raw, 'hex');
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  Object.assign(side.place, {
    witness: parseVkey(at.keys.witness.vkey),
    recipient: at.keys.recipient,
    identity,
    device: { id, privateKey },
  });
  side.deps.deliveries = { take: takeDelivery };
  const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const head_office = at.keys.office.vkey;
  putSettings(db, {
    device: JSON.stringify({ key, identity, recipient }),
    enrolment: JSON.stringify({ device: id, headOffice: { vkey: head_office } }),
  });
  appendEntries(log, [{ entry: { type: 'enrolled', actor: 'it-1', role: 'it', branch, name: branch, head_office, file: id, device: id } }]);
  await at.store.transaction(async (sql) => {
    await sql.query('INSERT INTO branches (branch, name) VALUES ($1, $1) ON CONFLICT (branch) DO NOTHING', [branch]);
    await sql.query(`INSERT INTO devices (device, branch, public_key, recipient, platform) VALUES ($1, $2, $3, $4, 'linux-x64')`, [
      id,
      branch,
      raw,
      recipient,
    ]);
    await putEpoch(at, sql, branch, id, { v: 1, origin: log.origin, vkey: log.signer.vkey, previous: null }, 'may-be-unknown');
  });
  return side;
}

const write = (side: Syncing, stick: string) => exportToStick(side.branch, side.deps, stick, NEVER);
const take = (stick: string) => takeStick(at, stick, 'ines');
const read = (side: Syncing, stick: string) => importFromStick(side.branch, side.deps, stick);
const idOf = (side: Syncing): string => logOf(side.made.log.origin);

/** Head office holds what the branch has up to `size`, and the branch knows that it does. */
async function agree(side: Syncing, size = side.made.log.frontier.size): Promise<void> {
  expect(await heldEntries(at.store, idOf(side))).toEqual(side.stored().slice(0, size));
  expect(side.state().acked?.size).toBe(size);
}

describe('sticks, both ways', () => {
  it('bring entries there and the acknowledgement back, and the next one brings what is new alone', async () => {
    const side = await branchOf('madrid-01');
    side.decide(20);
    const [first, second] = [newStick(), newStick()];
    expect(await write(side, first)).toMatchObject({ from: 0, to: 22 });
    expect(side.state().acked).toBeNull();
    expect((await take(first)).logs).toMatchObject([{ branch: 'madrid-01', taken: 22, refused: [] }]);
    expect(await read(side, first)).toMatchObject({ before: 0, acked: 22, replies: [{ outcome: 'taken' }] });
    await agree(side, 22);
    side.decide(5);
    expect(await write(side, second)).toMatchObject({ from: 22, to: 27, entries: 5 });
    expect((await take(second)).logs).toMatchObject([{ taken: 5, known: 0 }]);
    await read(side, second);
    await agree(side);
  });

  it('that are lost on either way are made good by the next', async () => {
    const side = await branchOf('lugo-02');
    side.decide(4);
    await write(side, newStick());
    side.decide(4);
    const second = newStick();
    await write(side, second);
    await take(second);
    // The reply never came back.
    side.decide(4);
    const third = newStick();
    expect(await write(side, third)).toMatchObject({ from: 0, to: 14 });
    expect((await take(third)).logs).toMatchObject([{ taken: 4, known: 10, refused: [] }]);
    await read(side, third);
    await agree(side);
  });

  it('in any order, twice, and long after change nothing that they should not', async () => {
    const side = await branchOf('soria-03');
    side.decide(3);
    const [old, young] = [newStick(), newStick()];
    await write(side, old);
    side.decide(3);
    await write(side, young);
    await take(young);
    await take(old);
    await take(young);
    const stale = newStick();
    cpSync(young, stale, { recursive: true });
    expect(await read(side, young)).toMatchObject({ acked: 8 });
    await agree(side);
    side.decide(2);
    const next = newStick();
    await write(side, next);
    await take(next);
    await read(side, next);
    await agree(side);
    expect(await read(side, stale)).toMatchObject({ before: 10, acked: 10, replies: [{ outcome: 'known' }] });
    expect(await read(side, old)).toMatchObject({ acked: 10 });
    await agree(side);
  });

  it.each([
    ['edited', (bytes: Buffer) => bytes.fill(0, bytes.length - 40)],
    ['half-copied', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ])('with an %s file there or back are no acknowledgement, and are good once they are written again', async (_, change) => {
    const side = await branchOf(`avila-${made}`);
    side.decide(6);
    const stick = newStick();
    await write(side, stick);
    const folder = join(stick, STICK_FOLDER, idOf(side));
    const spoil = (begin: string) => {
      const file = join(folder, readdirSync(folder).find((name) => name.startsWith(begin))!);
      writeFileSync(file, change(readFileSync(file)));
    };
    spoil('0');
    expect((await take(stick)).logs).toMatchObject([{ taken: 0, refused: [{ type: PROBLEMS.malformed }] }]);
    expect(await read(side, stick)).toMatchObject({ acked: 0, refused: [{ type: PROBLEMS.malformed }] });
    await write(side, stick);
    await take(stick);
    spoil('reply-0000000008');
    expect(await read(side, stick)).toMatchObject({ acked: 0, replies: [{}, { outcome: 'unreadable' }] });
    await take(stick);
    expect(await read(side, stick)).toMatchObject({ acked: 8 });
    await agree(side);
  });

  it('of two branches are read by each for itself', async () => {
    const [a, b] = [await branchOf('teruel-04'), await branchOf('cuenca-05')];
    a.decide(2);
    b.decide(7);
    const stick = newStick();
    await write(a, stick);
    await write(b, stick);
    expect((await take(stick)).logs.map(({ branch }) => branch).sort()).toEqual(['cuenca-05', 'teruel-04']);
    await read(a, stick);
    await read(b, stick);
    await agree(a);
    await agree(b);
  });

  it('of a PC that was revoked bring nothing and take nothing back', async () => {
    const side = await branchOf('huesca-06');
    side.decide(2);
    await at.store.query('UPDATE devices SET revoked_at = now() WHERE device = $1', [side.place.device.id]);
    const stick = newStick();
    await write(side, stick);
    expect((await take(stick)).logs).toMatchObject([
      { taken: 0, refused: [{ type: PROBLEMS.device }, { type: PROBLEMS.device }], replies: [] },
    ]);
    expect(await read(side, stick)).toMatchObject({ acked: 0, replies: [] });
  });

  it('bring outcomes back, which are entries of the log and go to head office with the next', async () => {
    const side = await branchOf('leon-07');
    side.decide(3);
    const stick = newStick();
    await write(side, stick);
    await take(stick);
    const taken = await takeOutcomes(at.store, at.keys, {
      name: 'x.csv',
      text: 'branch,seq,performance,months_on_book,as_of\nleon-07,2,bad,9,2026-11-30\nleon-07,4,good,9,2026-11-30\n',
      by: 'ines',
      now: NOW,
    });
    expect(taken).toMatchObject({ taken: 2, refused: [], deliveries: 1 });
    await take(stick);
    expect(await read(side, stick)).toMatchObject({ acked: 5, deliveries: 1 });
    expect(listOutcomes(side.made.db, null, null, null).map(({ decision, performance }) => [decision, performance])).toEqual([
      [2, 'bad'],
      [4, 'good'],
    ]);
    expect(await read(side, stick)).toMatchObject({ deliveries: 0 });
    const next = newStick();
    await write(side, next);
    expect((await take(next)).logs).toMatchObject([{ taken: 1, refused: [] }]);
    await read(side, next);
    await agree(side);
    const stored = 'SELECT stored_seq FROM deliveries d JOIN logs l ON l.log_no = d.log_no WHERE l.log = $1';
    expect(await at.store.query(stored, [idOf(side)])).toEqual([{ stored_seq: 5 }]);
    expect(await verified(side.made.file)).toMatchObject({ findings: [] });
  });
});
