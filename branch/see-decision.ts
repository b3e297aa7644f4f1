/** Who may look at which decision. */
import { Failed } from '../contract/failure.ts';
import type { DecisionView } from '../contract/ipc.ts';
import { PERMISSIONS } from '../contract/permissions.ts';
import { hasAccounts, officersSeeAll } from '../db/accounts.ts';
import type { Branch } from './open-branch.ts';
import { requirePermission } from './people/permissions.ts';
import { readDecision, showDecision } from './show-decision.ts';

/** Where nobody has an account there is no "own": whoever holds the folder's key sees what is in it. */
export function seesAllDecisions({ role, log }: Pick<Branch, 'role' | 'log'>): boolean {
  requirePermission(role, 'see-own-decisions', 'see-all-decisions');
  if (role === 'system' || PERMISSIONS[role].includes('see-all-decisions')) return true;
  return officersSeeAll(log.db) || !hasAccounts(log.db);
}

/** @throws Failed `not-allowed` for somebody else's decision, `entry-unknown` */
export function requireMaySee(branch: Pick<Branch, 'role' | 'actor' | 'log'>, seq: number): void {
  if (seesAllDecisions(branch)) return;
  if (readDecision(branch.log.db, seq).entry.actor === branch.actor) return;
  throw new Failed({
    kind: 'not-allowed',
    happened: 'This decision was made by somebody else.',
    safe: 'Nothing was done.',
    next: 'Ask a supervisor.',
    facts: { seq },
  });
}

/** A stored decision, for the person at work. @throws Failed `not-allowed`, and as `showDecision` */
export async function seeDecision(branch: Branch, seq: number): Promise<DecisionView> {
  requireMaySee(branch, seq);
  return await showDecision(branch.log.db, branch.store, seq);
}
