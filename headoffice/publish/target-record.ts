/**
 * What signed metadata says of a target beside its length and hashes (TUF §4.5, `custom`): so that a channel can be held against what a target is
 * without opening it.
 */
import type { Artefact } from '../../contract/entry-base.ts';
import type { TargetForm } from './form.ts';

export type TargetRecord =
  | { readonly kind: 'model' | 'policy'; readonly product: string; readonly artefact: Artefact }
  | { readonly kind: 'app'; readonly version: string }
  | { readonly kind: 'blockmap' }
  | { readonly kind: 'channel' };

/** The one name that every branch looks for in its role; a channel beside it would be one that nobody reads. */
const CHANNEL_NAME = /^(models\/stable|policy\/stable|app\/stable-[a-z0-9]+-[a-z0-9_]+)\.json$/;

export function isChannelName(name: string): boolean {
  return CHANNEL_NAME.test(name);
}

export function artefactOf({ custom }: TargetForm): Artefact | null {
  return (custom as { artefact?: Artefact } | undefined)?.artefact ?? null;
}

export function productOf({ custom }: TargetForm): string | null {
  return (custom as { product?: string } | undefined)?.product ?? null;
}

export function appVersionOf({ custom }: TargetForm): string | null {
  return (custom as { version?: string } | undefined)?.version ?? null;
}
