/** The first version of every role that people sign. Nothing is published before they have. */
import {
  DELEGATED,
  type DelegationForm,
  type DelegationsForm,
  type Envelope,
  expiryOf,
  type KeyForm,
  PATHS,
  ROLES,
  type RoleForm,
  type RoleName,
  type RootForm,
  SPEC_VERSION,
  type TargetsForm,
  THRESHOLDS,
  TOP_LEVEL,
} from './form.ts';
import { unsafe } from './refuse.ts';
import { hasRepository, keepStaged, type Moment, newRepository, type Repository } from './repository.ts';
import type { PublicKey } from './signing-key.ts';

/** How many keys a role is set up with at least: one more than needed for root, so that a lost key does not lose the repository. */
const LEAST_KEYS: Readonly<Record<RoleName, number>> = { ...THRESHOLDS, root: 3 };

/**
 * Sets up a repository from public keys alone: the private ones need never meet on one machine.
 * @param folder a new folder, or one without a repository
 * @throws Failed `repository-unsafe` when keys are missing or there is a repository already
 */
export function createRepository(folder: string, keys: readonly PublicKey[], moment: Moment): Repository {
  if (hasRepository(folder))
    throw unsafe(
      `There is a repository in ${folder} already.`,
      'Name a new folder. A second set-up would orphan every branch that trusts the first.',
      {
        path: folder,
      },
    );
  for (const role of ROLES) requireKeys(role, keysOf(role, keys));
  const repository = newRepository(folder);
  keepStaged(repository, 'root', firstRoot(keys, moment));
  keepStaged(repository, 'targets', firstTargets('targets', moment, delegations(keys)));
  for (const role of DELEGATED) keepStaged(repository, role, firstTargets(role, moment));
  return repository;
}

export function keysOf(role: RoleName, keys: readonly PublicKey[]): PublicKey[] {
  return keys.filter((key) => key.role === role);
}

/** @throws Failed `repository-unsafe` when too few different keys are given for the role */
export function requireKeys(role: RoleName, keys: readonly PublicKey[]): void {
  const different = new Set(keys.map(({ form }) => form.keyval.public)).size;
  if (different < LEAST_KEYS[role])
    throw unsafe(
      `The role ${role} needs ${LEAST_KEYS[role]} different keys, and there ${different === 1 ? 'is' : 'are'} ${different}.`,
      'Make the missing ones with outpost repo key, each by the person who will sign with it.',
      { role, needed: LEAST_KEYS[role], given: different },
    );
}

export function roleForm(role: RoleName, keys: readonly PublicKey[]): RoleForm {
  return { keyids: keys.map(({ id }) => id), threshold: THRESHOLDS[role] };
}

export function keyForms(keys: readonly PublicKey[]): Record<string, KeyForm> {
  return Object.fromEntries(keys.map(({ id, form }) => [id, form]));
}

function firstRoot(keys: readonly PublicKey[], { now, days }: Moment): Envelope<RootForm> {
  const topLevel = TOP_LEVEL.flatMap((role) => keysOf(role, keys));
  const form = (role: RoleName) => roleForm(role, keysOf(role, keys));
  const roles = { root: form('root'), targets: form('targets'), snapshot: form('snapshot'), timestamp: form('timestamp') };
  return {
    signatures: [],
    signed: {
      _type: 'root',
      spec_version: SPEC_VERSION,
      version: 1,
      expires: expiryOf('root', now, days),
      consistent_snapshot: true,
      keys: keyForms(topLevel),
      roles,
    },
  };
}

function firstTargets(role: RoleName, { now, days }: Moment, delegated?: DelegationsForm): Envelope<TargetsForm> {
  const signed = { _type: 'targets' as const, spec_version: SPEC_VERSION, version: 1, expires: expiryOf(role, now, days), targets: {} };
  return { signatures: [], signed: delegated === undefined ? signed : { ...signed, delegations: delegated } };
}

function delegations(keys: readonly PublicKey[]): DelegationsForm {
  return {
    keys: keyForms(DELEGATED.flatMap((role) => keysOf(role, keys))),
    roles: DELEGATED.map(
      // Terminating: what its role does not name is not looked for elsewhere, so that no other role can answer for it (TUF §5.6.7.2).
      (name): DelegationForm => ({ ...roleForm(name, keysOf(name, keys)), name, terminating: true, paths: [...PATHS[name]] }),
    ),
  };
}
