/** The signed repository of updates, copied to a stick that goes to a branch anyway. It needs no trust on its way: the branch verifies what it finds. */
import { closeSync, createReadStream, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { moveDurably } from '../publish/write-durably.ts';

/** Beside the folder of sync. */
export const UPDATES_FOLDER = 'outpost-updates';

/** The only name of a repository that is ever written over (TUF §6.2): last, so that what it leads to is there. */
const LAST = join('metadata', 'timestamp.json');

export interface CopiedUpdates {
  /** Files that were copied, and those that were there whole. */
  copied: number;
  known: number;
}

/**
 * @param repository its public folder, with `metadata/` and `targets/`
 * @throws Failed file-unreadable where that is none, stick-unreadable where the stick does not take it
 */
export async function copyUpdates(repository: string, stick: string): Promise<CopiedUpdates> {
  const files = filesOf(repository);
  if (!files.includes(LAST)) throw noRepository(repository);
  const to = join(stick, UPDATES_FOLDER);
  const counts: CopiedUpdates = { copied: 0, known: 0 };
  for (const file of [...files.filter((each) => each !== LAST), LAST]) {
    // All other names hold their version or the digest of their content: what is there in full length is that.
    if (file !== LAST && sizeOf(join(to, file)) === sizeOf(join(repository, file))) counts.known += 1;
    else {
      await copy(join(repository, file), join(to, file));
      counts.copied += 1;
    }
  }
  return counts;
}

function filesOf(repository: string): string[] {
  try {
    return readdirSync(repository, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !each.name.endsWith('.unfinished'))
      .map((each) => relative(repository, join(each.parentPath, each.name)))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw noRepository(repository);
  }
}

function sizeOf(file: string): number | null {
  return lstatSync(file, { throwIfNoEntry: false })?.size ?? null;
}

/** Whole or not at all, whatever its size. */
async function copy(from: string, to: string): Promise<void> {
  const beside = `${to}.unfinished`;
  try {
    mkdirSync(dirname(to), { recursive: true });
    const fd = openSync(beside, 'w', 0o644);
    try {
      for await (const piece of createReadStream(from))
        for (let at = 0; at < (piece as Buffer).length; ) at += writeSync(fd, piece as Buffer, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    moveDurably(beside, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failed(
      {
        kind: 'stick-unreadable',
        happened: `${to} cannot be written to the stick (${code}).`,
        safe: 'What was taken from the stick is stored at head office, and its replies are on it.',
        next: 'Make room on the stick, or take updates to the branch on another.',
        facts: { path: to },
      },
      { cause: error },
    );
  }
}

function noRepository(folder: string): Failed {
  return new Failed({
    kind: 'file-unreadable',
    happened: `${folder} is no published repository of updates.`,
    safe: 'Nothing of it was copied.',
    next: 'Name its public folder, which holds metadata/timestamp.json.',
    facts: { path: folder },
  });
}
