/**
 * C2SP tlog-witness, add-checkpoint, with its record. What is judged and what is stored stand in one transaction under the lock of the log's row, so that of
 * two requests from one state the later is judged by what the earlier left (no rollback), in any number of processes on one database.
 */
import {
  type AddCheckpointRefusal,
  judgeCheckpoint,
  openAddCheckpoint,
  parseAddCheckpoint,
  type WitnessedState,
} from '../../ledger/add-checkpoint.ts';
import { cosignatureLine } from '../../ledger/note.ts';
import { type NoteSigner, parseVkey } from '../../ledger/note-keys.ts';
import type { Sql, Store } from '../store/store.ts';
import { freezeFork, keepSuspect, type Sent, settleSuspect } from './two-pasts.ts';

export interface Witness {
  store: Store;
  signer: NoteSigner;
  /** Milliseconds since 1970, of this witness's own clock: what it says of time is what it saw. */
  now(): number;
}

export type WitnessAnswer =
  /** `cosignature`: the line, with its newline. */
  | { status: 200; cosignature: string }
  /** `size` that was countersigned last: the request began elsewhere. */
  | { status: 409; size: number }
  | { status: 400 | 403 | 404 | 422; text: string };

interface Row {
  size: number;
  root: Buffer | null;
  frozen: boolean;
}

/** @param body of the request, as it came */
export async function addCheckpoint(witness: Witness, body: string): Promise<WitnessAnswer> {
  const vkey = await vkeyOf(witness.store, body);
  const opened = openAddCheckpoint(body, () => (vkey === null ? null : parseVkey(vkey)));
  if ('status' in opened) return refusal(opened);
  const { request, checkpoint } = opened;
  const sent: Sent = { ...checkpoint, note: ownNote(request.checkpoint, checkpoint.origin) };
  return await witness.store.transaction(async (sql) => {
    const row = (
      await sql.query<Row>('SELECT size, root, frozen_at IS NOT NULL AS frozen FROM witnessed WHERE origin = $1 FOR UPDATE', [sent.origin])
    )[0]!;
    if (row.frozen) return { status: 422, text: FROZEN };
    const latest = row.root === null ? null : { size: row.size, root: row.root };
    const judged = judgeCheckpoint(latest, request.oldSize, request.proof, sent);
    if ('status' in judged) {
      if (!(await freezeFork(sql, sent)) && judged.status === 422) await keepSuspect(sql, sent);
      return refusal(judged);
    }
    const cosignature = cosignatureLine(sent.note, witness.signer, Math.floor(witness.now() / 1000));
    await advance(sql, sent, judged, cosignature);
    return { status: 200, cosignature };
  });
}

/** Before its answer leaves: a witness that forgot would countersign a second past. */
async function advance(sql: Sql, sent: Sent, { size, root }: WitnessedState, cosignature: string): Promise<void> {
  const note = sent.note + cosignature;
  await sql.query('UPDATE witnessed SET size = $2, root = $3, note = $4 WHERE origin = $1', [sent.origin, size, root, note]);
  // The first line under it is kept: it bounds the time more closely.
  await sql.query(
    'INSERT INTO witnessed_checkpoints (origin, size, root, note) VALUES ($1, $2, $3, $4) ON CONFLICT (origin, size) DO NOTHING',
    [sent.origin, size, root, note],
  );
  await settleSuspect(sql, sent);
}

async function vkeyOf(sql: Sql, body: string): Promise<string | null> {
  const note = parseAddCheckpoint(body)?.checkpoint;
  const origin = note?.slice(0, Math.max(0, note.indexOf('\n')));
  // What no database takes as text is no origin that anybody made known.
  if (!origin || origin.includes('\u0000')) return null;
  return (await sql.query<{ vkey: string }>('SELECT vkey FROM witnessed WHERE origin = $1', [origin]))[0]?.vkey ?? null;
}

function ownNote(note: string, origin: string): string {
  const split = note.lastIndexOf('\n\n') + 2;
  const lines = note
    .slice(split)
    .split('\n')
    .filter((line) => line.startsWith(`\u2014 ${origin} `));
  return note.slice(0, split) + lines.map((line) => `${line}\n`).join('');
}

const FROZEN =
  'this log is frozen: its key signed two pasts, and nothing more of it is countersigned; GET /evidence/<SHA-256 of the origin> shows both\n';
const TEXTS: Record<400 | 403 | 404 | 422, string> = {
  400: 'malformed request, or an old size beyond the checkpoint\n',
  403: 'invalid signature: the log’s key did not sign this\n',
  404: 'unknown log\n',
  422: 'the consistency proof does not hold\n',
};

function refusal(refused: AddCheckpointRefusal): WitnessAnswer {
  return refused.status === 409 ? { status: 409, size: refused.size } : { status: refused.status, text: TEXTS[refused.status] };
}
