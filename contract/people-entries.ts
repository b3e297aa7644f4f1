/** Entries about people: who may work here, who came and went, and what a person made of a decision. */
import { z } from 'zod';
import { entryBase, sealedIdentity } from './entry-base.ts';
import { accountName, personRole } from './people.ts';
import { outcome } from './policy.ts';
import { overrideCode } from './review.ts';

const seq = z.int().nonnegative();

export const accountCreatedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('account-created'),
  account: accountName,
  /** As colleagues know them. */
  name: z.string(),
  granted: personRole,
});

export const roleChangedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('role-changed'),
  account: accountName,
  from: personRole,
  to: personRole,
});

export const accountStateEntry = z.strictObject({
  ...entryBase,
  type: z.enum(['account-disabled', 'account-enabled']),
  account: accountName,
});

export const passphraseChangedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('passphrase-changed'),
  account: accountName,
  /** `it`: set anew by IT for somebody who lost theirs; they must choose their own at the next sign-in. */
  by: z.enum(['self', 'it']),
});

/** What the branch lets its officers see of each other's decisions from now on; their own alone until there is such an entry. */
export const officersSightEntry = z.strictObject({ ...entryBase, type: z.literal('officers-sight'), all: z.boolean() });

/** `unlock`: the screen had been locked; `resume`: the branch service was restarted under a person at work. */
export const signInEntry = z.strictObject({ ...entryBase, type: z.literal('sign-in'), how: z.enum(['start', 'unlock', 'resume']) });

export const signInFailedEntry = z.strictObject({
  ...entryBase,
  type: z.literal('sign-in-failed'),
  /** null: there is no such account. What was typed is not kept: people type passphrases into the wrong field. */
  account: accountName.nullable(),
  /** Failures in a row, this one included; 0 without an account. */
  failures: z.int().nonnegative(),
  /** Milliseconds until the next try is looked at. */
  wait_ms: z.int().nonnegative(),
});

export const signOutEntry = z.strictObject({
  ...entryBase,
  type: z.literal('sign-out'),
  /** `locked`: the screen was locked, by hand or after idling. */
  why: z.enum(['asked', 'locked', 'closed']),
});

/** A person's own decision on a decision (EU AI Act Art. 14; GDPR Art. 22): maker and checker are never the same account. */
export const reviewEntry = z.strictObject({
  ...entryBase,
  type: z.literal('review'),
  /** Entry that it is about. */
  of: seq,
  application: z.uuid(),
  /** What holds from now on. */
  outcome,
  /** EBA GL/2020/06: `low-side` approves what the model or policy did not, `high-side` declines what they approved; null: no override. */
  override: z.enum(['low-side', 'high-side']).nullable(),
  codes: z.array(overrideCode),
  /** Sealed remark, under a key of its own; null: none. */
  note: sealedIdentity.nullable(),
});
