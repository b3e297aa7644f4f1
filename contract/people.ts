/** People of a branch: accounts, roles, what each role may do. The branch service enforces it; screens only follow. */
import { z } from 'zod';
import { role } from './entry-base.ts';

/** Lower case, so that no two accounts differ by case alone. */
export const accountName = z.string().regex(/^[a-z][a-z0-9._-]{1,31}$/);

export const personRole = role.exclude(['system']);
export type PersonRole = z.infer<typeof personRole>;

/** Characters, counted after Unicode NFC. NIST SP 800-63B 5.1.1.2 asks for 8 and no rules of composition; a branch PC stands in public. */
export const LEAST_PASSPHRASE_CHARACTERS = 10;
export const newPassphrase = z
  .string()
  .max(1000)
  .refine((text) => Array.from(text.normalize('NFC')).length >= LEAST_PASSPHRASE_CHARACTERS);

export const permission = z.enum([
  /** Enter, keep and decide applications. */
  'decide',
  /** Look at decisions that one made oneself (and at all, where the branch allows its officers that). */
  'see-own-decisions',
  'see-all-decisions',
  /** Confirm, resolve or override somebody else's decision. */
  'review',
  /** The whole log with every entry, activity of people, replay. */
  'read-log',
  'verify-log',
  'export-evidence',
  'set-hold',
  'erase-subject',
  'manage-people',
  'back-up',
  /** What is active, what is offered, how challengers compare: counts, never an applicant. */
  'see-updates',
  /** Fetch updates, switch and roll back models. */
  'manage-updates',
  /** Enrol this PC with head office, set how the line is used, carry the log on a stick. */
  'manage-sync',
  /** Stop a model from deciding, and be the second person for a change. */
  'suspend-model',
]);
export type Permission = z.infer<typeof permission>;

export const account = z.strictObject({
  account: accountName,
  name: z.string().trim().min(1).max(80),
  role: personRole,
  disabled: z.boolean(),
  /** The passphrase was set by IT: it opens nothing but the page to choose another. */
  mustChange: z.boolean(),
});
export type Account = z.infer<typeof account>;

/** Who is at work on this line to the service. */
export const session = z.discriminatedUnion('state', [
  /** There is no account yet: the first one made is IT's. */
  z.strictObject({ state: z.literal('first-use') }),
  z.strictObject({ state: z.literal('signed-out') }),
  /** `locked`: everything is refused until the same person gives the passphrase again. */
  z.strictObject({
    state: z.enum(['signed-in', 'locked', 'must-change']),
    account: accountName,
    name: z.string(),
    role: personRole,
    permissions: z.array(permission),
    /** For `people.resume` after a restart of the service. */
    token: z.string(),
    /** The screen is to be locked after this long without a key or a movement. */
    lockAfterMs: z.int().positive(),
  }),
]);
export type Session = z.infer<typeof session>;
