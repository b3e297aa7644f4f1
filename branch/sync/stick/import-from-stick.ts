/**
 * Reads head office's replies from a stick. Nothing of them is believed but what is signed in them: head office's line under a checkpoint of this log, and the notes
 * that it sends back. In any order, twice, stale or somebody else's, they change nothing that they should not.
 */
import { Decrypter } from 'age-encryption';
import { Failed } from '../../../contract/failure.ts';
import { type StickReply, stickReply } from '../../../contract/sync.ts';
import type { Branch } from '../../branch.ts';
import { takeState } from '../acknowledge.ts';
import { SyncError } from '../call-head-office.ts';
import { logIdOf } from '../log-id.ts';
import type { SyncDeps } from '../sync-deps.ts';
import { syncFailure } from '../sync-failures.ts';
import { changeSyncState, syncState } from '../sync-state.ts';
import { takeNotes } from '../take-notes.ts';
import { folderOf, namesIn, readFileOf, requireStick } from './stick-folder.ts';

export type ReplyOutcome =
  /** It brought the acknowledgement, or something for this branch, further. */
  | 'taken'
  /** All of it was known: it came by another stick, by the line, or twice. */
  | 'known'
  /** Cut off, changed, or for another device. */
  | 'unreadable'
  /** It says something that is not signed, or that is not this log's. */
  | 'not-proven';

export interface Imported {
  replies: { file: string; outcome: ReplyOutcome }[];
  /** Entries countersigned by head office, before and after. */
  before: number;
  acked: number;
  /** Things sent back that were taken in. */
  deliveries: number;
  /** Files that head office did not take, as the newest reply says. */
  refused: StickReply['refused'];
}

/** @throws Failed not-enrolled, stick-unreadable, sync-fork */
export async function importFromStick(
  branch: Branch,
  deps: Pick<SyncDeps, 'place' | 'deliveries' | 'clock' | 'settleEnrolment'>,
  stick: string,
): Promise<Imported> {
  const { log } = branch;
  const place = deps.place(branch);
  if (place === null) throw new Failed(syncFailure('not-enrolled'));
  requireStick(stick);
  const folder = folderOf(stick, logIdOf(log.origin));
  const was = syncState(log.db);
  const imported: Imported = { replies: [], before: was.acked?.size ?? 0, acked: 0, deliveries: 0, refused: [] };
  // Names end in the size that head office had: the newest last.
  for (const name of namesIn(folder, /^reply-\d{10}-[0-9a-f]{8}\.age$/)) {
    const reply = await openReply(readFileOf(folder, name), place.identity);
    if (reply === null) imported.replies.push({ file: name, outcome: 'unreadable' });
    else {
      imported.replies.push({ file: name, outcome: takeReply(branch, deps, place.witness, reply) });
      imported.refused = reply.refused;
    }
  }
  const state = syncState(log.db);
  imported.acked = state.acked?.size ?? 0;
  imported.deliveries = state.delivered - was.delivered;
  branch.tellChange();
  return imported;
}

function takeReply(
  branch: Branch,
  deps: Pick<SyncDeps, 'place' | 'deliveries' | 'clock' | 'settleEnrolment'>,
  witness: Parameters<typeof takeState>[1],
  reply: StickReply,
): ReplyOutcome {
  const { log } = branch;
  const before = syncState(log.db);
  if (reply.log !== logIdOf(log.origin) || reply.log !== reply.state.log) return 'not-proven';
  try {
    const isFurther = reply.state.size > (before.acked?.size ?? 0);
    // An old reply says where head office stood when it was written, which is no longer where it stands.
    if (isFurther) {
      if (reply.state.note === null) return 'not-proven';
      takeState(log, witness, { ...reply.state, frozen: false, deliveries: before.deliveries });
      settle(branch, deps, reply);
      changeSyncState(log.db, { lastContact: new Date(deps.clock.now()).toISOString(), failure: null, stopped: null });
    }
    const isNews = takeNew(branch, deps, reply);
    return isFurther || isNews ? 'taken' : 'known';
  } catch (error) {
    if (error instanceof SyncError) return 'not-proven';
    throw error;
  }
}

/** Head office knows this log: an enrolment that was carried to it has been taken. */
function settle(branch: Branch, deps: Pick<SyncDeps, 'place' | 'settleEnrolment'>, { state }: StickReply): void {
  const place = deps.place(branch);
  if (place?.pending) deps.settleEnrolment(branch, { v: 1, branch: place.pending.branch, device: place.device.id, state });
  changeSyncState(branch.log.db, { registered: branch.log.origin });
}

/** Its notes begin after what this branch said to have when the files were written; some may have come since. */
function takeNew(branch: Branch, deps: Pick<SyncDeps, 'deliveries'>, { notes }: StickReply): boolean {
  const before = syncState(branch.log.db).delivered;
  if (notes.length > 0) takeNotes(branch, deps, notes);
  return syncState(branch.log.db).delivered > before;
}

/** null: cut off, changed, not for this device, or of no form that is known. */
async function openReply(bytes: Buffer | null, identity: string): Promise<StickReply | null> {
  if (bytes === null) return null;
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    const plain = await decrypter.decrypt(bytes);
    return stickReply.safeParse(JSON.parse(Buffer.from(plain).toString('utf8'))).data ?? null;
  } catch (error) {
    // The library tells wrong keys and wrong bytes by plain errors alone.
    if (error instanceof Error) return null;
    throw error;
  }
}
