/** What does not work as it should on this PC, said plainly: what still works meanwhile, and what is refused. */
import { z } from 'zod';
import { slug } from './product.ts';

export const troubleKind = z.enum([
  'disk-low',
  'policy-expired',
  'model-expired',
  'no-policy',
  'no-model',
  /** A person stopped it, or head office did. */
  'model-suspended',
  /** It failed on this PC, and the one before it decides again. */
  'model-went-back',
  'clock-jumped',
  'key-store-unavailable',
  /** Head office refuses this PC or what it sends, or holds another past: nothing is sent until a person has looked. */
  'sync-stopped',
]);
export type TroubleKind = z.infer<typeof troubleKind>;

export const trouble = z.strictObject({
  kind: troubleKind,
  /** The product that it concerns; null: the whole office. */
  product: slug.nullable(),
  /** When this PC noticed it, by its own clock; the log has an entry of that. */
  since: z.iso.datetime({ precision: 3 }),
  /** English; a screen translates by `kind`. */
  works: z.string(),
  refused: z.string(),
});
export type Trouble = z.infer<typeof trouble>;
