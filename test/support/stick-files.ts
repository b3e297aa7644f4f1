/** Files as a branch writes them to a stick, without a branch. Knows no test runner. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { STICK_FOLDER, type StickHead, type StickReply, stickReply } from '../../contract/sync.ts';
import { formatStickEnvelope } from '../../ledger/stick-envelope.ts';
import { formatSubmission } from '../../ledger/submission.ts';
import type { TestBranchLog, TestDevice } from './head-office.ts';

export interface StickDevice extends TestDevice {
  identity: string;
  recipient: string;
}

export async function stickDevice(device: TestDevice): Promise<StickDevice> {
  const identity = await generateX25519Identity();
  return { ...device, identity, recipient: await identityToRecipient(identity) };
}

export interface Written {
  kind: StickHead['kind'];
  encoding?: StickHead['encoding'];
  /** Before it is encrypted, in its encoding. */
  plain: Buffer;
  deliveries?: number;
}

/** An envelope of these bytes, for the head office of this recipient. */
export async function envelopeOf(
  log: string,
  device: TestDevice,
  recipient: string,
  { kind, encoding = 'identity', plain, deliveries = 0 }: Written,
): Promise<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = Buffer.from(await encrypter.encrypt(plain));
  return formatStickEnvelope({ v: 1, kind, log, device: device.id, encoding, deliveries }, sealed, device.privateKey);
}

const digits = (n: number): string => String(n).padStart(10, '0');

export function writeToStick(stick: string, log: string, name: string, bytes: Uint8Array): string {
  const file = join(stick, STICK_FOLDER, log, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** Entries [from, to) of a log, as its branch would put them there. */
export async function writeEntries(
  stick: string,
  log: TestBranchLog,
  device: TestDevice,
  recipient: string,
  [from, to]: readonly [number, number],
  deliveries = 0,
): Promise<string> {
  const plain = brotliCompressSync(formatSubmission(log.submission(from, to)));
  const envelope = await envelopeOf(log.log, device, recipient, { kind: 'entries', encoding: 'br', plain, deliveries });
  return writeToStick(stick, log.log, `${digits(from)}-${digits(to)}.age`, envelope);
}

/** The replies that lie there for a device, the one that says most last. */
export async function readReplies(stick: string, log: string, { identity }: StickDevice): Promise<StickReply[]> {
  const folder = join(stick, STICK_FOLDER, log);
  const replies: StickReply[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!name.startsWith('reply-')) continue;
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const plain = await decrypter.decrypt(readFileSync(join(folder, name))).catch(() => null);
    if (plain !== null) replies.push(stickReply.parse(JSON.parse(Buffer.from(plain).toString('utf8'))));
  }
  return replies;
}
