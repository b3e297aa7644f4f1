/**
 * Witnesses beside head office (C2SP tlog-witness): each is shown, after head office, what head office countersigned. When enough of those believed here stand under
 * one checkpoint, it is taken in. One that cannot be reached is asked again later and holds nothing up.
 */

import { getCountersigned } from '../../db/countersigned.ts';
import { formatAddCheckpoint } from '../../ledger/add-checkpoint.ts';
import { parseCheckpointBody } from '../../ledger/checkpoint.ts';
import { openNote } from '../../ledger/note.ts';
import type { NoteVerifier } from '../../ledger/note-keys.ts';
import type { BranchLog } from '../log/branch-log.ts';
import { consistencyBetween } from '../log/prove.ts';
import { acceptWhereQuorum } from './acknowledge.ts';
import type { EnrolledPlace, SyncDeps } from './sync-deps.ts';
import { changeSyncState, syncState } from './sync-state.ts';

/** Asked one after the other, each for a bounded time. @returns how many lines came */
export async function askWitnesses(log: BranchLog, { further }: EnrolledPlace, deps: SyncDeps, signal: AbortSignal): Promise<number> {
  const { acked } = syncState(log.db);
  if (acked === null || further.length === 0 || !acked.note.startsWith(`${log.origin}\n`)) return 0;
  if (getCountersigned(log.db, acked.size) !== null) return 0;
  deps.onStep?.({ step: 'witnesses' });
  let note = acked.note;
  let came = 0;
  for (const witness of further) {
    const lines = await askOne(log, witness, { size: acked.size, note: acked.note }, deps, signal);
    if (lines === null) continue;
    note += lines;
    came += 1;
    if (acceptWhereQuorum(log, note)) break;
  }
  return came;
}

interface Witness {
  vkey: string;
  verifier: NoteVerifier;
  url: string;
}

/** @returns its valid lines; null: none came */
async function askOne(
  log: BranchLog,
  { vkey, verifier, url }: Witness,
  checkpoint: { size: number; note: string },
  deps: SyncDeps,
  signal: AbortSignal,
): Promise<string | null> {
  const name = `${vkey} ${log.origin}`;
  for (let turn = 0; turn < 2; turn += 1) {
    const known = syncState(log.db).witnesses[name] ?? 0;
    if (known > checkpoint.size) return null;
    const proof = known === 0 || known === checkpoint.size ? [] : consistencyBetween(log.db, known, checkpoint.size);
    const answer = await post(
      deps,
      `${url.replace(/\/+$/, '')}/add-checkpoint`,
      formatAddCheckpoint({ oldSize: known, proof, checkpoint: checkpoint.note }),
      signal,
    );
    if (answer === null) return null;
    if (answer.status === 200) {
      if (!isValid(checkpoint.note, answer.text, verifier)) return null;
      remember(log, name, checkpoint.size);
      return answer.text;
    }
    // It has another size than we thought: its first line (tlog-witness, 409).
    const size = answer.status === 409 && /^\d{1,15}\n$/.test(answer.text) ? Number(answer.text) : null;
    if (size === null || size === known || size > checkpoint.size) return null;
    remember(log, name, size);
  }
  return null;
}

function remember(log: BranchLog, name: string, size: number): void {
  changeSyncState(log.db, { witnesses: { ...syncState(log.db).witnesses, [name]: size } });
}

function isValid(note: string, lines: string, witness: NoteVerifier): boolean {
  if (parseCheckpointBody(note.slice(0, note.lastIndexOf('\n\n') + 1)) === null || lines.length > 2000) return false;
  const opened = openNote(note.slice(0, note.lastIndexOf('\n\n') + 2) + lines, [witness]);
  return !('problem' in opened) && opened.verified.some(({ time }) => time !== undefined);
}

async function post(deps: SyncDeps, url: string, body: string, signal: AbortSignal): Promise<{ status: number; text: string } | null> {
  const late = new AbortController();
  const timer = deps.timers.set(() => late.abort(), deps.limits.witnessMs);
  try {
    const answer = await deps.fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.any([signal, late.signal]),
      redirect: 'manual',
      credentials: 'omit',
    });
    const text = await answer.text();
    return { status: answer.status, text: text.slice(0, 10_000) };
  } catch {
    // Unreachable: it is asked again with the next checkpoint. Unless nobody wants to know any more.
    signal.throwIfAborted();
    return null;
  } finally {
    deps.timers.clear(timer);
  }
}
