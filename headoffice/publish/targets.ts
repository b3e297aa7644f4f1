/** Puts files behind a role: model packages, policies, installers and the channels that say which of them are current. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type AppChannel, type ModelChannel, type PolicyChannel, targetName } from '../../contract/channel.ts';
import { DELEGATED, type DelegatedName, type TargetForm } from './form.ts';
import { stagedTargetFile } from './places.ts';
import { unsafe } from './refuse.ts';
import { currentOf, type Moment, type Repository, stage } from './repository.ts';
import type { TargetRecord } from './target-record.ts';
import { moveDurably, writeDurably } from './write-durably.ts';

const READ_AT_ONCE = 1 << 20;

/**
 * Stages a target. The role follows from the first part of its name.
 * @param content its bytes, or the path of a file, which is read piece by piece: installers are large
 * @throws Failed `repository-unsafe` for a name that no role may sign
 */
export function addTarget(
  repository: Repository,
  name: string,
  content: Buffer | { file: string },
  moment: Moment,
  custom?: TargetRecord,
): TargetForm {
  const role = roleOfTarget(name);
  const pieces = Buffer.isBuffer(content) ? [content] : piecesOf(content.file);
  const form = { ...keepTarget(repository.folder, name, pieces), ...(custom === undefined ? {} : { custom }) };
  stage(repository, role, moment, (signed) => ({ ...signed, targets: { ...signed.targets, [name]: form } }));
  return form;
}

/** Takes a target out of its role. Its file stays where it is: branches in mid-download of the version before still find it. */
export function removeTarget(repository: Repository, name: string, moment: Moment): void {
  const role = roleOfTarget(name);
  if (currentOf(repository, role).signed.targets[name] === undefined)
    throw unsafe(`There is no target ${name}.`, 'Correct its name.', { target: name });
  stage(repository, role, moment, (signed) => {
    const { [name]: _gone, ...targets } = signed.targets;
    return { ...signed, targets };
  });
}

/** Stages a channel: one small signed file that says what is current, since a client cannot list a role's targets. */
export function putChannel(
  repository: Repository,
  name: string,
  channel: ModelChannel | PolicyChannel | AppChannel,
  moment: Moment,
): TargetForm {
  return addTarget(repository, name, Buffer.from(`${JSON.stringify(channel, null, 1)}\n`), moment, { kind: 'channel' });
}

/** Upper case, odd signs and empty parts are refused: two names that one file system takes for one would give one branch the other's file. */
export function roleOfTarget(name: string): DelegatedName {
  const role = DELEGATED.find((delegated) => name.startsWith(`${delegated}/`));
  const deepest = role === 'models' ? 3 : 2;
  if (!targetName.safeParse(name).success || role === undefined || name.split('/').length > deepest)
    throw unsafe(
      `The target name ${JSON.stringify(name)} is not allowed.`,
      'Names are models/<name>, models/<folder>/<name>, policy/<name> or app/<name>, of a-z, 0-9, dot, dash and underscore.',
      { target: name },
    );
  return role;
}

/** Copies and hashes in one pass, so that what is signed is what was copied. */
function keepTarget(folder: string, name: string, pieces: Iterable<Buffer>): Pick<TargetForm, 'length' | 'hashes'> {
  const sha256 = createHash('sha256');
  const sha512 = createHash('sha512');
  let length = 0;
  const arriving = stagedTargetFile(folder, name, 'arriving');
  function* hashed() {
    for (const piece of pieces) {
      sha256.update(piece);
      sha512.update(piece);
      length += piece.length;
      yield piece;
    }
  }
  writeDurably(arriving, hashed());
  const hashes = { sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
  moveDurably(arriving, stagedTargetFile(folder, name, hashes.sha256));
  return { length, hashes };
}

/** A file, a mebibyte at a time. */
function* piecesOf(file: string): Iterable<Buffer> {
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(READ_AT_ONCE);
      const read = readSync(fd, piece);
      if (read === 0) return;
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(fd);
  }
}

export function sha256OfFile(file: string): string {
  const hash = createHash('sha256');
  for (const piece of piecesOf(file)) hash.update(piece);
  return hash.digest('hex');
}
