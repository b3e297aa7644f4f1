/**
 * A failure's three sentences in the language shown. In English they are the service's own, which know more of the case;
 * in any other language the kind decides, and whoever caused the failure loses nothing but detail.
 */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import type { Failure, FailureKind } from '../../contract/failure.ts';

type Told = readonly [happened: MessageDescriptor, safe: MessageDescriptor, next: MessageDescriptor];

const NOTHING_CHANGED = msg`Nothing was changed, and every stored decision is safe.`;
const KEPT = msg`What you typed is kept on this screen and as a draft.`;
const STORED = msg`Everything that was stored is still stored.`;
const ASK_IT = msg`Ask your IT support, and tell them this text.`;
const STAYS_ACTIVE = msg`Nothing new was accepted. What is active stays active, and deciding goes on.`;
const WAITS = msg`Nothing is lost: every entry stays in the log of this PC.`;
const ASK_HEAD_OFFICE = msg`Ask head office for a new one.`;

const TEXTS: Record<FailureKind, Told> = {
  'application-invalid': [msg`The application cannot be decided as it is.`, KEPT, msg`Correct the fields that are marked and try again.`],
  'product-unknown': [msg`This product is not installed on this PC.`, KEPT, msg`Choose another product, or ask head office for this one.`],
  'file-unreadable': [msg`A file could not be read.`, NOTHING_CHANGED, msg`Check that the file is there and may be read.`],
  'file-malformed': [msg`A file is not what it should be.`, NOTHING_CHANGED, msg`Ask whoever made the file for a new one.`],
  usage: [msg`The program was called in a way that it does not know.`, NOTHING_CHANGED, ASK_IT],
  'model-package-malformed': [msg`The model package is malformed.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'model-package-unsafe': [msg`The model package is not safe to open.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'model-does-not-fit': [msg`The model does not fit this product.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'model-check-failed': [msg`The model does not give the numbers on this PC that it should give.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'model-hangs': [msg`The model did not answer in time.`, KEPT, msg`Try again. If it happens again, ask your IT support.`],
  'policy-malformed': [msg`The policy is malformed.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'no-active-model': [msg`No model is active for this product.`, KEPT, ASK_HEAD_OFFICE],
  'data-folder-busy': [
    msg`Another Outpost is using this branch's data.`,
    NOTHING_CHANGED,
    msg`Close the other one, or go on working in it.`,
  ],
  'data-folder-missing': [
    msg`The branch's data folder is not there.`,
    NOTHING_CHANGED,
    msg`Connect the drive that holds it, or ask your IT support.`,
  ],
  'database-corrupt': [
    msg`The branch's database is damaged.`,
    msg`The damaged file is left as it is; nothing is written to it.`,
    msg`Do not delete anything. Ask your IT support to restore the last backup.`,
  ],
  'database-newer': [msg`The data were written by a newer Outpost.`, NOTHING_CHANGED, msg`Install that newer version, or a later one.`],
  'database-key-wrong': [msg`The passphrase or key does not open this branch's data.`, NOTHING_CHANGED, msg`Try again with the right one.`],
  'database-key-missing': [
    msg`The key of this branch's data is missing.`,
    NOTHING_CHANGED,
    msg`Give the passphrase, or ask your IT support.`,
  ],
  'disk-full': [
    msg`The disk is full: the decision could not be stored, so there is none.`,
    KEPT,
    msg`Make space on the disk and try again.`,
  ],
  'disk-error': [msg`The disk did not take the data.`, STORED, msg`Try again. If it happens again, ask your IT support to check the disk.`],
  'entry-unknown': [msg`There is no such entry in the log.`, NOTHING_CHANGED, msg`Look for it in the list of decisions.`],
  'entry-too-large': [msg`The application is too large to be stored.`, KEPT, msg`Shorten the longest texts and try again.`],
  'log-tampered': [
    msg`The log was changed after it was written.`,
    msg`The log is left as it is, as evidence.`,
    msg`Stop deciding on this PC and tell your supervisor and head office.`,
  ],
  'log-malformed': [msg`The log cannot be read.`, msg`The log is left as it is, as evidence.`, ASK_IT],
  'not-allowed': [msg`Your role does not allow this.`, NOTHING_CHANGED, msg`Ask somebody with the role for it, or IT to change yours.`],
  'session-over': [msg`Nobody is signed in.`, KEPT, msg`Sign in again.`],
  'session-locked': [msg`The screen is locked.`, KEPT, msg`Give your passphrase to go on.`],
  'sign-in-refused': [
    msg`This account and passphrase do not open the office.`,
    NOTHING_CHANGED,
    msg`Check both. After each failure the wait until the next try grows; IT can give you a new passphrase.`,
  ],
  'account-exists': [msg`There is an account of this name already.`, NOTHING_CHANGED, msg`Choose another name.`],
  'account-unknown': [msg`There is no such account.`, NOTHING_CHANGED, msg`Look for it in the list of people.`],
  'override-unfounded': [
    msg`A decision that differs needs a reason.`,
    msg`Nothing was changed, and what you typed is kept.`,
    msg`Choose at least one reason for deciding otherwise.`,
  ],
  'retention-holds': [
    msg`The law still obliges the bank to keep this record.`,
    msg`Nothing was erased, and the refusal is documented in the log.`,
    msg`Tell the applicant the day from which it can be erased.`,
  ],
  'on-hold': [
    msg`This record is under a legal hold.`,
    msg`Nothing was erased, and the refusal is documented in the log.`,
    msg`Ask the auditor whether the hold can be lifted.`,
  ],
  'already-erased': [msg`This applicant has been erased already.`, NOTHING_CHANGED, msg`There is nothing left to do.`],
  'receipt-malformed': [msg`This is no receipt of a decision.`, NOTHING_CHANGED, msg`Check that the whole text was taken over.`],
  'checkpoint-refused': [
    msg`The countersigned checkpoint does not fit this log.`,
    msg`It was not taken in; the log is left as it is, as evidence.`,
    msg`Keep both and tell head office.`,
  ],
  'backup-unreadable': [msg`The backup cannot be read.`, NOTHING_CHANGED, msg`Try another copy of it.`],
  'recovery-key-wrong': [msg`This recovery key does not open the backup.`, NOTHING_CHANGED, msg`Check it letter by letter.`],
  'recovery-key-missing': [
    msg`Nobody has a recovery key, so nobody could open the backup.`,
    NOTHING_CHANGED,
    msg`Make a recovery key, write it down and lock it away. Then back up.`,
  ],
  // Head office's signing has no screen: these three are never met in one.
  'repository-unsafe': [msg`A file is not what it should be.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'repository-unfinished': [msg`A file is not what it should be.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'key-wrong': [msg`A file is not what it should be.`, NOTHING_CHANGED, ASK_HEAD_OFFICE],
  'update-refused': [
    msg`An update was refused: it is not what head office signed for this branch.`,
    STAYS_ACTIVE,
    msg`Tell head office. If it came on a stick, copy the whole repository again.`,
  ],
  'update-expired': [
    msg`The signatures of the updates have expired.`,
    STAYS_ACTIVE,
    msg`Ask head office to sign anew, and check the clock of this PC.`,
  ],
  'update-unreachable': [
    msg`The updates could not be fetched.`,
    STAYS_ACTIVE,
    msg`Nothing needs to be done: the next check goes on where this one stopped.`,
  ],
  'change-refused': [
    msg`This change of a model cannot be made as things are.`,
    STAYS_ACTIVE,
    msg`Look at what is active and what waits for a second person.`,
  ],
  'restart-refused': [
    msg`The program cannot be updated at this moment.`,
    msg`The update is not installed, and the program goes on.`,
    msg`Finish what is open or running, or lock the screen. Then install the update.`,
  ],
  'not-enrolled': [
    msg`This PC is not enrolled with a head office that it can reach by a line.`,
    WAITS,
    msg`IT enrols it with the branch file. Where head office has no address, write to a stick.`,
  ],
  'branch-file-refused': [
    msg`The branch file was refused: it was used, has expired, was taken back, or is not head office's.`,
    WAITS,
    msg`Ask head office for a new branch file.`,
  ],
  'sync-unreachable': [msg`Head office cannot be reached.`, WAITS, msg`Nothing needs to be done: the program goes on trying.`],
  'sync-refused': [
    msg`Head office refuses this PC, or what it sent.`,
    WAITS,
    msg`Tell head office. A PC that was replaced or revoked needs a new branch file.`,
  ],
  'sync-fork': [
    msg`Head office holds another past of this log than this PC.`,
    msg`Both checkpoints are kept as evidence, and nothing was changed.`,
    msg`Keep this PC as it is and tell your auditor: the log was set back to an older state, or a copy of it is in use.`,
  ],
  'stick-unreadable': [
    msg`The stick cannot be used: it is full, damaged, or not the topmost folder.`,
    WAITS,
    msg`Put it in again and choose its topmost folder, or take another stick.`,
  ],
  // Head office's own database: never met on a screen of a branch.
  'store-unreachable': [msg`A file could not be read.`, NOTHING_CHANGED, ASK_IT],
  'store-newer': [msg`A file could not be read.`, NOTHING_CHANGED, ASK_IT],
  'update-malformed': [msg`An update cannot be read: it is not what it should be.`, STAYS_ACTIVE, msg`Tell head office.`],
  'service-unavailable': [
    msg`The branch service stopped while it was working on this.`,
    msg`Everything that was stored is still stored, and your entries on this screen are kept.`,
    msg`It restarts by itself. Try again in a moment.`,
  ],
  'key-store-untrusted': [
    msg`The system's key store does not protect keys on this PC.`,
    NOTHING_CHANGED,
    msg`Use a passphrase, or ask your IT support to set up the key store.`,
  ],
};

export function useFailureText(failure: Failure): { happened: string; safe: string; next: string } {
  const { _, i18n } = useLingui();
  if (i18n.locale === 'en') return failure;
  const [happened, safe, next] = TEXTS[failure.kind];
  return { happened: _(happened), safe: _(safe), next: _(next) };
}
