/** A backup's files into a new folder, each held against the hash that the manifest has for it, each durable before the next. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDurableFolder, syncFolder } from '../../db/durable-folders.ts';
import { backupUnreadable, type OpenedBackup, readFailure } from './read-backup.ts';

const CHUNK_BYTES = 1 << 20;

/** @param folder empty. @throws Failed `backup-unreadable`; the system's own errors of writing */
export async function extractBackup({ manifest, handle }: OpenedBackup, of: string, folder: string): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const read = async (length: number, from: number): Promise<Buffer> => {
    try {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(length, CHUNK_BYTES), from);
      return chunk.subarray(0, bytesRead);
    } catch (error) {
      throw readFailure(error, of);
    }
  };
  let at = 0;
  const folders = new Set([folder]);
  for (const { path, bytes, sha256 } of manifest.files) {
    const target = join(folder, path);
    makeDurableFolder(dirname(target));
    folders.add(dirname(target));
    const file = await open(target, 'wx', 0o600);
    try {
      const seen = createHash('sha256');
      for (const end = at + bytes; at < end; ) {
        const part = await read(end - at, at);
        if (part.length === 0) throw backupUnreadable(of, 'it is cut off');
        seen.update(part);
        await file.writeFile(part);
        at += part.length;
      }
      if (seen.digest('hex') !== sha256) throw backupUnreadable(of, `${path} in it was changed`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  for (const each of folders) syncFolder(each);
}
