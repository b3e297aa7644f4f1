/** One officer's signature on staged metadata. */
import { rolesKeys, withSignature } from './envelope.ts';
import { isDelegated, type StageableName } from './form.ts';
import { checkBeforeSigning } from './lint.ts';
import { keyWrong, unfinished } from './refuse.ts';
import { currentOf, delegatorOf, keepStaged, publishedOf, type Repository } from './repository.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * Adds one signature to a staged role. May be called on different machines, in any order.
 * @param now milliseconds since 1970
 * @throws Failed `key-wrong` when the role is not this key's; `repository-unfinished` when nothing is staged; `repository-unsafe` when what is
 * staged must not be signed
 */
export function signRole(repository: Repository, role: StageableName, key: SigningKey, now: number): void {
  const staged = repository.staged.get(role);
  if (staged === undefined)
    throw unfinished(`Nothing of ${role} waits for a signature.`, 'Change or renew the role first, then sign it.', { role });
  const allowed = allowedKeys(repository, role);
  if (!allowed.has(key.id))
    throw keyWrong(
      `The key ${short(key.id)} does not sign ${role}.`,
      `Take a key that is listed for ${role}: outpost repo status names them.`,
      { role, key: key.id },
    );
  checkBeforeSigning(repository, role, now);
  keepStaged(repository, role, withSignature(staged, key));
}

/** The keys that may sign a role as it will be; for root also those of the root before, which must agree to their replacement (TUF §5.3.4). */
export function allowedKeys(repository: Repository, role: StageableName): Set<string> {
  const before = role === 'root' ? publishedOf(repository, 'root') : undefined;
  const now = isDelegated(role) ? delegatorOf(repository, role) : currentOf(repository, 'root');
  return new Set([...rolesKeys(now, role).keyids, ...(before === undefined ? [] : rolesKeys(before, 'root').keyids)]);
}

export function short(keyId: string): string {
  return keyId.slice(0, 12);
}
