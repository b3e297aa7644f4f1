/** Head office's working folder: what is published, and what is staged and waits for signatures. */
import { existsSync, mkdirSync } from 'node:fs';
import { bytesOf, isSignedBy } from './envelope.ts';
import {
  type Envelope,
  expiryOf,
  isDelegated,
  type RoleName,
  type RootForm,
  type SignedForm,
  type SnapshotForm,
  type StageableName,
  type TargetsForm,
  type TimestampForm,
} from './form.ts';
import { publicFolder, stagedFile } from './places.ts';
import { unfinished } from './refuse.ts';
import { removeDurably, writeDurably } from './write-durably.ts';

export interface Repository {
  readonly folder: string;
  /** The current version of each role; empty before the first publication. */
  readonly published: Map<RoleName, Envelope>;
  /** The next version of each role that is being changed, with the signatures that it has so far. */
  readonly staged: Map<StageableName, Envelope>;
}

/** The moment at which something is signed, and how long what is signed lasts. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly days?: Readonly<Record<RoleName, number>>;
}

export interface FormOf {
  root: RootForm;
  targets: TargetsForm;
  models: TargetsForm;
  policy: TargetsForm;
  app: TargetsForm;
  snapshot: SnapshotForm;
  timestamp: TimestampForm;
}

/** @returns the role as it will be after the next publication: staged, or else published */
export function currentOf<R extends RoleName>(repository: Repository, role: R): Envelope<FormOf[R]> {
  const envelope = repository.staged.get(role as StageableName) ?? repository.published.get(role);
  if (envelope === undefined)
    throw unfinished(`The repository has no ${role} metadata yet.`, 'Set it up first: outpost repo init.', { role });
  return envelope as Envelope<FormOf[R]>;
}

export function publishedOf<R extends RoleName>(repository: Repository, role: R): Envelope<FormOf[R]> | undefined {
  return repository.published.get(role) as Envelope<FormOf[R]> | undefined;
}

/** Whose keys say who signs this role: root for the top level, targets for the rest (TUF §2.1). */
export function delegatorOf(repository: Repository, role: RoleName): Envelope<RootForm> | Envelope<TargetsForm> {
  return isDelegated(role) ? currentOf(repository, 'targets') : currentOf(repository, 'root');
}

/**
 * Makes the next version of a role, or changes the one that is being made. Signatures that it had are gone: they were for something else.
 * @param edit gives the changed form; version and expiry are set here
 */
export function stage<R extends StageableName>(
  repository: Repository,
  role: R,
  { now, days }: Moment,
  edit: (signed: FormOf[R]) => FormOf[R] = (signed) => signed,
): void {
  const version = (publishedOf(repository, role)?.signed.version ?? 0) + 1;
  const signed = { ...edit(currentOf(repository, role).signed), version, expires: expiryOf(role, now, days) };
  keepStaged(repository, role, { signatures: [], signed });
}

/** Writes staged metadata where it survives and can be carried to another machine. */
export function keepStaged(repository: Repository, role: StageableName, envelope: Envelope<SignedForm>): void {
  writeDurably(stagedFile(repository.folder, role), [bytesOf(envelope)]);
  repository.staged.set(role, envelope);
}

export function dropStaged(repository: Repository, role: StageableName): void {
  removeDurably(stagedFile(repository.folder, role));
  repository.staged.delete(role);
}

/** Whether the role as it will be has all the signatures that it needs. A new root needs those of the root before it too (TUF §5.3.4). */
export function isComplete(repository: Repository, role: RoleName): boolean {
  const envelope = currentOf(repository, role);
  if (!isSignedBy(delegatorOf(repository, role), role, envelope)) return false;
  const before = role === 'root' ? publishedOf(repository, 'root') : undefined;
  return before === undefined || isSignedBy(before, 'root', envelope);
}

export function newRepository(folder: string): Repository {
  mkdirSync(publicFolder(folder), { recursive: true });
  return { folder, published: new Map(), staged: new Map() };
}

export function hasRepository(folder: string): boolean {
  return existsSync(publicFolder(folder));
}
