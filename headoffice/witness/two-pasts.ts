/**
 * What a witness makes of a log's key that signed two pasts. Two checkpoints of one size with two roots prove it, whoever sends them. A consistency proof that
 * fails proves nothing: anybody can send a true checkpoint with a false proof, and could freeze a log that way. Such a checkpoint is kept as
 * suspect, until one of its size is countersigned and says which it was.
 */
import { type Checkpoint, parseCheckpointBody } from '../../ledger/checkpoint.ts';
import type { Sql } from '../store/store.ts';

/** The checkpoint as it is kept: the log's own signature, without what others put under it. */
export interface Sent extends Checkpoint {
  note: string;
}

/** Freezes the log where `sent` contradicts a checkpoint that was countersigned, however long ago; under the lock of the log's row. */
export async function freezeFork(sql: Sql, sent: Sent): Promise<boolean> {
  const known = await sql.query<{ root: Buffer }>('SELECT root FROM witnessed_checkpoints WHERE origin = $1 AND size = $2', [
    sent.origin,
    sent.size,
  ]);
  if (known.length === 0 || known[0]!.root.equals(sent.root)) return false;
  await freeze(sql, sent.origin, sent.note, sent.size);
  return true;
}

/** The first of them stays: a second cannot wash it away. */
export async function keepSuspect(sql: Sql, { origin, note }: Sent): Promise<void> {
  await sql.query('UPDATE witnessed SET suspect = $2, suspect_at = now() WHERE origin = $1 AND suspect IS NULL', [origin, note]);
}

/** Now that `taken` is countersigned: was the suspect of this size the same, or another past? */
export async function settleSuspect(sql: Sql, taken: Sent): Promise<void> {
  const [row] = await sql.query<{ suspect: string | null }>('SELECT suspect FROM witnessed WHERE origin = $1', [taken.origin]);
  const suspect = row?.suspect ?? null;
  const body = suspect === null ? null : parseCheckpointBody(suspect.slice(0, suspect.lastIndexOf('\n\n') + 1));
  if (suspect === null || body === null || body.size !== taken.size) return;
  if (body.root.equals(taken.root))
    await sql.query('UPDATE witnessed SET suspect = NULL, suspect_at = NULL WHERE origin = $1', [taken.origin]);
  else await freeze(sql, taken.origin, suspect, taken.size);
}

async function freeze(sql: Sql, origin: string, conflicting: string, size: number): Promise<void> {
  await sql.query('UPDATE witnessed SET frozen_at = now(), conflicting = $2, conflicting_size = $3 WHERE origin = $1', [
    origin,
    conflicting,
    size,
  ]);
}
