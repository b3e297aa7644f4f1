/** Checkpoints (C2SP tlog-checkpoint): what a log says of itself, signed. */
import { HASH_BYTES } from './merkle.ts';
import { type NoteProblem, type NoteSignature, openNote, signNote } from './note.ts';
import { decodeBase64, type NoteSigner, type NoteVerifier } from './note-keys.ts';

export interface Checkpoint {
  /** Names the log; ours ends in its epoch. */
  origin: string;
  size: number;
  root: Buffer;
  /** Opaque further lines; ours writes none. */
  extensions: string[];
}

/** Origin, decimal size, base64 root, each with its newline. */
export function formatCheckpointBody(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a body strictly: no leading zeros, sizes that a double holds, a 32-byte root, no empty line; null otherwise. */
export function parseCheckpointBody(body: string): Checkpoint | null {
  const lines = body.split('\n');
  if (lines.pop() !== '') return null;
  const [origin, digits, base64, ...extensions] = lines;
  if (origin === undefined || digits === undefined || base64 === undefined) return null;
  if (origin === '' || extensions.includes('') || !/^(0|[1-9][0-9]*)$/.test(digits)) return null;
  const size = Number(digits);
  const root = decodeBase64(base64);
  if (!Number.isSafeInteger(size) || root === null || root.length !== HASH_BYTES) return null;
  return { origin, size, root, extensions };
}

/** The signed note of a checkpoint. The key's name is the origin (C2SP tlog-checkpoint, "Note text"). */
export function signCheckpoint(size: number, root: Uint8Array, signer: NoteSigner): string {
  return signNote(formatCheckpointBody(signer.name, size, root), signer);
}

export interface OpenedCheckpoint extends Checkpoint {
  /** Signatures of witnesses that are known and valid, with their times. */
  cosignatures: NoteSignature[];
}

/** Opens a checkpoint: the log's own signature must be there and hold, and so must those of all known witnesses that are. */
export function openCheckpoint(
  note: Uint8Array | string,
  log: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
): OpenedCheckpoint | { problem: NoteProblem } {
  const opened = openNote(note, [log, ...witnesses]);
  if ('problem' in opened) return opened;
  const checkpoint = parseCheckpointBody(opened.text);
  if (checkpoint === null || checkpoint.origin !== log.name) return { problem: 'malformed' };
  if (!opened.verified.some(({ name, id }) => name === log.name && id === log.id)) return { problem: 'no-known-signature' };
  return { ...checkpoint, cosignatures: opened.verified.filter(({ time }) => time !== undefined) };
}
