/** Reads head office's working folder and believes nothing in it that its own root does not vouch for: whoever can write to a disk cannot sign. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Failed } from '../../contract/failure.ts';
import { isSignedBy, parseEnvelope } from './envelope.ts';
import {
  DELEGATED,
  type Envelope,
  type FileForm,
  type RootForm,
  type SignedForm,
  STAGEABLE,
  type StageableName,
  type TargetsForm,
} from './form.ts';
import { metadataFile, stagedFile } from './places.ts';
import { malformed, unsafe } from './refuse.ts';
import { hasRepository, newRepository, type Repository } from './repository.ts';

/**
 * @throws Failed `file-unreadable` when there is no repository, `file-malformed` or `repository-unsafe` when what lies there does not verify
 */
export function openRepository(folder: string): Repository {
  if (!hasRepository(folder))
    throw new Failed({
      kind: 'file-unreadable',
      happened: `There is no repository in ${folder}.`,
      safe: 'Nothing was changed.',
      next: 'Name the folder that outpost repo init made.',
      facts: { path: folder },
    });
  const repository = newRepository(folder);
  readPublished(repository);
  for (const role of STAGEABLE) readStaged(repository, role);
  return repository;
}

function readPublished(repository: Repository): void {
  const roots = readRoots(repository.folder);
  const root = roots.at(-1);
  if (root === undefined) return;
  repository.published.set('root', root);
  const file = metadataFile(repository.folder, 'timestamp', 0);
  if (!existsSync(file)) return;
  // A crash between a new root and the timestamp that its keys sign leaves a timestamp of the root before: it is what clients still hold.
  const timestamp = parse(file, readFileSync(file), 'timestamp') as Envelope & { signed: { _type: 'timestamp' } };
  const judge = roots.slice(-2).findLast((one) => isSignedBy(one, 'timestamp', timestamp));
  if (judge === undefined) throw unverified(file);
  const snapshot = readLinked(repository, 'snapshot', timestamp.signed.meta['snapshot.json'], judge) as Envelope & {
    signed: { _type: 'snapshot' };
  };
  const { meta } = snapshot.signed;
  const targets = readLinked(repository, 'targets', meta['targets.json'], judge) as Envelope<TargetsForm>;
  for (const role of DELEGATED) readLinked(repository, role, meta[`${role}.json`], targets);
  repository.published.set('timestamp', timestamp);
}

/** TUF §5.3: every root is signed by its own officers and by those of the root before. */
function readRoots(folder: string): Envelope<RootForm>[] {
  const roots: Envelope<RootForm>[] = [];
  for (let version = 1; ; version += 1) {
    const file = metadataFile(folder, 'root', version);
    if (!existsSync(file)) return roots;
    const root = parse(file, readFileSync(file), 'root') as Envelope<RootForm>;
    const before = roots.at(-1) ?? root;
    if (root.signed.version !== version || !isSignedBy(root, 'root', root) || !isSignedBy(before, 'root', root)) throw unverified(file);
    roots.push(root);
  }
}

/** Metadata that other metadata names by version, length and hash. */
function readLinked(
  repository: Repository,
  role: 'snapshot' | 'targets' | (typeof DELEGATED)[number],
  link: FileForm | undefined,
  judge: Envelope<RootForm> | Envelope<TargetsForm>,
): Envelope {
  const file = metadataFile(repository.folder, role, link?.version ?? 0);
  if (link === undefined || !existsSync(file)) throw unverified(file);
  const bytes = readFileSync(file);
  const envelope = parse(file, bytes, role === 'snapshot' ? 'snapshot' : 'targets');
  const isSame = bytes.length === link.length && createHash('sha256').update(bytes).digest('hex') === link.hashes.sha256;
  if (!isSame || envelope.signed.version !== link.version || !isSignedBy(judge, role, envelope)) throw unverified(file);
  repository.published.set(role, envelope);
  return envelope;
}

function readStaged(repository: Repository, role: StageableName): void {
  const file = stagedFile(repository.folder, role);
  if (!existsSync(file)) return;
  const staged = parse(file, readFileSync(file), role === 'root' ? 'root' : 'targets');
  const published = repository.published.get(role);
  // Published by a call that was cut off before it tidied up.
  if (published !== undefined && JSON.stringify(published) === JSON.stringify(staged)) return;
  if (staged.signed.version !== (published?.signed.version ?? 0) + 1)
    throw unsafe(
      `${file} is version ${staged.signed.version}, and version ${published?.signed.version ?? 0} is published.`,
      'It was made for another state of the repository. Delete it and make the change again.',
      { path: file, role },
    );
  repository.staged.set(role, staged);
}

function parse(file: string, bytes: Buffer, type: SignedForm['_type']): Envelope {
  try {
    return parseEnvelope(bytes.toString('utf8'), type);
  } catch (error) {
    throw malformed(`${file} is no metadata of ${type} (${(error as Error).message}).`, 'Restore it from a copy.', { path: file });
  }
}

function unverified(file: string): Failed {
  return unsafe(
    `${file} does not verify: a signature, hash or version is wrong, or the file is missing.`,
    'Restore the folder from a copy that verifies, such as what the web server gives out. Sign nothing in it before.',
    { path: file },
  );
}
