/** New keys for a role, and the end of the old ones: after a theft, a loss, or when somebody leaves. */
import { keyForms, requireKeys, roleForm } from './create-repository.ts';
import { isDelegated, type KeyForm, type RoleName, type RootForm, type TargetsForm } from './form.ts';
import { unsafe } from './refuse.ts';
import { type Moment, type Repository, stage } from './repository.ts';
import type { PublicKey } from './signing-key.ts';

/**
 * Stages the change of a role's keys to exactly those given; keys that are not among them are revoked. What the old keys signed is staged anew too.
 *
 * For root, both the officers of the root before and those of the new one must sign (TUF §5.3.4): otherwise two stolen keys could lock the bank out.
 * Rotating snapshot and timestamp together is the way back from a fast-forward, in which stolen keys signed a version so high that nothing after it
 * counts as newer: a client forgets both files once their keys change (TUF §5.3.11).
 */
export function rotate(repository: Repository, role: RoleName, keys: readonly PublicKey[], moment: Moment): void {
  const foreign = keys.find((key) => key.role !== role);
  if (foreign !== undefined)
    throw unsafe(`A key of ${foreign.role} was given for ${role}.`, `Make a key for ${role}: a key serves one role.`, { role });
  requireKeys(role, keys);
  if (isDelegated(role)) {
    stage(repository, 'targets', moment, (signed) => withDelegatedKeys(signed, role, keys));
    stage(repository, role, moment);
    return;
  }
  stage(repository, 'root', moment, (signed) => withRootKeys(signed, role, keys));
  if (role === 'targets') stage(repository, 'targets', moment);
}

function withRootKeys(signed: RootForm, role: keyof RootForm['roles'], keys: readonly PublicKey[]): RootForm {
  const roles = { ...signed.roles, [role]: roleForm(role, keys) };
  return { ...signed, roles, keys: inUse({ ...signed.keys, ...keyForms(keys) }, Object.values(roles)) };
}

function withDelegatedKeys(signed: TargetsForm, role: RoleName, keys: readonly PublicKey[]): TargetsForm {
  const { roles: before, keys: known } = signed.delegations!;
  const roles = before.map((delegation) => (delegation.name === role ? { ...delegation, ...roleForm(role, keys) } : delegation));
  return { ...signed, delegations: { keys: inUse({ ...known, ...keyForms(keys) }, roles), roles } };
}

/** A revoked key that stays listed is a revoked key that somebody lists again by mistake. */
function inUse(keys: Record<string, KeyForm>, roles: readonly { keyids: string[] }[]): Record<string, KeyForm> {
  const used = new Set(roles.flatMap(({ keyids }) => keyids));
  return Object.fromEntries(Object.entries(keys).filter(([id]) => used.has(id)));
}
