/** Calls about people: the door, the accounts, a person's review of a decision. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { callFor, openCall } from './call.ts';
import { account, accountName, newPassphrase, personRole, session } from './people.ts';
import { review, reviewRequest } from './review.ts';

const passphrase = z.string().min(1).max(1000);

export const doorCalls = {
  /** Who is at work on this line, now and at every change. */
  watch: openCall.output(eventIterator(session)),
  /** Only while there is no account: makes IT's and signs it in. */
  begin: openCall.input(z.strictObject({ account: accountName, name: account.shape.name, passphrase: newPassphrase })).output(session),
  /** @errors sign-in-refused (facts: waitSeconds until the next try), the same for an unknown account and a wrong passphrase */
  signIn: openCall.input(z.strictObject({ account: z.string().max(100), passphrase })).output(session),
  /** After a restart of the service: the token of the session that was. */
  resume: openCall.input(z.strictObject({ token: z.string().max(200) })).output(session),
  /** Nothing is shown or done until the same person gives the passphrase again (`signIn`). */
  lock: openCall.output(session),
  signOut: openCall.output(session),
  /** Also for `must-change`. Ends all other sessions of the account. */
  changePassphrase: openCall.input(z.strictObject({ old: passphrase, next: newPassphrase })).output(session),
};

export const peopleCalls = {
  list: callFor('manage-people').output(z.array(account)),
  /** With a first passphrase that opens nothing but the choice of another. */
  create: callFor('manage-people')
    .input(z.strictObject({ account: accountName, name: account.shape.name, role: personRole, passphrase: newPassphrase }))
    .output(account),
  /** @errors not-allowed for one's own account, and for the last IT account that is left */
  setRole: callFor('manage-people')
    .input(z.strictObject({ account: accountName, role: personRole }))
    .output(account),
  setDisabled: callFor('manage-people')
    .input(z.strictObject({ account: accountName, disabled: z.boolean() }))
    .output(account),
  /** Recovery by IT: a new first passphrase; the wait after failures ends. */
  setPassphrase: callFor('manage-people')
    .input(z.strictObject({ account: accountName, passphrase: newPassphrase }))
    .output(account),
};

export const reviewCalls = {
  /** Reviews of a decision, oldest first; the last one holds. */
  list: callFor('see-own-decisions', 'see-all-decisions')
    .input(z.strictObject({ of: z.int().nonnegative() }))
    .output(z.array(review)),
  /** How many referred decisions nobody has reviewed yet. */
  waiting: callFor('review').output(z.strictObject({ seqs: z.array(z.int().nonnegative()).max(200), total: z.int().nonnegative() })),
  /** @errors not-allowed for one's own decision (four eyes), override-unfounded without a code where the outcome differs */
  record: callFor('review').input(reviewRequest).output(review),
};
