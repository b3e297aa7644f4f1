/**
 * The root of trust: the one that ships with the program, and those that came after it, each signed by the one before (TUF 5.3.4, 5.3.6). A root of the
 * cache is never trusted for being there: the way to it is walked again every time, so that a torn or exchanged file falls back, not through.
 */
import { Metadata, MetadataKind, type Root } from '@tufjs/models';

export interface TrustedRoot {
  root: Metadata<Root>;
  bytes: Buffer;
}

/**
 * @param embedded the root that ships with the program
 * @param later a root of the cache by version; null: there is none
 * @throws what tuf-js throws where the embedded root is not what it should be
 */
export function walkRoots(embedded: Buffer, later: (version: number) => Buffer | null): TrustedRoot {
  let trusted = { root: parseRoot(embedded), bytes: embedded };
  // TUF 5.2: a root that is not signed by its own keys is none.
  trusted.root.verifyDelegate(MetadataKind.Root, trusted.root);
  for (;;) {
    const next = later(trusted.root.signed.version + 1);
    const root = next === null ? null : follows(trusted.root, next);
    if (next === null || root === null) return trusted;
    trusted = { root, bytes: next };
  }
}

/** TUF 5.3.4 to 5.3.6 for one step; null: it does not follow, whatever is wrong with it. */
function follows(before: Metadata<Root>, bytes: Buffer): Metadata<Root> | null {
  try {
    const root = parseRoot(bytes);
    before.verifyDelegate(MetadataKind.Root, root);
    root.verifyDelegate(MetadataKind.Root, root);
    return root.signed.version === before.signed.version + 1 ? root : null;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function parseRoot(bytes: Buffer): Metadata<Root> {
  return Metadata.fromJSON(MetadataKind.Root, JSON.parse(bytes.toString('utf8')));
}
