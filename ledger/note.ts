/** Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures. */
import { sign, verify } from 'node:crypto';
import { COSIGNATURE_KEY, decodeBase64, isKeyName, type NoteSigner, type NoteVerifier } from './note-keys.ts';

/** Limits of the reader, all in one place: a hostile note costs bounded work. */
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;

const DASH = '\u2014';

export interface NoteSignature {
  name: string;
  id: string;
  /** Witness's clock in Unix seconds, of a cosignature only. */
  time?: number;
}

/** `text` ends in its newline. `verified` are known keys' signatures, each checked; `unverified` are of unknown keys: ignored. */
export interface OpenedNote {
  text: string;
  verified: NoteSignature[];
  unverified: NoteSignature[];
}

export type NoteProblem = 'malformed' | 'ambiguous-key' | 'invalid-signature' | 'no-known-signature';

/** The signed note of a text (which must end in a newline), by a type 01 key. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!isNoteText(text)) throw new TypeError('a note is well-formed text without control characters that ends in a newline');
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  return `${text}\n${signatureLine(signer.name, signer.id, signature)}`;
}

/** `— name base64(id ‖ signature)` with its newline. */
export function signatureLine(name: string, id: string, signature: Uint8Array): string {
  return `${DASH} ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/**
 * A witness's line under a checkpoint, to be appended to it, at `time` (Unix seconds) of the witness's clock. The witness must have made sure
 * before that the checkpoint adds to what it saw last (add-checkpoint.ts).
 * Throws TypeError for what is no signed note.
 */
export function cosignatureLine(note: string, witness: NoteSigner, time: number): string {
  const parts = splitNote(note);
  if (parts === null) throw new TypeError('only a signed note can be countersigned');
  const signature = sign(null, Buffer.from(cosignedMessage(parts.text, BigInt(time))), witness.privateKey);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return signatureLine(witness.name, witness.id, Buffer.concat([stamp, signature]));
}

/**
 * Opens a note: a signature whose name and id both belong to a verifier must verify, or the whole note is refused;
 * others are ignored. At least one must be known.
 */
export function openNote(note: Uint8Array | string, verifiers: readonly NoteVerifier[]): OpenedNote | { problem: NoteProblem } {
  const parts = splitNote(note);
  if (parts === null) return { problem: 'malformed' };
  const opened: OpenedNote = { text: parts.text, verified: [], unverified: [] };
  const seen = new Set<string>();
  for (const line of parts.lines) {
    const parsed = parseSignatureLine(line);
    if (parsed === null) return { problem: 'malformed' };
    const { name, id, signature } = parsed;
    const known = verifiers.filter((verifier) => verifier.name === name && verifier.id === id);
    if (known.length > 1) return { problem: 'ambiguous-key' };
    const key = known[0];
    const once = key === undefined ? line : `${name} ${id}`;
    if (seen.has(once)) continue;
    seen.add(once);
    if (key === undefined) {
      opened.unverified.push({ name, id });
      continue;
    }
    const checked = checkSignature(parts.text, key, signature);
    if (checked === null) return { problem: 'invalid-signature' };
    opened.verified.push(checked);
  }
  return opened.verified.length === 0 ? { problem: 'no-known-signature' } : opened;
}

/** Message under a cosignature: the time is covered, so that it cannot be moved (C2SP tlog-cosignature). */
export function cosignedMessage(body: string, time: bigint): string {
  return `cosignature/v1\ntime ${time}\n${body}`;
}

function checkSignature(text: string, key: NoteVerifier, signature: Buffer): NoteSignature | null {
  if (key.type !== COSIGNATURE_KEY) {
    return verify(null, Buffer.from(text), key.publicKey, signature) ? { name: key.name, id: key.id } : null;
  }
  if (signature.length !== 8 + 64) return null;
  const time = signature.readBigUInt64BE(0);
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  const message = Buffer.from(cosignedMessage(text, time));
  return verify(null, message, key.publicKey, signature.subarray(8)) ? { name: key.name, id: key.id, time: Number(time) } : null;
}

function splitNote(note: Uint8Array | string): { text: string; lines: string[] } | null {
  const bytes = typeof note === 'string' ? Buffer.from(note) : note;
  if (bytes.length > MAX_NOTE_BYTES) return null;
  const whole = decodeText(note);
  if (whole === null) return null;
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) return null;
  const text = whole.slice(0, split + 1);
  const lines = whole.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES || !isNoteText(text)) return null;
  return { text, lines };
}

function decodeText(note: Uint8Array | string): string | null {
  if (typeof note === 'string') return note;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function parseSignatureLine(line: string): { name: string; id: string; signature: Buffer } | null {
  const [dash, name, base64, ...rest] = line.split(' ');
  if (dash !== DASH || name === undefined || base64 === undefined || rest.length > 0 || !isKeyName(name)) return null;
  const payload = decodeBase64(base64);
  if (payload === null || payload.length < 5) return null;
  return { name, id: payload.toString('hex', 0, 4), signature: payload.subarray(4) };
}

function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a note holds no control characters but newlines
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}
