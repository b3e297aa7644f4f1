/** The files of a stick: found by name, opened step by step, never believed before the device's signature and head office's own key say so. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failed } from '../../contract/failure.ts';
import { STICK_FOLDER, SYNC_LIMITS } from '../../contract/sync.ts';

/** What age and the envelope add is far less. Bytes. */
const MOST_FILE = SYNC_LIMITS.encoded + 1024 * 1024;

export interface StickFile {
  /** Of its folder: the log that it says it is about. */
  log: string;
  name: string;
  path: string;
}

/** In the order in which they are taken: enrolments, epochs, then entries from the front. */
export interface StickContents {
  files: StickFile[];
  /** Names that nobody here knows: left where they are. */
  unknown: string[];
}

/**
 * @param stick folder of the stick, in which `outpost-sync/` lies
 * @throws Failed stick-unreadable
 */
export function listStick(stick: string): StickContents {
  const root = join(stick, STICK_FOLDER);
  const found: StickFile[] = [];
  const unknown: string[] = [];
  for (const log of namesIn(root, stick)) {
    if (!/^[0-9a-f]{64}$/.test(log)) {
      unknown.push(log);
      continue;
    }
    for (const name of namesIn(join(root, log), stick)) {
      if (rankOf(name) !== null) found.push({ log, name, path: join(root, log, name) });
      else if (!name.startsWith('reply-') && !name.endsWith('.unfinished')) unknown.push(`${log}/${name}`);
    }
  }
  found.sort((a, b) => rankOf(a.name)! - rankOf(b.name)! || compare(a.name, b.name) || compare(a.log, b.log));
  return { files: found, unknown };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function rankOf(name: string): number | null {
  if (/^enrol-[0-9a-f]{16}\.age$/.test(name)) return 0;
  if (name === 'epoch.age') return 1;
  return /^\d{10}-\d{10}\.age$/.test(name) ? 2 : null;
}

function namesIn(folder: string, stick: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [];
    throw new Failed(
      {
        kind: 'stick-unreadable',
        happened:
          code === 'ENOENT' ? `There is no folder ${STICK_FOLDER} in ${stick}.` : `${folder} cannot be read (${code ?? 'unknown error'}).`,
        safe: 'Nothing was changed on it.',
        next: 'Put in the stick that a branch wrote, and name its topmost folder.',
        facts: { path: folder },
      },
      { cause: error },
    );
  }
}

/** Its bytes; null: not a file that a branch can have written, or the stick does not give it. */
export function readStickFile({ path }: StickFile): Buffer | 'too-large' | null {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile()) return null;
    return stat.size > MOST_FILE ? 'too-large' : readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}
