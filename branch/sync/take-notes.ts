/** What head office sends back, taken in order and each once, whichever way it came. */
import { peekSignedJson } from '../../ledger/signed-json.ts';
import type { Branch } from '../branch.ts';
import { SyncError } from './call-head-office.ts';
import type { SyncDeps } from './sync-deps.ts';
import { changeSyncState, syncState } from './sync-state.ts';

/**
 * Those that were taken before are passed over; one that comes too early ends it, and those before it are asked for.
 * @throws SyncError for what is no delivery; Failed as `deliveries.take`
 */
export function takeNotes(branch: Branch, { deliveries }: Pick<SyncDeps, 'deliveries'>, notes: readonly string[]): void {
  if (deliveries === null) return;
  const { db } = branch.log;
  for (const note of notes) {
    const number = numberOf(note);
    const { delivered } = syncState(db);
    if (number > delivered + 1) return;
    if (number <= delivered) continue;
    deliveries.take(branch, note);
    changeSyncState(db, { delivered: number });
  }
}

/** Only to put it in its turn: whether head office signed it is looked at when it is taken. */
function numberOf(note: string): number {
  const number = (peekSignedJson(note)?.value as { delivery?: unknown } | null | undefined)?.delivery;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1)
    throw new SyncError('malformed', 'what came is no delivery');
  return number;
}
