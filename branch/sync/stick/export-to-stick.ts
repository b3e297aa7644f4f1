/**
 * Writes what head office is not known to have to a stick: the same submissions as over a line, in files that only head office can read, each signed by this device.
 * The entries stay in the log, and count as sent only when a reply has come back.
 */
import { createPublicKey } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { Failed } from '../../../contract/failure.ts';
import type { StickHead } from '../../../contract/sync.ts';
import { closeDatabase } from '../../../db/handle.ts';
import { formatStickEnvelope, parseStickEnvelope } from '../../../ledger/stick-envelope.ts';
import type { Branch } from '../../branch.ts';
import { epochOf } from '../head-office.ts';
import { logIdOf } from '../log-id.ts';
import { makeBatch } from '../make-batch.ts';
import type { SigningDevice } from '../signed-request.ts';
import type { EnrolledPlace, SyncDeps } from '../sync-deps.ts';
import { syncFailure } from '../sync-failures.ts';
import { syncState } from '../sync-state.ts';
import { folderOf, namesIn, readFileOf, requireStick, writeWhole } from './stick-folder.ts';

export interface Exported {
  /** First entry on the stick, and the one after the last. */
  from: number;
  to: number;
  entries: number;
  /** Files that were written now; those that were there already are not counted. */
  files: number;
  bytes: number;
}

/** Fewer and larger files than over a line: a stick does not break off in the middle. A file stays under SYNC_LIMITS.encoded whatever is in it. */
const STICK_BATCH_BYTES = 8 * 1024 * 1024 - 256 * 1024;

/**
 * @param stick its topmost folder
 * @throws Failed not-enrolled, stick-unreadable, and as `makeBatch`
 */
export async function exportToStick(
  branch: Branch,
  deps: Pick<SyncDeps, 'place' | 'encode' | 'pause' | 'limits' | 'onStep' | 'report'>,
  stick: string,
  signal: AbortSignal,
): Promise<Exported> {
  const { log } = branch;
  const place = deps.place(branch);
  if (place === null) throw new Failed(syncFailure('not-enrolled'));
  requireStick(stick);
  const folder = folderOf(stick, logIdOf(log.origin));
  const { acked, held } = syncState(log.db);
  const size = log.frontier.size;
  const exported: Exported = { from: Math.min(held, acked?.size ?? 0, size), to: size, entries: 0, files: 0, bytes: 0 };
  exported.entries = size - exported.from;
  const put = async (name: string, kind: StickHead['kind'], encoding: StickHead['encoding'], content: Uint8Array) => {
    const bytes = await seal(branch, place, kind, encoding, content);
    if (!writeWhole(folder, name, bytes)) return;
    exported.files += 1;
    exported.bytes += bytes.length;
  };
  await putBeginnings(branch, place, put);
  const reader = branch.openReader();
  try {
    for (let from = exported.from; from < size; ) {
      signal.throwIfAborted();
      deps.onStep?.({ step: 'sending', from: exported.from, to: size, done: from - exported.from, total: size - exported.from });
      const known = knownEnd(folder, from, size, place.device);
      if (known !== null) {
        from = known;
        continue;
      }
      const { slice } = deps.limits;
      const report = await deps.report(branch);
      const batch = await makeBatch(log, reader, from, {
        batchBytes: STICK_BATCH_BYTES,
        slice,
        pause: deps.pause,
        encode: deps.encode,
        report,
      });
      await put(nameOf(batch.from, batch.to), 'entries', batch.encoding, batch.body);
      from = batch.to;
    }
  } finally {
    closeDatabase(reader);
  }
  return exported;
}

/** An enrolment that waits, and the epoch where head office may not know it. */
async function putBeginnings(
  { log }: Branch,
  { pending, device }: EnrolledPlace,
  put: (name: string, kind: StickHead['kind'], encoding: 'identity', content: Uint8Array) => Promise<void>,
): Promise<void> {
  if (pending !== null) await put(`enrol-${device.id.slice(0, 16)}.age`, 'enrolment', 'identity', Buffer.from(JSON.stringify(pending)));
  else if (syncState(log.db).registered !== log.origin)
    await put('epoch.age', 'epoch', 'identity', Buffer.from(JSON.stringify(epochOf(log))));
}

async function seal(
  { log }: Branch,
  { recipient, device }: EnrolledPlace,
  kind: StickHead['kind'],
  encoding: StickHead['encoding'],
  content: Uint8Array,
): Promise<Buffer> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const sealed = await encrypter.encrypt(content);
  const { delivered } = syncState(log.db);
  return formatStickEnvelope(
    { v: 1, kind, log: logIdOf(log.origin), device: device.id, encoding, deliveries: delivered },
    sealed,
    device.privateKey,
  );
}

const digits = (size: number): string => String(size).padStart(10, '0');

function nameOf(from: number, to: number): string {
  return `${digits(from)}-${digits(to)}.age`;
}

/** What an earlier export has written from here on need not be written again, once it was read and is whole: entries never change. */
function knownEnd(folder: string, from: number, size: number, { id, privateKey }: SigningDevice): number | null {
  const own = createPublicKey(privateKey);
  const ends = namesIn(folder, /^\d{10}-\d{10}\.age$/)
    .map((name) => ({ name, begin: Number(name.slice(0, 10)), end: Number(name.slice(11, 21)) }))
    .filter(({ begin, end }) => begin === from && end > from && end <= size)
    .sort((a, b) => b.end - a.end);
  for (const { name, end } of ends) {
    const bytes = readFileOf(folder, name);
    const envelope = bytes === null ? null : parseStickEnvelope(bytes);
    if (envelope !== null && envelope.head.device === id && envelope.isSignedBy(own)) return end;
  }
  return null;
}
