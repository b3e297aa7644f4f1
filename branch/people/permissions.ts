/** Who may do what, asked below every screen and command. */
import type { Role } from '../../contract/entry-base.ts';
import { Failed } from '../../contract/failure.ts';
import type { Permission } from '../../contract/people.ts';
import { PERMISSIONS } from '../../contract/permissions.ts';

/** @throws Failed `not-allowed` where the role has none of these permissions */
export function requirePermission(role: Role, ...anyOf: [Permission, ...Permission[]]): void {
  requireAnyOf(role, anyOf);
}

/** The same for a list that may be empty: then nobody is turned away. `system` is the program itself. @throws Failed `not-allowed` */
export function requireAnyOf(role: Role, anyOf: readonly Permission[]): void {
  if (role === 'system' || anyOf.length === 0 || anyOf.some((permission) => PERMISSIONS[role].includes(permission))) return;
  throw new Failed({
    kind: 'not-allowed',
    happened: `The role ${role} may not do this.`,
    safe: 'Nothing was done.',
    next: 'Ask somebody whose role allows it, or let IT give another role.',
    facts: { role, permission: anyOf.join(' ') },
  });
}
