/** Key files on the disk: owner-only, durable before anything rests on them, and never without one whole content. */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../db/durable-folders.ts';

/** What a file system without hard links answers. */
const WITHOUT_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/**
 * On the disk before any page is encrypted with it: a database without its key is lost. Its name comes last and is
 * never given twice: a first start that is cut short leaves no half key, and of two at once only one makes the key.
 */
export function writeDurably(file: string, text: string): void {
  withUnfinished(file, text, nameOnce);
}

/** The new content in the place of the old: until the very moment of the renaming the old one is whole, and from then on the new one. */
export function replaceDurably(file: string, text: string): void {
  withUnfinished(file, text, renameSync);
}

function withUnfinished(file: string, text: string, name: (unfinished: string, file: string) => void): void {
  const unfinished = `${file}.unfinished-${randomUUID()}`;
  try {
    writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600, flush: true });
    name(unfinished, file);
    syncFolder(dirname(file));
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function nameOnce(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !WITHOUT_LINKS.includes(code)) throw error;
    writeFileSync(file, readFileSync(unfinished), { flag: 'wx', mode: 0o600, flush: true });
  }
}
