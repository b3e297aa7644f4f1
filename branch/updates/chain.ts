/**
 * The verified chain root → timestamp → snapshot → targets → delegated roles, checked again from its bytes with our own few lines over
 * @tufjs/models: at every start without network and without expiry, and after every refresh before its result counts.
 */
import { Metadata, MetadataKind, type Snapshot, type TargetFile, type Targets, type Timestamp } from '@tufjs/models';
import type { ReleaseSource } from '../../contract/release-entries.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** Bytes of metadata by role; null: there are none. */
export type ReadRole = (role: string) => Buffer | null;

export interface Chain {
  trusted: TrustedRoot;
  timestamp: Metadata<Timestamp>;
  snapshot: Metadata<Snapshot>;
  targets: Metadata<Targets>;
  /** Those of the delegated roles that are here and verify. */
  delegated: ReadonlyMap<string, Metadata<Targets>>;
}

/** A target that a role of the chain vouches for. */
export interface FoundTarget {
  name: string;
  target: TargetFile;
  /** Lower-case hexadecimal. */
  sha256: string;
  source: ReleaseSource;
}

/** Metadata is missing in the cache: no chain has been verified here yet, or it was cut off. */
export class ChainIncomplete extends Error {
  override readonly name = 'ChainIncomplete';
}

/**
 * Verifies signatures, versions, lengths and hashes from the root down; expiry is not looked at.
 * @throws ChainIncomplete, or what tuf-js's models throw
 */
export function readChain(trusted: TrustedRoot, read: ReadRole): Chain {
  const { root } = trusted;
  // TUF 5.4.2: arbitrary software attack.
  const timestamp = parse(MetadataKind.Timestamp, needed(read, 'timestamp')) as Metadata<Timestamp>;
  root.verifyDelegate('timestamp', timestamp);
  // TUF 5.5.2 to 5.5.4: another snapshot than the timestamp's (mix and match).
  const snapshotBytes = needed(read, 'snapshot');
  timestamp.signed.snapshotMeta.verify(snapshotBytes);
  const snapshot = parse(MetadataKind.Snapshot, snapshotBytes) as Metadata<Snapshot>;
  root.verifyDelegate('snapshot', snapshot);
  requireVersion('snapshot', snapshot.signed.version, timestamp.signed.snapshotMeta.version);
  const targets = readTargets(snapshot, root, 'targets', needed(read, 'targets'));
  return { trusted, timestamp, snapshot, targets, delegated: readDelegated(snapshot, targets, read) };
}

/** TUF 5.6.2 to 5.6.4. */
function readTargets(
  snapshot: Metadata<Snapshot>,
  delegator: TrustedRoot['root'] | Metadata<Targets>,
  role: string,
  bytes: Buffer,
): Metadata<Targets> {
  const meta = ownMember(snapshot.signed.meta, `${role}.json`);
  if (meta === undefined) throw new ChainIncomplete(`${role} is not in the snapshot`);
  meta.verify(bytes);
  const metadata = parse(MetadataKind.Targets, bytes) as Metadata<Targets>;
  delegator.verifyDelegate(role, metadata);
  requireVersion(role, metadata.signed.version, meta.version);
  return metadata;
}

/** One role that is missing or broken takes nothing from the others: their owners signed for themselves. */
function readDelegated(snapshot: Metadata<Snapshot>, targets: Metadata<Targets>, read: ReadRole): Map<string, Metadata<Targets>> {
  const found = new Map<string, Metadata<Targets>>();
  for (const role of Object.keys(targets.signed.delegations?.roles ?? {})) {
    const own = read(role);
    if (own === null) continue;
    try {
      found.set(role, readTargets(snapshot, targets, role, own));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
  return found;
}

/** TUF 5.6.7: the targets role first, then the roles that it delegates the name to, in order; a terminating one is the last that is asked. */
export function findTarget(chain: Chain, name: string): FoundTarget | null {
  const { targets } = chain;
  const own = ownMember(targets.signed.targets, name);
  if (own !== undefined) return foundIn(chain, name, own, 'targets');
  for (const role of Object.values(targets.signed.delegations?.roles ?? {})) {
    if (!role.isDelegatedPath(name)) continue;
    const target = ownMember(chain.delegated.get(role.name)?.signed.targets ?? {}, name);
    if (target !== undefined) return foundIn(chain, name, target, role.name);
    if (role.terminating) return null;
  }
  return null;
}

function foundIn(chain: Chain, name: string, target: TargetFile, role: string): FoundTarget {
  const { sha256 = '' } = target.hashes;
  // Without a strong digest only the length would be checked (TUF 5.7.2 leaves the choice to the repository).
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError(`${name} has no SHA-256`);
  if (!Number.isSafeInteger(target.length)) throw new TypeError(`${name} has no length`);
  return { name, target, sha256, source: { target: name, metadata: versionsOf(chain), signedBy: { role, keys: signersOf(chain, role) } } };
}

/** Key ids whose signatures on the role were verified. */
function signersOf({ trusted, targets, delegated }: Chain, role: string): string[] {
  const { root } = trusted;
  const [metadata, keys, ids] =
    role === 'targets'
      ? [targets, root.signed.keys, root.signed.roles.targets?.keyIDs]
      : [delegated.get(role), targets.signed.delegations?.keys, targets.signed.delegations?.roles?.[role]?.keyIDs];
  if (metadata === undefined) return [];
  return (ids ?? []).filter((id) => {
    try {
      keys?.[id]?.verifySignature(metadata);
      return keys?.[id] !== undefined;
    } catch (error) {
      if (error instanceof Error) return false;
      throw error;
    }
  });
}

/** Versions of all verified metadata, by role. */
export function versionsOf({ trusted, timestamp, snapshot, targets, delegated }: Chain): Record<string, number> {
  return {
    root: trusted.root.signed.version,
    timestamp: timestamp.signed.version,
    snapshot: snapshot.signed.version,
    targets: targets.signed.version,
    ...Object.fromEntries([...delegated].map(([role, { signed }]) => [role, signed.version])),
  };
}

/** Earliest expiry of the chain down to this role (`targets`: without the delegated ones), milliseconds since 1970; null: the role is not here. */
export function expiryOf({ trusted, timestamp, snapshot, targets, delegated }: Chain, role: string): number | null {
  const last = role === 'targets' ? targets : delegated.get(role);
  if (last === undefined) return null;
  return Math.min(...[trusted.root, timestamp, snapshot, targets, last].map(({ signed }) => Date.parse(signed.expires)));
}

/** When the timestamp was signed (its own signed word, `x_issued`), milliseconds since 1970; null: it does not say. */
export function issuedOf(timestamp: Metadata<Timestamp>): number | null {
  const { x_issued: text } = timestamp.signed.unrecognizedFields;
  const issued = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(issued) ? null : issued;
}

/** Version of a timestamp that verifies under this root; 0: it does not. */
export function timestampVersion({ root }: TrustedRoot, bytes: Buffer | null): number {
  try {
    if (bytes === null) return 0;
    const timestamp = parse(MetadataKind.Timestamp, bytes) as Metadata<Timestamp>;
    root.verifyDelegate('timestamp', timestamp);
    return timestamp.signed.version;
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
}

function parse(kind: MetadataKind, bytes: Buffer): Metadata<Timestamp> | Metadata<Snapshot> | Metadata<Targets> {
  return Metadata.fromJSON(kind as MetadataKind.Targets, JSON.parse(bytes.toString('utf8')));
}

function needed(read: ReadRole, role: string): Buffer {
  const found = read(role);
  if (found === null) throw new ChainIncomplete(`${role} is missing`);
  return found;
}

function requireVersion(role: string, found: number, meant: number): void {
  if (found !== meant) throw new TypeError(`${role} has version ${found} in the place of ${meant}`);
}

/** Names come from files: `constructor` is no target. */
function ownMember<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
