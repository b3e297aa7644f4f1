/**
 * What a witness makes of a new checkpoint (C2SP tlog-witness, add-checkpoint), without its HTTP and its store: the same rules for head
 * office and for any test of it.
 */
import { type Checkpoint, openCheckpoint, parseCheckpointBody } from './checkpoint.ts';
import type { NoteVerifier } from './note-keys.ts';
import { verifyConsistency } from './proofs.ts';
import { parseHashLines } from './tlog-proof.ts';

/** The latest checkpoint that was cosigned of one log. */
export interface WitnessedState {
  size: number;
  root: Buffer;
}

export interface AddCheckpointRequest {
  oldSize: number;
  proof: Buffer[];
  /** The signed note. */
  checkpoint: string;
}

/** HTTP status codes of the specification. 409 comes with the size that the witness has. */
export type AddCheckpointRefusal = { status: 400 | 403 | 404 | 422 } | { status: 409; size: number };

/** `old <size>`, the lines of a consistency proof, an empty line, the checkpoint. */
export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpointRequest): string {
  return `old ${oldSize}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${checkpoint}`;
}

export function parseAddCheckpoint(text: string): AddCheckpointRequest | null {
  const split = text.indexOf('\n\n');
  if (split < 0) return null;
  const [first, ...lines] = text.slice(0, split).split('\n');
  const oldSize = /^old (0|[1-9][0-9]*)$/.exec(first ?? '')?.[1];
  const proof = parseHashLines(lines);
  if (oldSize === undefined || proof === null || !Number.isSafeInteger(Number(oldSize))) return null;
  return { oldSize: Number(oldSize), proof, checkpoint: text.slice(split + 2) };
}

/** What of the request can be judged without the witness's record: its form, whose log it is, and the log's signature. */
export function openAddCheckpoint(
  text: string,
  keyOf: (origin: string) => NoteVerifier | null,
): { request: AddCheckpointRequest; checkpoint: Checkpoint } | AddCheckpointRefusal {
  const request = parseAddCheckpoint(text);
  const body = request === null ? null : bodyOf(request.checkpoint);
  if (request === null || body === null) return { status: 400 };
  const key = keyOf(body.origin);
  if (key === null) return { status: 404 };
  const opened = openCheckpoint(request.checkpoint, key);
  // Also where a signature line cannot be read: the checkpoint itself could, and nobody who is trusted has signed it.
  if ('problem' in opened) return { status: 403 };
  return { request, checkpoint: opened };
}

function bodyOf(note: string): Checkpoint | null {
  const split = note.lastIndexOf('\n\n');
  return split < 0 ? null : parseCheckpointBody(note.slice(0, split + 1));
}

/**
 * The state that replaces `latest` (null: this log was never cosigned), or why not. To be called with `latest` read in the transaction
 * that stores the answer: two requests that both were consistent with an older state would else roll one of them back.
 */
export function judgeCheckpoint(
  latest: WitnessedState | null,
  oldSize: number,
  proof: readonly Buffer[],
  { size, root }: WitnessedState,
): WitnessedState | AddCheckpointRefusal {
  const known = latest?.size ?? 0;
  if (oldSize > size) return { status: 400 };
  if (oldSize !== known) return { status: 409, size: known };
  if (latest === null || known === 0) return proof.length === 0 ? { size, root } : { status: 422 };
  if (size === known && !root.equals(latest.root)) return { status: 409, size: known };
  return verifyConsistency(known, size, proof, latest.root, root) ? { size, root } : { status: 422 };
}
