/**
 * The branch file: how head office tells a new PC which branch it is. A signed note (C2SP signed-note, by head office's key) whose text is RFC 8785
 * canonical JSON of `branchFile` and a newline. It fits a QR code of version 40 at level L (2,953 bytes).
 */
import { z } from 'zod';
import { accountName, personRole } from './people.ts';
import { slug } from './product.ts';

export const MOST_BRANCH_FILE_BYTES = 2900;

const vkey = z.string().max(400);
const address = z.url({ protocol: /^https?$/ }).max(300);

export const branchFile = z.strictObject({
  v: z.literal(1),
  kind: z.literal('outpost-branch-file'),
  branch: slug,
  /** For people. */
  name: z.string().trim().min(1).max(80),
  headOffice: z.strictObject({
    name: z.string().trim().min(1).max(80),
    /** null: reached by USB stick alone. */
    url: address.nullable(),
    /** Signs branch files and outcome deliveries (type 01). */
    vkey,
    /** age recipient of files for it. */
    recipient: z.string().max(200),
  }),
  /** Whose countersignatures count. Head office's own is the first, and its `url` is null: it countersigns what it receives. */
  witnesses: z
    .array(z.strictObject({ vkey, url: address.nullable() }))
    .min(1)
    .max(4),
  quorum: z.int().positive(),
  updates: z.strictObject({ repository: z.string().max(300).nullable(), tags: z.array(slug).max(8) }),
  settings: z.strictObject({
    /** What sync may take of the line; null: all of it. */
    bytesPerSecond: z.int().min(500).nullable(),
    /** On a line that costs by the byte: send all the same, or wait for another or for somebody to say so. */
    metered: z.enum(['send', 'wait']),
  }),
  /** Who is to work there. They choose their passphrases at the branch. */
  people: z.array(z.strictObject({ account: accountName, name: z.string().trim().min(1).max(80), role: personRole })).max(8),
  /** Makes one enrolment possible. */
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  issued: z.iso.datetime({ precision: 3 }),
  expires: z.iso.datetime({ precision: 3 }),
});
export type BranchFile = z.infer<typeof branchFile>;
