/** Entries about head office: this PC becomes a branch of it, and what it sends back. */
import { z } from 'zod';
import { entryBase } from './entry-base.ts';
import { sha256, slug } from './product.ts';

/** From here on this log goes to that head office, by that device. Another `enrolled` replaces it. */
export const enrolledEntry = z.strictObject({
  ...entryBase,
  type: z.literal('enrolled'),
  /** As head office calls the branch: in its tables, and for people. */
  branch: slug,
  name: z.string(),
  /** Head office's verifier key, which signed the branch file (type 01). */
  head_office: z.string(),
  /** Of the branch file's text. */
  file: sha256,
  /** SHA-256 of the device's public key. */
  device: sha256,
});

/** How loans went, as head office signed it (contract/sync.ts, `outcomeDelivery`). */
export const outcomeEntry = z.strictObject({
  ...entryBase,
  type: z.literal('outcome'),
  delivery: z.int().positive(),
  /** The signed note, whole: whoever has head office's key can verify it. */
  note: z.string(),
});
