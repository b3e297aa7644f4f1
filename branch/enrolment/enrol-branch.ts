/**
 * Makes this PC a device of head office by a branch file. Its keys are made and kept first, then head office is asked, then everything that follows
 * from it commits at once: cut off anywhere the PC is enrolled or it is not, and the same file again finishes it, by the same keys.
 */
import type { BranchFileView, EnrolmentResult } from '../../contract/enrolment-calls.ts';
import { Failed, type Failure } from '../../contract/failure.ts';
import type { Enrolled, Enrolment } from '../../contract/sync.ts';
import { inTransaction } from '../../db/handle.ts';
import { dropSetting, getSetting, putSettings } from '../../db/settings.ts';
import { isFingerprint } from '../../ledger/fingerprint.ts';
import type { Branch } from '../branch.ts';
import { appendEntries } from '../log/append-entries.ts';
import { keepingPlace } from '../log/branch-log.ts';
import { trustedWitnesses, trustText, trustWitnesses } from '../log/witness-trust.ts';
import { requirePermission } from '../people/permissions.ts';
import type { SigningDevice } from '../sync/signed-request.ts';
import { changeSyncState } from '../sync/sync-state.ts';
import { updatePlace } from '../updates/update-state.ts';
import { deviceKey, type EnrolledAt, enrolledAt, lastEnrolment, makeDeviceKey } from './device.ts';
import { enrolmentState } from './enrolment-state.ts';
import { type OpenedBranchFile, openBranchFile, refuseBranchFile } from './open-branch-file.ts';
import { enrolmentOf, settleEnrolment } from './pending-enrolment.ts';
import { pinnedKeys } from './read-branch-file.ts';

export interface EnrolmentAccess {
  /** Folder of what ships with the program, where a key of head office may be. */
  trustRoot: string;
  /** Asks head office (branch/sync/post-enrolment.ts). @throws Failed `sync-unreachable` where it may be asked later */
  post(url: string, enrolment: Enrolment, device: SigningDevice, signal: AbortSignal): Promise<Enrolled>;
}

export interface EnrolmentRequest {
  /** The branch file. */
  text: string;
  /** The fingerprint of head office's key as a person compared it; null where that is not needed. */
  confirmed: string | null;
}

/** What a branch file says, before anything is done. @throws Failed not-allowed, branch-file-refused */
export function lookAtBranchFile(
  { log, role, clock }: Branch,
  { trustRoot }: Pick<EnrolmentAccess, 'trustRoot'>,
  text: string,
): BranchFileView {
  requirePermission(role, 'manage-sync');
  const { file, fingerprint, isPinned, isOtherHeadOffice, isExpired } = openBranchFile(text, pinnedKeys(log.db, trustRoot), clock.now());
  const { branch, name, people, issued, expires, headOffice } = file;
  const { name: called, url } = headOffice;
  return { branch, name, headOffice: { name: called, url }, people, issued, expires, fingerprint, isPinned, isOtherHeadOffice, isExpired };
}

/**
 * Where head office has no address, or is not reached, the enrolment waits for the next sync or a stick.
 * @throws Failed not-allowed, branch-file-refused, sync-refused, disk-full, disk-error, with nothing enrolled
 */
export async function enrolBranch(
  branch: Branch,
  { text, confirmed }: EnrolmentRequest,
  { trustRoot, post }: EnrolmentAccess,
  signal: AbortSignal,
): Promise<EnrolmentResult> {
  const { log, role, clock } = branch;
  const { db } = log;
  requirePermission(role, 'manage-sync');
  const opened = openBranchFile(text, pinnedKeys(db, trustRoot), clock.now());
  const { file, fingerprint, isPinned } = opened;
  if (!isPinned && !isFingerprint(confirmed ?? '', fingerprint)) throw refuseBranchFile('unconfirmed', { fingerprint });
  if (isOfAnotherBranch(lastEnrolment(db), opened)) throw refuseBranchFile('other-branch', { branch: file.branch });
  const before = enrolledAt(db);
  if (before?.file === opened.sha256 && before.pending === null) return { state: enrolmentState(db), unreached: null };
  const isAgain = before?.file === opened.sha256;
  const key = isAgain ? null : await makeDeviceKey(db, opened.sha256);
  const device = key ?? deviceKey(db)!;
  const asked = await ask(file.headOffice.url, enrolmentOf(log, file.branch, file.token, device), device, post, signal);
  branch.requireAtWork();
  keepingPlace(log, () =>
    inTransaction(db, () => {
      if (!isAgain) enterHeadOffice(branch, opened, device.id);
      if (asked.answer !== null) settleEnrolment(branch, asked.answer);
    }),
  );
  branch.tellChange();
  return { state: enrolmentState(db), unreached: asked.unreached };
}

/** A log never changes its branch: head office would have one branch's decisions under another's name. */
function isOfAnotherBranch(last: EnrolledAt | null, { file }: OpenedBranchFile): boolean {
  return last !== null && last.headOffice.vkey === file.headOffice.vkey && last.branch !== file.branch;
}

async function ask(
  url: string | null,
  enrolment: Enrolment,
  device: SigningDevice,
  post: EnrolmentAccess['post'],
  signal: AbortSignal,
): Promise<{ answer: Enrolled | null; unreached: Failure | null }> {
  if (url === null) return { answer: null, unreached: null };
  try {
    return { answer: await post(url, enrolment, device, signal), unreached: null };
  } catch (error) {
    if (error instanceof Failed && error.failure.kind === 'sync-unreachable') return { answer: null, unreached: error.failure };
    throw error;
  }
}

/** In the caller's transaction. */
function enterHeadOffice({ log, actor, role, clock }: Branch, { file, sha256 }: OpenedBranchFile, device: string): void {
  const { db } = log;
  const last = lastEnrolment(db);
  const { branch, name, headOffice, witnesses, quorum, settings, people, updates, token } = file;
  const by = { actor, role };
  const kept: EnrolledAt = {
    branch,
    name,
    headOffice,
    witnesses,
    quorum,
    settings,
    people,
    device,
    file: sha256,
    at: new Date(clock.now()).toISOString(),
    pending: { token },
    registered: [],
  };
  putSettings(db, { device: getSetting(db, 'device.next')!, enrolment: JSON.stringify(kept) });
  dropSetting(db, 'device.next');
  appendEntries(log, [{ entry: { type: 'enrolled', ...by, branch, name, head_office: headOffice.vkey, file: sha256, device } }]);
  const trusted = { witnesses: witnesses.map(({ vkey }) => vkey), quorum };
  const trustedNow = trustedWitnesses(db);
  if (trustedNow === null || trustText(trustedNow) !== trustText(trusted)) trustWitnesses(log, trusted, by);
  const isSame = last?.headOffice.vkey === headOffice.vkey && last.witnesses[0]?.vkey === witnesses[0]?.vkey;
  // What another head office acknowledged is nothing to this one.
  if (isSame) changeSyncState(db, { failure: null, stopped: null });
  else dropSetting(db, 'sync.state');
  const place = updatePlace(db);
  if (place.repository === null && updates.repository !== null) putSettings(db, { 'updates.repository': updates.repository });
  if (place.tags.length === 0 && updates.tags.length > 0) putSettings(db, { 'updates.tags': JSON.stringify(updates.tags) });
}
