/** From an address to a file, and never out of the folder: decoded once, resolved, then checked for containment, links included. */
import { realpath } from 'node:fs/promises';
import { extname, isAbsolute, join, relative } from 'node:path';

/** Anything else is not served, whatever lies in the folder. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** @returns the file and its media type, or the HTTP status of the refusal: 400 malformed, 403 outside, 404 unknown, 405 method */
export async function resolveAsset(
  root: string,
  host: string,
  request: { url: string; method: string },
): Promise<{ file: string; type: string } | { status: number }> {
  if (request.method !== 'GET') return { status: 405 };
  const url = new URL(request.url);
  if (url.host !== host) return { status: 404 };
  const path = decodePath(url.pathname);
  if (path === null) return { status: 400 };
  const file = join(root, path);
  if (!isInside(root, file)) return { status: 403 };
  const type = TYPES[extname(file)];
  if (!type) return { status: 404 };
  return checkLinks(root, file, type);
}

/** null: a malformed escape, a NUL byte, or a backslash (a separator on Windows only, and in no file of ours). */
function decodePath(encoded: string): string | null {
  try {
    const path = decodeURIComponent(encoded);
    return path.includes('\0') || path.includes('\\') ? null : path;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function isInside(root: string, file: string): boolean {
  const way = relative(root, file);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

async function checkLinks(root: string, file: string, type: string): Promise<{ file: string; type: string } | { status: number }> {
  try {
    const [realRoot, realFile] = await Promise.all([realpath(root), realpath(file)]);
    return isInside(realRoot, realFile) ? { file: realFile, type } : { status: 403 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 404 };
    throw error;
  }
}
