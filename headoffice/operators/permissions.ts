/** What each role of head office may do. */
import { Failed } from '../../contract/failure.ts';
import type { OperatorPermission, OperatorRole } from '../../contract/operators.ts';

/** Who acts on the fleet sees no applicant, and who sees applicants does not act: nobody both does a thing and audits it. */
const PERMISSIONS: Record<OperatorRole, readonly OperatorPermission[]> = {
  viewer: ['see-fleet'],
  auditor: ['see-fleet', 'see-decisions', 'see-evidence', 'see-actions'],
  operator: ['see-fleet', 'see-evidence', 'manage-fleet'],
};

const PLAINLY: Record<OperatorPermission, string> = {
  'see-fleet': 'the fleet',
  'see-decisions': 'single decisions, which only auditors see',
  'see-evidence': 'evidence, which auditors and operators see',
  'see-actions': 'what people of head office did, which only auditors see',
  'manage-fleet': 'actions on branches, which only operators take',
};

export function mayDo(role: OperatorRole, permission: OperatorPermission): boolean {
  return PERMISSIONS[role].includes(permission);
}

/** @throws Failed not-allowed */
export function requirePermission(role: OperatorRole, permission: OperatorPermission): void {
  if (mayDo(role, permission)) return;
  throw new Failed({
    kind: 'not-allowed',
    happened: `Your role is ${role}, and this page is about ${PLAINLY[permission]}.`,
    safe: 'Nothing was shown and nothing was changed.',
    next: 'If your work needs it, ask whoever manages accounts of head office for another role.',
    facts: { role, permission },
  });
}
