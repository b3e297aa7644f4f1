/** Makes a device known by the token of its branch file, with the log that it keeps. */
import { createPublicKey, hash } from 'node:crypto';
import type { Enrolled, Enrolment } from '../../contract/sync.ts';
import { decodeBase64 } from '../../ledger/note-keys.ts';
import { recordAction } from '../actions.ts';
import type { Sql } from '../store/store.ts';
import { findDevice } from './admit-device.ts';
import { stateOfRow } from './log-rows.ts';
import { type Receiving, type Refusal, Refused, refuse } from './receiving.ts';
import { putEpoch } from './register-epoch.ts';
import { storable } from './storable.ts';

interface BranchFileRow {
  branch: string;
  expires_at: Date;
  used_at: Date | null;
  device: string | null;
  revoked_at: Date | null;
}

/**
 * The raw Ed25519 public key of an enrolment, where it is the one that its device's id is made of; null: it is not.
 */
export function deviceKeyOf({ device }: Enrolment): Buffer | null {
  const raw = decodeBase64(device.publicKey);
  return raw !== null && raw.length === 32 && hash('sha256', raw, 'hex') === device.id ? raw : null;
}

export function publicKeyOf(raw: Buffer): ReturnType<typeof createPublicKey> {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
}

/** @param request signed by the key in it, verified. The same device with the same file enrols again without harm: an answer may have been lost. */
export async function enrolDevice(at: Receiving, request: Enrolment): Promise<{ enrolled: Enrolled } | Refusal> {
  const publicKey = deviceKeyOf(request);
  if (publicKey === null) return refuse('malformed', 400, 'The id of the device is not that of its key.');
  return await at.store
    .transaction(async (sql) => {
      const { branch, device } = request;
      const refused = await useToken(at, sql, request);
      if (refused !== null) return refused;
      const before = await findDevice(sql, device.id);
      if (before !== null && (before.revoked_at !== null || before.branch !== branch))
        return refuse(
          'device',
          403,
          'This device was enrolled before and is revoked, or belongs to another branch. Let the PC make a new key.',
        );
      if (before === null) {
        await sql.query(
          'INSERT INTO devices (device, branch, public_key, recipient, platform, enrolled_at) VALUES ($1, $2, $3, $4, $5, $6)',
          [device.id, branch, publicKey, storable(device.recipient, 200), storable(device.platform, 60), new Date(at.now())],
        );
        await recordAction(sql, { who: 'receiver', what: 'enrol-device', detail: { branch, device: device.id, origin: request.origin } });
      }
      const row = await putEpoch(at, sql, branch, device.id, request, 'may-be-unknown');
      // A log that cannot be makes the whole enrolment none; the token stays good.
      if ('problem' in row) throw new Refused(row);
      return { enrolled: { v: 1 as const, branch, device: device.id, state: await stateOfRow(sql, row) } };
    })
    .catch((error: unknown) => {
      if (error instanceof Refused) return { problem: error.problem };
      throw error;
    });
}

async function useToken(at: Receiving, sql: Sql, { token, branch, device }: Enrolment): Promise<Refusal | null> {
  const tokenSha256 = hash('sha256', token, 'hex');
  const [file] = await sql.query<BranchFileRow>(
    'SELECT branch, expires_at, used_at, device, revoked_at FROM branch_files WHERE token_sha256 = $1 FOR UPDATE',
    [tokenSha256],
  );
  if (file === undefined || file.branch !== branch) return refuse('token', 403, 'Head office has issued no such branch file.');
  if (file.revoked_at !== null) return refuse('token', 403, 'The branch file was taken back. Ask head office for another one.');
  if (file.used_at !== null) {
    if (file.device === device.id) return null;
    return refuse('token', 403, 'The branch file was used already, by another PC. Ask head office for another one.');
  }
  if (file.expires_at.getTime() <= at.now()) return refuse('token', 403, 'The branch file has expired. Ask head office for another one.');
  await sql.query('UPDATE branch_files SET used_at = $2, device = $3 WHERE token_sha256 = $1', [
    tokenSha256,
    new Date(at.now()),
    device.id,
  ]);
  return null;
}
