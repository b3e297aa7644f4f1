/**
 * Where a data folder stands. A copy that went on signing under its original's key would make two roots of one size with one signature; so a
 * folder that finds itself elsewhere than it was begins a new epoch before anything else is written.
 */
import { statSync } from 'node:fs';
import { inTransaction } from '../../db/handle.ts';
import { getSetting, putSettings } from '../../db/settings.ts';
import { canonicalise, parseCanonical } from '../../ledger/canonical-json.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { beginEpoch } from '../log/epochs.ts';

export interface Place {
  /** See machine.ts. */
  machine: string | null;
  /** Of the database file, in decimal; on Windows the file's index. */
  inode: string;
  /** When the database file was made, in nanoseconds since 1970. File systems that do not know it give something that changes. */
  born: string;
}

/** @param machine of this PC, null: unknown */
export function placeOf(file: string, machine: string | null): Place {
  // Asked by name: closing a descriptor of the file would drop this process's locks on it (POSIX).
  const { ino, birthtimeNs } = statSync(file, { bigint: true });
  return { machine, inode: String(ino), born: String(birthtimeNs) };
}

/** A renamed folder keeps both marks of its file; some file systems give one of them anew, and no copy keeps either. */
export function isElsewhere(kept: Place, here: Place): boolean {
  const isOtherMachine = kept.machine !== null && here.machine !== null && kept.machine !== here.machine;
  return isOtherMachine || (kept.inode !== here.inode && kept.born !== here.born);
}

/**
 * Notes where the folder stands. Where that is not where it stood, it is a copy, or the original of one that has been moved: a new epoch begins,
 * in the transaction that notes the new place.
 * Throws `Failed`: disk-full, disk-error, database-corrupt.
 */
export function settleIn(log: BranchLog, machine: string | null): 'at home' | 'elsewhere' {
  const here = placeOf(log.db.file, machine);
  const kept = keptPlace(log);
  const isMoved = kept !== null && isElsewhere(kept, here);
  // What this PC did not say today it may have said before.
  const noted = canonicalise({ ...here, machine: here.machine ?? (isMoved ? null : (kept?.machine ?? null)) });
  if (kept !== null && canonicalise({ ...kept }) === noted) return 'at home';
  inTransaction(log.db, () => {
    putSettings(log.db, { place: noted });
    if (isMoved) beginEpoch(log, 'copied');
  });
  return isMoved ? 'elsewhere' : 'at home';
}

function keptPlace({ db }: BranchLog): Place | null {
  const text = getSetting(db, 'place');
  return text === null ? null : ((parseCanonical(Buffer.from(text))?.value as Place | undefined) ?? null);
}
