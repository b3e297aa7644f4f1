/**
 * The branch's use cases behind the contract (contract/ipc.ts): nothing is decided here. A `Failed` becomes the contract's one typed error.
 * `context.branch` is the branch with the person of this line at work; door calls have `context.line` alone.
 */
import type { Router } from '@orpc/server';
import type { UpdateAccess } from '../../branch/activation/update-state.ts';
import { listProducts } from '../../branch/active-artefacts.ts';
import { activityOf } from '../../branch/audit/activity.ts';
import { facetsOf } from '../../branch/audit/facets.ts';
import { pageOfLog } from '../../branch/audit/page-of-log.ts';
import { seeEntry } from '../../branch/audit/see-entry.ts';
import { timelineOf } from '../../branch/audit/timeline.ts';
import { backUp } from '../../branch/backup/back-up.ts';
import { restoreOwn } from '../../branch/backup/restore-own.ts';
import { decideApplication } from '../../branch/decide-application.ts';
import { draftOf, dropDraft, keepDraft } from '../../branch/drafts.ts';
import type { EnrolmentAccess } from '../../branch/enrolment/enrol-branch.ts';
import { type ErasureRequest, eraseSubject } from '../../branch/erasure/erase-subject.ts';
import { holdsInForce, setHold } from '../../branch/erasure/holds.ts';
import { listDue } from '../../branch/erasure/list-due.ts';
import { previewErasure } from '../../branch/erasure/preview-erasure.ts';
import { exportOwnEvidence } from '../../branch/evidence/export-own-evidence.ts';
import { recoveryKeyState, renewRecoveryKey } from '../../branch/keys/hand-out-recovery-key.ts';
import type { Protection } from '../../branch/keys/key-file.ts';
import { pageOfDecisions } from '../../branch/list-decisions.ts';
import { modelCard } from '../../branch/model-card.ts';
import { officeStatus, watchOfficeStatus } from '../../branch/office-status.ts';
import type { Branch } from '../../branch/open-branch.ts';
import { createAccount, listPeople, setDisabled, setPassphrase, setRole } from '../../branch/people/accounts.ts';
import type { Line } from '../../branch/people/line.ts';
import { receiptOf } from '../../branch/receipt.ts';
import { replayOwnLog } from '../../branch/replay/replay-range.ts';
import { listReviews, listWaiting } from '../../branch/reviews/list-reviews.ts';
import { recordReview } from '../../branch/reviews/record-review.ts';
import { seeDecision } from '../../branch/see-decision.ts';
import type { SyncAccess } from '../../branch/sync/sync-access.ts';
import { todayOf } from '../../branch/today.ts';
import { verifyOwnLog } from '../../branch/verify-own-log.ts';
import type { serviceContract } from '../../contract/ipc.ts';
import type { Erased } from '../../contract/keep-calls.ts';
import type { Session } from '../../contract/people.ts';
import { enrolmentHandlers } from './enrolment-router.ts';
import { type CallContext, implementation } from './implementation.ts';
import { syncHandlers } from './sync-router.ts';
import { updateHandlers } from './update-router.ts';

/** What the service's own process adds to the branch. */
export interface Shell {
  /** Of the key of a folder that takes this one's place. */
  protection: Protection;
  /** Closes the branch, soon: a restored one is to be opened. */
  makeWay(): void;
  updates: UpdateAccess;
  sync: SyncAccess;
  enrolment: EnrolmentAccess;
}

/** @returns who is at work in the restored branch: nobody yet */
async function restore(line: Line, input: { file: string; recoveryKey: string }, { protection, makeWay }: Shell): Promise<Session> {
  const { hasAccounts } = await restoreOwn(line.branch, input, protection);
  makeWay();
  return { state: hasAccounts ? 'signed-out' : 'first-use' };
}

function erase(branch: Branch, request: ErasureRequest): Erased {
  const { seq, deleted, takenAway, backupsBefore, isClean } = eraseSubject(branch, request);
  return { seq, deleted, takenAway, backupsBefore, isClean };
}

export function makeRouter(shell: Shell): Router<typeof serviceContract, CallContext> {
  const os = implementation();
  return os.router({
    door: {
      watch: os.door.watch.handler(({ context }) => context.line.watch(context.until)),
      begin: os.door.begin.handler(({ context, input }) => context.line.begin(input)),
      signIn: os.door.signIn.handler(({ context, input }) => context.line.signIn(input.account, input.passphrase)),
      resume: os.door.resume.handler(({ context, input }) => context.line.resume(input.token)),
      lock: os.door.lock.handler(({ context }) => context.line.lock()),
      signOut: os.door.signOut.handler(({ context }) => context.line.signOut()),
      changePassphrase: os.door.changePassphrase.handler(({ context, input }) => context.line.changePassphrase(input.old, input.next)),
    },
    people: {
      list: os.people.list.handler(({ context }) => listPeople(context.branch)),
      create: os.people.create.handler(({ context, input }) => createAccount(context.branch, input)),
      setRole: os.people.setRole.handler(({ context, input }) => setRole(context.branch, input.account, input.role)),
      setDisabled: os.people.setDisabled.handler(({ context, input }) => setDisabled(context.branch, input.account, input.disabled)),
      setPassphrase: os.people.setPassphrase.handler(({ context, input }) =>
        setPassphrase(context.branch, input.account, input.passphrase),
      ),
    },
    reviews: {
      list: os.reviews.list.handler(({ context, input }) => listReviews(context.branch, input.of)),
      waiting: os.reviews.waiting.handler(({ context }) => listWaiting(context.branch)),
      record: os.reviews.record.handler(({ context, input }) => recordReview(context.branch, input)),
    },
    office: {
      status: os.office.status.handler(({ context }) => officeStatus(context.branch)),
      watch: os.office.watch.handler(({ context }) => watchOfficeStatus(context.branch, context.until)),
    },
    products: {
      list: os.products.list.handler(({ context: { branch } }) => listProducts(branch.log.db, branch.store, todayOf(branch.clock))),
      modelCard: os.products.modelCard.handler(({ context, input }) => modelCard(context.branch, input.product)),
    },
    drafts: {
      get: os.drafts.get.handler(({ context, input }) => draftOf(context.branch, input.product)),
      save: os.drafts.save.handler(({ context, input }) => keepDraft(context.branch, input)),
      discard: os.drafts.discard.handler(({ context, input }) => dropDraft(context.branch, input.product)),
    },
    applications: { decide: os.applications.decide.handler(({ context, input }) => decideApplication(context.branch, input)) },
    decisions: {
      list: os.decisions.list.handler(({ context, input }) => pageOfDecisions(context.branch, input.filter, input.offset, input.limit)),
      get: os.decisions.get.handler(({ context, input }) => seeDecision(context.branch, input.seq)),
    },
    receipts: { get: os.receipts.get.handler(({ context, input }) => receiptOf(context.branch, input.seq)) },
    log: { verify: os.log.verify.handler(({ context }) => verifyOwnLog(context.branch)) },
    audit: {
      rows: os.audit.rows.handler(({ context, input }) => pageOfLog(context.branch, input)),
      facets: os.audit.facets.handler(({ context }) => facetsOf(context.branch)),
      timeline: os.audit.timeline.handler(({ context, input }) => timelineOf(context.branch, input.filter, input.bars, input.upTo)),
      entry: os.audit.entry.handler(({ context, input }) => seeEntry(context.branch, input.seq)),
      activity: os.audit.activity.handler(({ context, input }) => activityOf(context.branch, input)),
      replay: os.audit.replay.handler(({ context, input }) => replayOwnLog(context.branch, input)),
      exportEvidence: os.audit.exportEvidence.handler(({ context, input }) => exportOwnEvidence(context.branch, input)),
      setHold: os.audit.setHold.handler(({ context, input }) => void setHold(context.branch, input)),
      holds: os.audit.holds.handler(({ context }) => holdsInForce(context.branch)),
    },
    keep: {
      previewErasure: os.keep.previewErasure.handler(({ context, input }) => previewErasure(context.branch, input.application)),
      erase: os.keep.erase.handler(({ context, input }) => erase(context.branch, input)),
      due: os.keep.due.handler(({ context }) => listDue(context.branch)),
      backUp: os.keep.backUp.handler(({ context }) => backUp(context.branch, null)),
      recoveryKey: os.keep.recoveryKey.handler(({ context }) => ({ state: recoveryKeyState(context.branch) })),
      renewRecoveryKey: os.keep.renewRecoveryKey.handler(({ context }) => ({ recoveryKey: renewRecoveryKey(context.branch) })),
      restore: os.keep.restore.handler(({ context, input }) => restore(context.line, input, shell)),
    },
    updates: updateHandlers(os.updates, shell.updates),
    sync: syncHandlers(os.sync, shell.sync),
    enrolment: enrolmentHandlers(os.enrolment, shell.enrolment),
  });
}
