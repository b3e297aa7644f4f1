import type { Branch } from '../open-branch.ts';
import { hasAccounts } from '../people/accounts.ts';
import { peopleExist } from '../people/refusals.ts';

/** The branch with nobody at work, for as long as nobody has an account: there is nobody to ask. @throws Failed account-exists */
export function inFirstUse(branch: Branch): Branch {
  const requireAtWork = () => {
    if (hasAccounts(branch.log.db)) throw peopleExist();
  };
  requireAtWork();
  return branch.for({ account: 'system', role: 'system', requireAtWork });
}
