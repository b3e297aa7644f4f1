/** What people are told when the door stays shut. */
import { Failed } from '../../contract/failure.ts';

const NOTHING_DONE = 'Nothing was changed.';

/** The same for an unknown name, a disabled account and a wrong passphrase: which one it was is nobody's business. */
export function signInRefused(waitMs: number): Failed {
  const waitSeconds = Math.ceil(waitMs / 1000);
  return new Failed({
    kind: 'sign-in-refused',
    happened: 'Account and passphrase do not fit, or the account is not to be used now.',
    safe: NOTHING_DONE,
    next:
      waitSeconds > 0
        ? `The next try is looked at in ${waitSeconds} s; each failure doubles the wait. IT can end it.`
        : 'Try again. Each failure doubles the wait.',
    facts: { waitSeconds },
  });
}

export function sessionOver(): Failed {
  return new Failed({
    kind: 'session-over',
    happened: 'Nobody is signed in here.',
    safe: 'What was stored is stored; what was not shown may have been done.',
    next: 'Sign in.',
    facts: {},
  });
}

export function sessionLocked(): Failed {
  return new Failed({
    kind: 'session-locked',
    happened: 'The screen is locked.',
    safe: NOTHING_DONE,
    next: 'Give the passphrase again.',
    facts: {},
  });
}

export function mustChangeFirst(): Failed {
  return new Failed({
    kind: 'not-allowed',
    happened: 'The passphrase of this account was set by IT and opens nothing yet.',
    safe: NOTHING_DONE,
    next: 'Choose a passphrase of your own first.',
    facts: { cause: 'must-change' },
  });
}

export function notForThisAccount(happened: string, next: string, facts: Record<string, string>): Failed {
  return new Failed({ kind: 'not-allowed', happened, safe: NOTHING_DONE, next, facts });
}

export function accountUnknown(account: string): Failed {
  return new Failed({
    kind: 'account-unknown',
    happened: `There is no account ${account}.`,
    safe: NOTHING_DONE,
    next: 'Look its name up in the list of people.',
    facts: { account },
  });
}

export function accountExists(account: string): Failed {
  return new Failed({
    kind: 'account-exists',
    happened: `There is an account ${account} already.`,
    safe: NOTHING_DONE,
    next: 'Choose another name. A disabled account keeps its name, because the log names it.',
    facts: { account },
  });
}

export function peopleExist(): Failed {
  return new Failed({
    kind: 'account-exists',
    happened: 'This branch has accounts already: the first one was made before.',
    safe: NOTHING_DONE,
    next: 'Sign in, or ask IT for an account.',
    facts: {},
  });
}
