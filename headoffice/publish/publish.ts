/** Makes staged work public, behind a new snapshot and timestamp. */
import { existsSync, rmSync } from 'node:fs';
import { bytesOf, fileFormOf, rolesKeys, sealed, signersOf } from './envelope.ts';
import {
  DELEGATED,
  type Envelope,
  expiryOf,
  type FileForm,
  momentOf,
  type RoleName,
  type SnapshotForm,
  SPEC_VERSION,
  type StageableName,
  type TimestampForm,
} from './form.ts';
import { checkBeforePublishing } from './lint.ts';
import { metadataFile, stagedTargetFile, stagedTargetsFolder, targetFile } from './places.ts';
import { unfinished } from './refuse.ts';
import { currentOf, delegatorOf, dropStaged, isComplete, type Moment, publishedOf, type Repository } from './repository.ts';
import type { SigningKey } from './signing-key.ts';
import { moveDurably, writeDurably } from './write-durably.ts';

/** The keys that stand at head office's publishing machine. They can make nobody believe in a target that its role has not signed. */
export interface OnlineKeys {
  readonly snapshot: readonly SigningKey[];
  readonly timestamp: readonly SigningKey[];
}

const LISTED = ['targets', ...DELEGATED] as const;

/**
 * Publishes what is staged and complete, and signs snapshot and timestamp anew; with nothing staged this is the monthly signing.
 *
 * The order is the promise: what is pointed to is on the disk before what points to it, and `timestamp.json`, the only name that is written over,
 * comes last. After a crash anywhere before it, clients go on with the version before, and the same call finishes the work.
 * @throws Failed `repository-unfinished` when a role lacks signatures, `repository-unsafe` when one must not be published
 */
export function publish(repository: Repository, keys: OnlineKeys, moment: Moment): void {
  for (const role of ['root', ...LISTED] as const) requireComplete(repository, role);
  checkBeforePublishing(repository, moment.now);
  const snapshot = nextSnapshot(repository, keys, moment);
  const timestamp = nextTimestamp(repository, keys, moment, fileFormOf(snapshot));
  requireOnline(repository, 'snapshot', snapshot);
  requireOnline(repository, 'timestamp', timestamp);

  moveTargets(repository);
  for (const role of LISTED) writeStaged(repository, role);
  write(repository, 'snapshot', snapshot);
  // A new root is live as soon as it has its name (TUF §5.3.3 looks for N+1), so it comes as late as it can: right before what its keys sign.
  writeStaged(repository, 'root');
  write(repository, 'timestamp', timestamp);

  for (const role of repository.staged.keys()) {
    repository.published.set(role, repository.staged.get(role)!);
    dropStaged(repository, role);
  }
  // What was added and then taken out again before it was signed.
  rmSync(stagedTargetsFolder(repository.folder), { recursive: true, force: true });
  repository.published.set('snapshot', snapshot).set('timestamp', timestamp);
}

function requireComplete(repository: Repository, role: StageableName): void {
  if (isComplete(repository, role)) return;
  const { threshold } = rolesKeys(delegatorOf(repository, role), role);
  const given = signersOf(delegatorOf(repository, role), role, currentOf(repository, role)).length;
  const old = role === 'root' && given >= threshold;
  throw unfinished(
    old
      ? 'The new root lacks signatures of the officers named by the root before it.'
      : `${role} has ${given} of the ${threshold} signatures that it needs.`,
    `Have it signed: outpost repo sign --role ${role}.`,
    { role, given, needed: threshold },
  );
}

function requireOnline(repository: Repository, role: 'snapshot' | 'timestamp', envelope: Envelope): void {
  const { threshold } = rolesKeys(currentOf(repository, 'root'), role);
  const given = signersOf(currentOf(repository, 'root'), role, envelope).length;
  if (given < threshold)
    throw unfinished(`The keys given do not sign ${role}.`, `Give the key file of ${role}.`, { role, given, needed: threshold });
}

function nextSnapshot(repository: Repository, keys: OnlineKeys, { now, days }: Moment): Envelope<SnapshotForm> {
  const before = publishedOf(repository, 'snapshot')?.signed;
  const meta: Record<string, FileForm> = {};
  for (const role of LISTED) {
    const staged = repository.staged.get(role);
    // What is unchanged keeps the length and hash under which it was published.
    meta[`${role}.json`] = staged === undefined ? before!.meta[`${role}.json`]! : fileFormOf(staged);
  }
  const signed = {
    _type: 'snapshot' as const,
    spec_version: SPEC_VERSION,
    version: (before?.version ?? 0) + 1,
    expires: expiryOf('snapshot', now, days),
    meta,
  };
  return sealed(signed, keys.snapshot);
}

function nextTimestamp(repository: Repository, keys: OnlineKeys, { now, days }: Moment, snapshot: FileForm): Envelope<TimestampForm> {
  const signed = {
    _type: 'timestamp' as const,
    spec_version: SPEC_VERSION,
    version: (publishedOf(repository, 'timestamp')?.signed.version ?? 0) + 1,
    expires: expiryOf('timestamp', now, days),
    meta: { 'snapshot.json': snapshot },
    x_issued: momentOf(now),
  };
  return sealed(signed, keys.timestamp);
}

/** Whatever is not there was found to be public already, or refused, before anything was written. */
function moveTargets({ folder, staged }: Repository): void {
  for (const { signed } of staged.values()) {
    if (signed._type !== 'targets') continue;
    for (const [name, { hashes }] of Object.entries(signed.targets)) {
      const from = stagedTargetFile(folder, name, hashes.sha256);
      if (existsSync(from)) moveDurably(from, targetFile(folder, name, hashes.sha256));
    }
  }
}

function writeStaged(repository: Repository, role: StageableName): void {
  const staged = repository.staged.get(role);
  if (staged !== undefined) write(repository, role, staged);
}

function write({ folder }: Repository, role: RoleName, envelope: Envelope): void {
  writeDurably(metadataFile(folder, role, envelope.signed.version), [bytesOf(envelope)]);
}
