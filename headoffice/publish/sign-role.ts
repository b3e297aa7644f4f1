/** One officer's signature on staged metadata. */
import { rolesKeys, signedBytes, signersOf, withSignature } from './envelope.ts';
import { type Envelope, isDelegated, type StageableName } from './form.ts';
import { checkBeforeSigning } from './lint.ts';
import { keyWrong, unfinished, unsafe } from './refuse.ts';
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

/**
 * Takes over the signatures that somebody gave on a copy of the staged file.
 * @returns how many were new
 * @throws Failed `repository-unsafe` when the copy is not of what is staged here
 */
export function collectSignatures(repository: Repository, role: StageableName, copy: Envelope): number {
  const staged = repository.staged.get(role);
  if (staged === undefined || !signedBytes(staged).equals(signedBytes(copy)))
    throw unsafe(`The copy of ${role} is not of what is staged here.`, 'Take a fresh copy to the other machine and have that signed.', {
      role,
    });
  const allowed = allowedKeys(repository, role);
  const judges = [delegatorOf(repository, role), ...(role === 'root' ? [publishedOf(repository, 'root')] : [])];
  // Only those that verify: a broken one would be carried into the published file and look like a signature to whoever counts lines.
  const signers = (envelope: Envelope) => new Set(judges.flatMap((judge) => (judge === undefined ? [] : signersOf(judge, role, envelope))));
  const [valid, has] = [signers(copy), signers(staged)];
  const fresh = copy.signatures.filter(({ keyid }) => allowed.has(keyid) && valid.has(keyid) && !has.has(keyid));
  if (fresh.length > 0)
    keepStaged(repository, role, { ...staged, signatures: [...staged.signatures.filter(({ keyid }) => has.has(keyid)), ...fresh] });
  return fresh.length;
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
