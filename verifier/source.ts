/** Where the files are: a folder, or a zip archive that is read in memory and never unpacked, so that a path in it can write nowhere. */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkPath, MAX_FILES, readPlainFile, type Source } from './files.ts';
import { Malformed } from './report.ts';
import { openZip } from './zip.ts';

const MAX_DEPTH = 16;

/** Throws `Malformed` for what is neither a readable folder nor a sound zip archive. */
export function openSource(path: string): Source {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Malformed(`there is nothing at ${path}`);
  if (!found.isDirectory() && !found.isFile()) throw new Malformed(`${path} is neither a folder nor a file`);
  return found.isDirectory() ? openFolder(path) : openZip(path);
}

function openFolder(root: string): Source {
  const sizes = new Map<string, number>();
  const visit = (prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Malformed('folders are nested too deep');
    for (const entry of readdirSync(join(root, prefix), { withFileTypes: true })) {
      const path = `${prefix}${entry.name}`;
      checkPath(path);
      if (entry.isDirectory()) visit(`${path}/`, depth + 1);
      else if (!entry.isFile()) throw new Malformed(`${path} is neither a plain file nor a folder`);
      else sizes.set(path, lstatSync(join(root, path)).size);
      if (sizes.size > MAX_FILES) throw new Malformed(`there are more than ${MAX_FILES} files`);
    }
  };
  visit('', 0);
  return { sizes, read: (path, limit) => readPlainFile(join(root, path), limit), close: () => undefined };
}
