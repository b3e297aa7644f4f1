/** Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint), cosignatures (tlog-cosignature) and proofs (tlog-proof). */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { Malformed } from './report.ts';

/** A hostile note costs bounded work. */
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const MAX_PROOF_HASHES = 64;

const LOG_KEY = 1;
const WITNESS_KEY = 4;

export interface Key {
  name: string;
  /** SHA-256(name ‖ 0A ‖ type ‖ public key)[:4], hexadecimal. */
  id: string;
  kind: 'log' | 'witness';
  publicKey: KeyObject;
  vkey: string;
}

/** Reads `name+id+base64(type ‖ Ed25519 key)` strictly; null for anything else. */
export function parseVkey(vkey: string): Key | null {
  // Base64 has a plus of its own: only the first two separate.
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(vkey) ?? [];
  const bytes = decodeBase64(base64 ?? '');
  if (name === undefined || id === undefined || !isKeyName(name) || bytes?.length !== 33) return null;
  if (bytes[0] !== LOG_KEY && bytes[0] !== WITNESS_KEY) return null;
  if (hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes]), 'hex').slice(0, 8) !== id) return null;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  return { name, id, kind: bytes[0] === LOG_KEY ? 'log' : 'witness', publicKey: createPublicKey({ key: jwk, format: 'jwk' }), vkey };
}

/** Standard base64 in its one canonical spelling; null for anything else. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** `time`: a witness's clock in Unix seconds; null for a log's own signature. */
export interface Signature {
  key: Key;
  time: number | null;
}

/** `text` ends in its newline; `verified` are of the keys asked for; `unknown` are the names of others: ignored. */
export interface Note {
  text: string;
  verified: Signature[];
  unknown: string[];
}

/**
 * Opens a note with these keys. A signature whose name and id both belong to a key must verify, or the whole note is refused; others are
 * ignored. That none is known is for the caller to judge.
 */
export function openNote(bytes: Uint8Array, keys: readonly Key[]): Note | { problem: 'malformed' | 'ambiguous-key' | 'invalid-signature' } {
  const whole = bytes.length > MAX_NOTE_BYTES ? null : decodeUtf8(bytes);
  const split = whole?.lastIndexOf('\n\n') ?? -1;
  if (whole === null || split < 0) return { problem: 'malformed' };
  const note: Note = { text: whole.slice(0, split + 1), verified: [], unknown: [] };
  const lines = whole.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > MAX_SIGNATURES || /[^\n\u0020-\u{10ffff}]/u.test(note.text))
    return { problem: 'malformed' };
  const seen = new Set<string>();
  for (const line of lines) {
    const [dash, name, base64, ...rest] = line.split(' ');
    const payload = decodeBase64(base64 ?? '');
    if (dash !== '\u2014' || name === undefined || !isKeyName(name) || rest.length > 0) return { problem: 'malformed' };
    if (payload === null || payload.length < 5) return { problem: 'malformed' };
    const id = payload.toString('hex', 0, 4);
    const known = keys.filter((key) => key.name === name && key.id === id);
    if (known.length > 1) return { problem: 'ambiguous-key' };
    // A line twice, or two signatures by one key: the first counts.
    const once = known.length === 0 ? line : `${name} ${id}`;
    if (seen.has(once)) continue;
    seen.add(once);
    if (known[0] === undefined) {
      note.unknown.push(name);
      continue;
    }
    const signature = checkSignature(note.text, known[0], payload.subarray(4));
    if (signature === null) return { problem: 'invalid-signature' };
    note.verified.push(signature);
  }
  return note;
}

/** A witness's payload is time ‖ signature, and what it signed names that time, so that it cannot be moved. */
function checkSignature(text: string, key: Key, payload: Buffer): Signature | null {
  if (key.kind === 'log') return verify(null, Buffer.from(text), key.publicKey, payload) ? { key, time: null } : null;
  if (payload.length !== 8 + 64) return null;
  const time = payload.readBigUInt64BE(0);
  // Beyond the year 9999 no date can be written.
  if (time > 253_402_300_799n) return null;
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  return verify(null, message, key.publicKey, payload.subarray(8)) ? { key, time: Number(time) } : null;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
}

/** Reads a checkpoint's body: origin, decimal size without leading zeros, base64 of 32 bytes, then extension lines; null for anything else. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const lines = text.split('\n');
  const [origin, digits, base64, ...extensions] = lines.slice(0, -1);
  if (lines.at(-1) !== '' || !origin || !digits || !base64 || extensions.includes('')) return null;
  const size = parseNumber(digits);
  const root = decodeBase64(base64);
  return size === null || root?.length !== 32 ? null : { origin, size, root };
}

/** Decimal without leading zeros, up to 2^53 − 1; null for anything else. */
export function parseNumber(digits: string): number | null {
  const number = Number(digits);
  return /^(0|[1-9][0-9]*)$/.test(digits) && Number.isSafeInteger(number) ? number : null;
}

export interface Proof {
  index: number;
  hashes: Buffer[];
  /** The checkpoint's note, verbatim. */
  checkpoint: Buffer;
}

/** Reads a `c2sp.org/tlog-proof@v1`. Its `extra` line is nobody's word for anything, so it is read over. Throws `Malformed` naming `what`. */
export function parseProof(bytes: Uint8Array, what: string): Proof {
  const text = bytes.length > MAX_NOTE_BYTES ? null : decodeUtf8(bytes);
  const split = text?.indexOf('\n\n') ?? -1;
  if (text === null || split < 0) throw new Malformed(`${what} is not a c2sp.org/tlog-proof@v1`);
  const [header, ...lines] = text.slice(0, split).split('\n');
  if (lines[0]?.startsWith('extra ') && decodeBase64(lines[0].slice(6)) !== null) lines.shift();
  const [, digits] = /^index ([0-9]+)$/.exec(lines.shift() ?? '') ?? [];
  const index = parseNumber(digits ?? '');
  const hashes = parseHashes(lines);
  const checkpoint = text.slice(split + 2);
  if (header !== 'c2sp.org/tlog-proof@v1' || index === null || hashes === null || checkpoint === '') {
    throw new Malformed(`${what} is not a c2sp.org/tlog-proof@v1`);
  }
  return { index, hashes, checkpoint: Buffer.from(checkpoint) };
}

/** Base64 hashes, one per line, at most as many as a tree of 2^53 leaves needs; null for anything else. */
export function parseHashes(lines: readonly string[]): Buffer[] | null {
  const hashes = lines.map(decodeBase64);
  return lines.length <= MAX_PROOF_HASHES && hashes.every((each) => each?.length === 32) ? (hashes as Buffer[]) : null;
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Key names hold no spaces, no plus and no control characters, so that lines and vkeys can be split. */
function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+\p{Cc}]/u.test(name);
}
