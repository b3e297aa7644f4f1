/**
 * Parts of submissions that come in several requests (draft-ietf-httpbis-resumable-upload). All of it is in the database, so that any receiver takes the
 * next part. Of one log and device there is one upload at most: a new one replaces it.
 */
import { randomUUID } from 'node:crypto';
import { SYNC_LIMITS } from '../../contract/sync.ts';
import type { Sql } from '../store/store.ts';
import { admitDevice } from './admit-device.ts';
import { findLog, logNoOf, noSuchLog } from './log-rows.ts';
import { type Receiving, type Refusal, Refused, refuse } from './receiving.ts';

const STALE_MS = 24 * 3_600_000;

export interface Upload {
  upload: string;
  log_no: number;
  device: string;
  encoding: string;
  /** Bytes. */
  received: number;
}

/** @returns its name */
export async function beginUpload(
  at: Receiving,
  device: string,
  log: string,
  encoding: string,
  first: Buffer,
): Promise<{ upload: string } | Refusal> {
  return await at.store.transaction(async (sql) => {
    const row = await findLog(sql, log);
    if (row === null) return noSuchLog();
    const refused = await admitDevice(sql, device, row.branch);
    if (refused !== null) return refused;
    await remove(sql, 'log_no = $1 AND device = $2', [row.log_no, device]);
    const upload = randomUUID();
    await sql.query('INSERT INTO uploads (upload, log_no, device, encoding, received, made_at) VALUES ($1, $2, $3, $4, $5, $6)', [
      upload,
      row.log_no,
      device,
      encoding,
      first.length,
      new Date(at.now()),
    ]);
    if (first.length > 0) await insertPart(sql, upload, 0, first);
    return { upload };
  });
}

/** Another device's upload is none. */
export async function findUpload(sql: Sql, device: string, log: string, upload: string): Promise<Upload> {
  const [row] = await sql.query<Upload>(
    'SELECT upload, log_no, device, encoding, received FROM uploads WHERE upload = $1 AND log_no = $2 AND device = $3',
    [upload, logNoOf(log), device],
  );
  if (row === undefined) throw new Refused(noSuchUpload());
  return row;
}

/** @returns the upload with the part, or as it stands where the part does not begin at its end. @throws Refused 403, 404, 413 */
export async function appendPart(
  at: Receiving,
  device: string,
  log: string,
  name: string,
  offset: number,
  bytes: Buffer,
): Promise<{ upload: Upload; isTaken: boolean }> {
  return await at.store.transaction(async (sql) => {
    await sql.query('SELECT upload FROM uploads WHERE upload = $1 FOR UPDATE', [name]);
    const upload = await findUpload(sql, device, log, name);
    const refused = await admitDevice(sql, device, null);
    if (refused !== null) throw new Refused(refused);
    if (upload.received !== offset) return { upload, isTaken: false };
    const received = offset + bytes.length;
    if (received > SYNC_LIMITS.encoded)
      throw new Refused(refuse('large', 413, `A submission may have ${SYNC_LIMITS.encoded} bytes as sent.`));
    if (bytes.length > 0) {
      await insertPart(sql, name, offset, bytes);
      await sql.query('UPDATE uploads SET received = $2 WHERE upload = $1', [name, received]);
    }
    return { upload: { ...upload, received }, isTaken: true };
  });
}

export async function bytesOfUpload(sql: Sql, { upload, received }: Upload): Promise<Buffer> {
  const parts = await sql.query<{ bytes: Buffer }>('SELECT bytes FROM upload_parts WHERE upload = $1 ORDER BY at', [upload]);
  const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
  if (whole.length !== received) throw new Error(`upload ${upload} has ${whole.length} of ${received} bytes`);
  return whole;
}

export async function removeUpload(at: Receiving, { upload }: Pick<Upload, 'upload'>): Promise<void> {
  await at.store.transaction((sql) => remove(sql, 'upload = $1', [upload]));
}

/** Those that nobody has finished within a day. */
export async function sweepUploads(at: Receiving): Promise<void> {
  await at.store.transaction((sql) => remove(sql, 'made_at < $1', [new Date(at.now() - STALE_MS)]));
}

async function remove(sql: Sql, which: string, values: (string | number | Date)[]): Promise<void> {
  const gone = await sql.query<{ upload: string }>(`DELETE FROM uploads WHERE ${which} RETURNING upload`, values);
  for (const { upload } of gone) await sql.query('DELETE FROM upload_parts WHERE upload = $1', [upload]);
}

async function insertPart(sql: Sql, upload: string, offset: number, bytes: Buffer): Promise<void> {
  await sql.query('INSERT INTO upload_parts (upload, at, bytes) VALUES ($1, $2, $3)', [upload, offset, bytes]);
}

function noSuchUpload(): Refusal {
  // No cause of its own: a client begins a new one.
  return { problem: { type: 'about:blank', title: 'There is no such upload', status: 404 } };
}
