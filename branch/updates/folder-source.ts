/**
 * A repository in a folder, as on a USB stick. Nothing on a stick is believed: only names that signed metadata give are opened, each a plain file
 * below the folder, never through a link (a link could make the program read, and keep, any file that its user may read).
 */
import { constants, realpathSync } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LinkError } from './link-error.ts';
import { isSafeName, type OpenedFile, type Source } from './source.ts';

const CHUNK_BYTES = 1 << 16;

/** @throws LinkError `unreachable` where there is no such folder */
export function folderSource(folder: string): Source {
  const root = realFolder(folder);
  return { url: pathToFileURL(root).href, open: async (file, from) => await openFile(root, file, from) };
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    throw new LinkError('unreachable', folder, `there is no folder ${folder}`, { cause: error });
  }
}

async function openFile(root: string, file: string, from: number): Promise<OpenedFile> {
  if (!isSafeName(file)) throw new LinkError('not-a-file', file, 'its name is none that a repository has');
  try {
    await refuseLinks(root, file);
    // Neither a link that came there meanwhile, nor a pipe that never opens.
    const handle = await open(join(root, file), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const facts = await handle.stat();
    if (!facts.isFile()) {
      await handle.close();
      throw new LinkError('not-a-file', file, 'it is no file');
    }
    return reading(handle, file, Math.min(from, facts.size), facts.size);
  } catch (error) {
    throw linkErrorOf(error, file);
  }
}

/** Of every folder on the way, too: `targets` itself could be a link. */
async function refuseLinks(root: string, file: string): Promise<void> {
  let path = root;
  for (const segment of file.split('/')) {
    path += sep + segment;
    if ((await lstat(path)).isSymbolicLink()) throw new LinkError('not-a-file', file, `${path} is a link`);
  }
}

function reading(handle: FileHandle, file: string, offset: number, total: number): OpenedFile {
  let at = offset;
  return {
    offset,
    total,
    async read() {
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, at);
        at += bytesRead;
        return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
      } catch (error) {
        throw linkErrorOf(error, file);
      }
    },
    // A stick that was pulled out may not answer any more: nobody waits for it.
    close: () => void handle.close().catch(() => undefined),
  };
}

function linkErrorOf(error: unknown, file: string): unknown {
  if (error instanceof LinkError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new LinkError('missing', file, 'it is not there', { cause: error });
  if (code === 'ELOOP') return new LinkError('not-a-file', file, 'it is a link', { cause: error });
  return new LinkError('unreachable', file, `it cannot be read (${code})`, { cause: error });
}
