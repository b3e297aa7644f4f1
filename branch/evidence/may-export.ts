import { hasAccounts } from '../../db/accounts.ts';
import type { Branch } from '../open-branch.ts';
import { requirePermission } from '../people/permissions.ts';

/**
 * Where nobody has an account there are no roles to ask for: whoever holds the folder's key has all that is in it.
 * @throws Failed `not-allowed`
 */
export function requireMayExport({ role, log }: Pick<Branch, 'role' | 'log'>): void {
  if (hasAccounts(log.db)) requirePermission(role, 'export-evidence');
}
