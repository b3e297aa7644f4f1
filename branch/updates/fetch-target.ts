/**
 * Fetches a target that the chain vouches for. What has arrived stays on the disk under the target's own digest, so that a broken line costs nothing
 * that came before, also after a restart of the program, and two versions can never be joined. It counts only once length and hashes are right as a
 * whole (TUF 5.7.2, 5.7.3); a part that proves to be poisoned is dropped, and fetched anew from its beginning.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { LengthOrHashMismatchError } from '@tufjs/models/dist/error.js';
import { makeDurableFolder, syncFolder } from '../../db/durable-folders.ts';
import type { FoundTarget } from './chain.ts';
import { inTurn } from './in-turn.ts';
import type { LineLimits } from './limits.ts';
import { LinkError } from './link-error.ts';
import { openPaced } from './read-paced.ts';
import type { Source } from './source.ts';

export type OnProgress = (done: number, total: number) => void;

interface Fetching {
  source: Source;
  found: FoundTarget;
  line: LineLimits;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Below the repository: under consistent snapshots a target's file has its digest before its name (TUF 6.2). */
export function targetFile({ name, sha256 }: Pick<FoundTarget, 'name' | 'sha256'>): string {
  const { dir, base } = posix.parse(name);
  return posix.join('targets', dir, `${sha256}.${base}`);
}

/** Where a target lies once it is verified. */
export function verifiedFile(folder: string, { name, sha256 }: Pick<FoundTarget, 'name' | 'sha256'>): string {
  return join(folder, 'verified', `${sha256}.${posix.basename(name)}`);
}

/** @returns whether the bytes of this file are the target's, read anew */
export async function isTarget(file: string, { target }: FoundTarget): Promise<boolean> {
  if (!existsSync(file)) return false;
  try {
    await target.verify(createReadStream(file));
    return true;
  } catch (error) {
    if (error instanceof LengthOrHashMismatchError) return false;
    throw error;
  }
}

/**
 * @param folder for parts and verified files: nothing is written anywhere else
 * @returns path of the verified file
 * @throws LinkError, LengthOrHashMismatchError, the signal's reason, or what the system says of the disk
 */
export async function fetchTarget(folder: string, fetching: Fetching): Promise<string> {
  const part = join(folder, 'parts', `${fetching.found.sha256}.part`);
  return await inTurn(part, async () => await fetchInto(folder, part, fetching));
}

async function fetchInto(folder: string, part: string, fetching: Fetching): Promise<string> {
  const { found, signal } = fetching;
  signal.throwIfAborted();
  const verified = verifiedFile(folder, found);
  if (await isTarget(verified, found)) return verified;
  for (const path of [join(folder, 'parts'), join(folder, 'verified')]) makeDurableFolder(path);
  const resumed = sizeOf(part) > 0;
  await fetchWhole(part, fetching);
  if (!(await isTarget(part, found))) {
    await rm(part);
    // What was here from before may have been poisoned by whoever answered then: once more, without it.
    if (resumed) await fetchWhole(part, fetching);
    if (!(await isTarget(part, found))) {
      await rm(part, { force: true });
      throw new LengthOrHashMismatchError(`${found.name} has another hash than is signed`);
    }
  }
  await rename(part, verified);
  for (const path of [join(folder, 'parts'), join(folder, 'verified')]) syncFolder(path);
  return verified;
}

/** Tries again where the line broke, from where it broke. */
async function fetchWhole(part: string, fetching: Fetching): Promise<void> {
  const { attempts, progressBytes } = fetching.line;
  for (let counted = 0; ; ) {
    const before = sizeOf(part);
    try {
      return await fetchOn(part, fetching);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      const { trouble, status } = error;
      // A half copy, an endless one, or a place that the server does not know: what is here is of no use to a next try.
      const isUseless = trouble === 'too-long' || trouble === 'too-short' || status === 416;
      if (isUseless) await rm(part, { force: true });
      // How often that can be is bounded by the signed length: what came is kept, and a server that starts over brings nothing more.
      const hasGoneOn = trouble === 'interrupted' && sizeOf(part) - before >= progressBytes;
      if (!hasGoneOn) counted += 1;
      const goesOn = trouble === 'interrupted' || trouble === 'stalled' || status === 416;
      if (!goesOn || counted >= attempts) throw error;
    }
  }
}

async function fetchOn(part: string, { source, found, line, onProgress, signal }: Fetching): Promise<void> {
  const { length } = found.target;
  const have = sizeOf(part);
  if (have > length) await rm(part);
  else if (have === length && existsSync(part)) return;
  const file = targetFile(found);
  const opened = await openPaced(source, file, have > length ? 0 : have, line, signal);
  if (opened.total !== null && opened.total !== length) {
    opened.close();
    throw new LinkError(opened.total < length ? 'too-short' : 'too-long', file, `${opened.total} bytes in the place of ${length}`);
  }
  let at = opened.offset;
  const handle = await open(part, at === 0 ? 'w' : 'r+', 0o600);
  try {
    for await (const piece of opened.pieces()) {
      // Endless data attack: nothing beyond the signed length is ever written.
      if (at + piece.length > length) throw new LinkError('too-long', file, `more than ${length} bytes came`);
      await handle.write(piece, 0, piece.length, at);
      at += piece.length;
      onProgress(at, length);
    }
  } finally {
    // Also of a line that broke: what came is there after a power cut, too.
    await handle.sync();
    await handle.close();
  }
  if (at < length) throw new LinkError('interrupted', file, `${at} of ${length} bytes came`);
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
