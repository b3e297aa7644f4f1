/**
 * What must not be signed or published, whoever asks. A client checks signatures; it cannot know that what was signed is a mistake. So this looks
 * at everything before each signature, on whichever machine, and once more before publication.
 */
import { existsSync, statSync } from 'node:fs';
import {
  DELEGATED,
  type DelegatedName,
  isDelegated,
  type KeyForm,
  PATHS,
  type RoleForm,
  type RoleName,
  STAGEABLE,
  type StageableName,
  THRESHOLDS,
  TOP_LEVEL,
} from './form.ts';
import { checkChannels } from './lint-channels.ts';
import { stagedTargetFile, targetFile } from './places.ts';
import { unfinished, unsafe } from './refuse.ts';
import { currentOf, type Repository } from './repository.ts';
import { keyIdOf } from './signing-key.ts';
import { roleOfTarget, sha256OfFile } from './targets.ts';

const PUBLIC_HEX = /^[0-9a-f]{64}$/;

/** @throws Failed `repository-unsafe`, or `repository-unfinished` when a channel's file was not brought along */
export function checkBeforeSigning(repository: Repository, role: StageableName, now: number): void {
  checkExpiry(repository, role, now);
  if (role === 'root' || role === 'targets') checkKeys(repository);
  if (role === 'targets') checkTopLevelTargets(repository);
  if (isDelegated(role)) checkTargets(repository, role);
}

/** @throws Failed as `checkBeforeSigning` */
export function checkBeforePublishing(repository: Repository, now: number): void {
  checkKeys(repository);
  checkTopLevelTargets(repository);
  // A delegated role that has expired stops only itself: an urgent policy must not wait for the people who sign app releases.
  for (const role of STAGEABLE) if (!isDelegated(role) || repository.staged.has(role)) checkExpiry(repository, role, now);
  for (const role of DELEGATED) {
    checkTargets(repository, role);
    checkFiles(repository, role);
  }
}

function checkExpiry(repository: Repository, role: RoleName, now: number): void {
  const { expires } = currentOf(repository, role).signed;
  if (!(Date.parse(expires) > now))
    throw unsafe(
      `${role} expires on ${expires}, which is past: every branch would refuse it.`,
      `Renew it: outpost repo renew --role ${role}. Check this machine's clock too.`,
      { role, expires },
    );
}

/** Root's keys and the delegations' together: thresholds count key ids, so one key under two ids, or in two roles, counts for two people. */
function checkKeys(repository: Repository): void {
  const root = currentOf(repository, 'root').signed;
  const { delegations } = currentOf(repository, 'targets').signed;
  if (delegations === undefined) throw unsafe('The targets metadata delegates to nobody.', 'Restore it from a copy.');
  const roles: [RoleName, RoleForm, Record<string, KeyForm>][] = [
    ...TOP_LEVEL.map((role): [RoleName, RoleForm, Record<string, KeyForm>] => [role, root.roles[role], root.keys]),
    ...delegations.roles.map((role): [RoleName, RoleForm, Record<string, KeyForm>] => [role.name, role, delegations.keys]),
  ];
  const roleOfKey = new Map<string, RoleName>();
  for (const [role, form, keys] of roles) checkRoleKeys(role, form, keys, roleOfKey);
  for (const name of DELEGATED) {
    const found = delegations.roles.filter((role) => role.name === name);
    if (found.length !== 1 || !found[0]!.terminating || JSON.stringify(found[0]!.paths) !== JSON.stringify(PATHS[name]))
      throw unsafe(
        `The delegation to ${name} is not what it should be: ${PATHS[name].join(', ')}, terminating.`,
        'Restore the targets metadata from a copy.',
        { role: name },
      );
  }
}

function checkRoleKeys(
  role: RoleName,
  { keyids, threshold }: RoleForm,
  keys: Record<string, KeyForm>,
  roleOfKey: Map<string, RoleName>,
): void {
  for (const id of keyids) {
    const form = keys[id];
    // One spelling alone: in capitals the same key would have a second id.
    if (form === undefined || !PUBLIC_HEX.test(form.keyval.public) || keyIdOf(form) !== id)
      throw unsafe(
        `The key ${id} of ${role} is listed under an id that is not its own.`,
        'Make the change again from the key’s own file.',
        {
          role,
          key: id,
        },
      );
    const other = roleOfKey.get(form.keyval.public);
    if (other !== undefined)
      throw unsafe(
        other === role ? `A key of ${role} is listed twice.` : `One key serves both ${other} and ${role}.`,
        'Make a key for each role and each person: outpost repo key.',
        { role, key: id },
      );
    roleOfKey.set(form.keyval.public, role);
  }
  if (threshold < THRESHOLDS[role] || keyids.length < threshold)
    throw unsafe(
      `${role} would need ${threshold} of ${keyids.length} signatures; it has to need at least ${THRESHOLDS[role]} by different people.`,
      'Rotate the role to enough different keys.',
      { role, needed: THRESHOLDS[role], given: keyids.length },
    );
}

/** The top-level role stands before its delegations (TUF §5.6.7): a target there would be believed without the two signatures of credit risk. */
function checkTopLevelTargets(repository: Repository): void {
  const [name] = Object.keys(currentOf(repository, 'targets').signed.targets);
  if (name !== undefined)
    throw unsafe(
      `The targets metadata names ${name} itself, past the role that it belongs to.`,
      'Restore the targets metadata from a copy.',
      {
        target: name,
      },
    );
}

function checkTargets(repository: Repository, role: DelegatedName): void {
  for (const name of Object.keys(currentOf(repository, role).signed.targets))
    if (roleOfTarget(name) !== role)
      throw unsafe(`${role} names ${name}, which is not its own.`, 'Take it out, and add it again.', { role, target: name });
  checkChannels(repository, role);
}

/** Files that are about to become public are hashed once more: sticks lose bytes, and a wrong file is refused by every branch. */
function checkFiles({ folder, ...repository }: Repository, role: DelegatedName): void {
  const staged = repository.staged.get(role)?.signed;
  if (staged?._type !== 'targets') return;
  for (const [name, { hashes, length }] of Object.entries(staged.targets)) {
    const waiting = stagedTargetFile(folder, name, hashes.sha256);
    if (!existsSync(waiting)) {
      if (existsSync(targetFile(folder, name, hashes.sha256))) continue;
      throw unfinished(`The file of the target ${name} is not there.`, `Add ${name} again on this machine.`, { target: name });
    }
    if (statSync(waiting).size !== length || sha256OfFile(waiting) !== hashes.sha256)
      throw unsafe(`The file of the target ${name} is not the one that was added.`, `Add ${name} again.`, { target: name });
  }
}
