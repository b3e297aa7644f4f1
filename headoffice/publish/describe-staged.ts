/** What a signature would vouch for, in lines for the person who is about to give it. A signer who sees only a file name signs anything. */
import { createHash } from 'node:crypto';
import { signedBytes } from './envelope.ts';
import { isDelegated, type KeyForm, type RoleForm, type RootForm, type StageableName, type TargetsForm } from './form.ts';
import { readChannel } from './lint-channels.ts';
import { metadataFile } from './places.ts';
import { unfinished } from './refuse.ts';
import { publishedOf, type Repository } from './repository.ts';
import { isChannelName } from './target-record.ts';
import { sha256OfFile } from './targets.ts';

/** @throws Failed `repository-unfinished` when nothing of the role waits for a signature */
export function describeStaged(repository: Repository, role: StageableName): string[] {
  const staged = repository.staged.get(role);
  if (staged === undefined)
    throw unfinished(`Nothing of ${role} waits for a signature.`, 'Change or renew the role first, then sign it.', { role });
  const { signed } = staged;
  const before = publishedOf(repository, role)?.signed;
  const head = [
    `${role} version ${signed.version}, valid until ${signed.expires}`,
    // Two officers on two machines read this to each other: they sign the same thing, or one of them was given another.
    `SHA-256 of what is signed: ${createHash('sha256').update(signedBytes(staged)).digest('hex')}`,
  ];
  const lines: string[] = [];
  if (signed._type === 'root') lines.push(...rolesChanged(signed, before as RootForm | undefined));
  if (signed._type === 'targets') {
    lines.push(...delegationsChanged(signed, before as TargetsForm | undefined));
    if (isDelegated(role)) lines.push(...targetsChanged(repository, role, signed, before as TargetsForm | undefined));
  }
  return [
    ...head,
    ...firstRoot(repository),
    ...(lines.length > 0 ? lines : [before === undefined ? '  the first version, and empty' : '  the same as before, for longer']),
  ];
}

/**
 * What is shown as new is new against what lies in this folder. Somebody who replaced all of it, first root and all, could show a change as old:
 * the one thing that they cannot give is the first root that everybody wrote down.
 */
function firstRoot({ folder, published }: Repository): string[] {
  if (!published.has('root')) return [];
  return [`compared with the repository whose first root has SHA-256 ${sha256OfFile(metadataFile(folder, 'root', 1))}`];
}

function rolesChanged(now: RootForm, before: RootForm | undefined): string[] {
  return (Object.entries(now.roles) as [keyof RootForm['roles'], RoleForm][]).flatMap(([role, form]) =>
    keysChanged(role, form, before?.roles[role], now.keys),
  );
}

function delegationsChanged(now: TargetsForm, before: TargetsForm | undefined): string[] {
  const { delegations } = now;
  return (delegations?.roles ?? []).flatMap((form) =>
    keysChanged(
      form.name,
      form,
      before?.delegations?.roles.find(({ name }) => name === form.name),
      delegations?.keys ?? {},
    ),
  );
}

function keysChanged(role: string, now: RoleForm, before: RoleForm | undefined, keys: Readonly<Record<string, KeyForm>>): string[] {
  const added = now.keyids.filter((id) => !before?.keyids.includes(id));
  const gone = before?.keyids.filter((id) => !now.keyids.includes(id)) ?? [];
  const lines = [
    ...added.map((id) => `  + key of ${role}: ${id} (public ${keys[id]?.keyval.public ?? 'missing'})`),
    ...gone.map((id) => `  - key of ${role}: ${id}, revoked`),
  ];
  if (before?.threshold !== now.threshold) lines.push(`  ${role} needs ${now.threshold} of ${now.keyids.length} signatures`);
  return lines;
}

function targetsChanged(
  repository: Repository,
  role: 'models' | 'policy' | 'app',
  now: TargetsForm,
  before: TargetsForm | undefined,
): string[] {
  const lines: string[] = [];
  for (const [name, form] of Object.entries(now.targets)) {
    const old = before?.targets[name];
    if (old !== undefined && JSON.stringify(old) === JSON.stringify(form)) continue;
    lines.push(`  ${old === undefined ? '+' : '~'} ${name}: ${form.length} bytes, SHA-256 ${form.hashes.sha256}`);
    if (isChannelName(name))
      lines.push(
        ...JSON.stringify(readChannel(repository, role, name, form), null, 1)
          .split('\n')
          .map((line) => `      ${line}`),
      );
    else if (form.custom !== undefined) lines.push(`      ${JSON.stringify(form.custom)}`);
  }
  for (const name of Object.keys(before?.targets ?? {})) if (now.targets[name] === undefined) lines.push(`  - ${name}`);
  return lines;
}
