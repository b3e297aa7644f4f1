/** What ships with the program and all trust in updates begins with: `build/trust-root/`, or a root that somebody names. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import type { History } from './chain-folder.ts';

export interface TrustRoot {
  embeddedRoot: Buffer;
  /** Timestamp and snapshot as they were when the program was built. */
  history: History | null;
  /** Milliseconds since 1970; 0: it is not known. */
  buildDate: number;
}

/**
 * @param path a file (root.json), or a folder with root.json and, where the program was built with them, timestamp.json, snapshot.json and
 * built.txt (a moment, RFC 3339)
 * @throws Failed `file-unreadable`
 */
export function readTrustRoot(path: string): TrustRoot {
  try {
    if (statSync(path).isFile()) return { embeddedRoot: readFileSync(path), history: null, buildDate: 0 };
    const embeddedRoot = readFileSync(join(path, 'root.json'));
    const [timestamp, snapshot, built] = ['timestamp.json', 'snapshot.json', 'built.txt'].map((name) => readIfThere(join(path, name)));
    const history = timestamp && snapshot ? { timestamp, snapshot } : null;
    return { embeddedRoot, history, buildDate: Date.parse(built?.toString('utf8').trim() ?? '') || 0 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Failed({
      kind: 'file-unreadable',
      happened: `There is no root of trust at ${path} (${code}): updates cannot be verified.`,
      safe: 'Nothing was fetched. What is active stays active, and deciding goes on.',
      next: 'Name the root that head office gave out, or install a program that ships with it.',
      facts: { path },
    });
  }
}

function readIfThere(file: string): Buffer | null {
  return existsSync(file) ? readFileSync(file) : null;
}
