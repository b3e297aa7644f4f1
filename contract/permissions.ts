/** What each role may do. Apart from people.ts, because every start needs it and schemas take long to build. */
import type { Permission, PersonRole } from './people.ts';

/** Nobody both decides and audits; nobody who manages accounts sees applicants; erasing and holding are in different hands. */
export const PERMISSIONS: Record<PersonRole, readonly Permission[]> = {
  officer: ['decide', 'see-own-decisions', 'verify-log'],
  supervisor: ['decide', 'see-own-decisions', 'see-all-decisions', 'review', 'erase-subject', 'verify-log', 'see-updates', 'suspend-model'],
  auditor: ['see-all-decisions', 'read-log', 'verify-log', 'export-evidence', 'set-hold', 'see-updates'],
  it: ['manage-people', 'back-up', 'verify-log', 'see-updates', 'manage-updates', 'suspend-model', 'manage-sync'],
};
