/** What is inside a file of a stick, once all of its seals hold. */
import type { KeyObject } from 'node:crypto';
import { Decrypter } from 'age-encryption';
import { type Enrolment, enrolment, type NewEpoch, newEpoch, PROBLEMS, type StickHead } from '../../contract/sync.ts';
import { parseStickEnvelope } from '../../ledger/stick-envelope.ts';
import { parseSubmission, type Submission } from '../../ledger/submission.ts';
import { findDevice } from '../receive/admit-device.ts';
import { decodeBody } from '../receive/decode-body.ts';
import { deviceKeyOf, publicKeyOf } from '../receive/enrol-device.ts';
import { Refused } from '../receive/receiving.ts';
import type { Sql } from '../store/store.ts';
import { readStickFile, type StickFile } from './stick-files.ts';

export type Parcel = { head: StickHead } & (
  | { kind: 'enrolment'; request: Enrolment }
  | { kind: 'epoch'; request: NewEpoch }
  | { kind: 'entries'; submission: Submission; encodedBytes: number }
);

/** Why a file was not taken: the cause of PROBLEMS, and one English sentence. */
export interface NotTaken {
  type: string;
  detail: string;
}

const malformed = (detail: string): NotTaken => ({ type: PROBLEMS.malformed, detail });
const LARGE: NotTaken = { type: PROBLEMS.large, detail: 'It is larger than anything that a branch writes.' };

/** @param identity head office's age identity */
export async function openParcel(
  sql: Sql,
  identity: string,
  file: StickFile,
): Promise<Parcel | { notTaken: NotTaken; device: string | null }> {
  const bytes = readStickFile(file);
  const envelope = Buffer.isBuffer(bytes) ? parseStickEnvelope(bytes) : null;
  const device = envelope?.head.device ?? null;
  const not = (notTaken: NotTaken) => ({ notTaken, device });
  if (bytes === null) return not(malformed('The stick does not give this file.'));
  if (bytes === 'too-large') return not(LARGE);
  if (envelope === null) return not(malformed('It is cut off, changed, or no file of a branch.'));
  const { head, sealed } = envelope;
  if (head.log !== file.log) return not(malformed('It is about another log than its folder says.'));
  const plain = await unseal(sealed, identity);
  if (plain === null) return not(malformed('It was encrypted for another head office.'));
  const opened = await contentOf(head, plain);
  if ('type' in opened) return not(opened);
  const key = await keyOf(sql, head, opened);
  if (key === null) return not({ type: PROBLEMS.device, detail: 'The device that signed it was never enrolled.' });
  return envelope.isSignedBy(key) ? opened : not({ type: PROBLEMS.unsigned, detail: "The device's signature does not hold." });
}

async function unseal(sealed: Buffer, identity: string): Promise<Buffer | null> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return Buffer.from(await decrypter.decrypt(sealed));
  } catch (error) {
    // The library tells wrong keys and wrong bytes by plain errors alone.
    if (error instanceof Error) return null;
    throw error;
  }
}

async function contentOf(head: StickHead, plain: Buffer): Promise<Parcel | NotTaken> {
  const decoded = await decode(head.encoding, plain);
  if (!Buffer.isBuffer(decoded)) return decoded;
  if (head.kind === 'entries') {
    const submission = parseSubmission(decoded);
    if (submission === null || submission.head.log !== head.log) return malformed('What is in it is no submission of this log.');
    return { head, kind: 'entries', submission, encodedBytes: plain.length };
  }
  const value = parseJson(decoded);
  const read = head.kind === 'enrolment' ? enrolment.safeParse(value) : newEpoch.safeParse(value);
  if (!read.success) return malformed(`What is in it is no ${head.kind}.`);
  return head.kind === 'enrolment'
    ? { head, kind: 'enrolment', request: read.data as Enrolment }
    : { head, kind: 'epoch', request: read.data as NewEpoch };
}

/** Never more than a submission may be, whatever a few bytes say that they unpack to. */
async function decode(encoding: StickHead['encoding'], bytes: Buffer): Promise<Buffer | NotTaken> {
  try {
    return await decodeBody(encoding, bytes);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { type: error.problem.type, detail: 'What is in it cannot be unpacked, or is more than a branch writes.' };
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of an enrolment the key that it makes known, of anything else the one that is known. */
async function keyOf(sql: Sql, { device }: StickHead, parcel: Parcel): Promise<KeyObject | null> {
  if (parcel.kind === 'enrolment') {
    const raw = parcel.request.device.id === device ? deviceKeyOf(parcel.request) : null;
    return raw === null ? null : publicKeyOf(raw);
  }
  const row = await findDevice(sql, device);
  return row === null ? null : publicKeyOf(row.public_key);
}
