/** Entries of a product's model or policy that comes, goes or is stopped. */
import type { Artefact } from '../../contract/entry-base.ts';
import type { UnstampedEntry } from '../../contract/log-entry.ts';
import type { ActivationCause, ReleaseSource } from '../../contract/release-entries.ts';
import type { Activation } from '../../db/activations.ts';

export type Actor = Pick<UnstampedEntry, 'actor' | 'role'>;
export const SYSTEM: Actor = { actor: 'system', role: 'system' };

export const artefactOf = ({ name, version, sha256 }: Artefact): Artefact => ({ name, version, sha256 });

export interface Coming {
  by: Actor;
  product: string;
  alias: 'champion' | 'challenger' | 'policy';
  artefact: Artefact;
  /** What is in the place now. */
  previous: Activation | undefined;
  cause: ActivationCause;
  source?: ReleaseSource | undefined;
}

export function activationEntry({ by, product, alias, artefact, previous, cause, source }: Coming): UnstampedEntry {
  return {
    type: alias === 'policy' ? 'policy-activated' : 'model-activated',
    ...by,
    product,
    artefact: artefactOf(artefact),
    alias: alias === 'policy' ? null : alias,
    previous: previous === undefined ? null : artefactOf(previous),
    cause,
    ...(source === undefined ? {} : { source }),
  };
}

export function stateEntry(
  type: 'model-retired' | 'model-suspended' | 'model-resumed',
  by: Actor,
  { product, ...artefact }: Artefact & { product: string },
  reason: string,
): UnstampedEntry {
  return { type, ...by, product, artefact: artefactOf(artefact), reason: reason.slice(0, 500) };
}
