/** Self-contained proofs of one entry (C2SP tlog-proof): what a person can take away and anybody can check without us. */
import { type OpenedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { HASH_BYTES } from './merkle.ts';
import type { NoteProblem } from './note.ts';
import { decodeBase64, type NoteVerifier } from './note-keys.ts';
import { verifyInclusion } from './proofs.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No tree has more levels (C2SP tlog-witness has the same limit for its proofs). */
const MAX_HASHES = 63;

export interface TlogProof {
  /** Opaque and not covered by any signature; null: none. */
  extra: Buffer | null;
  index: number;
  /** Inclusion proof, the leaf's sibling first. */
  hashes: Buffer[];
  /** The signed note, as the log gave it. */
  checkpoint: string;
}

export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [HEADER, ...(extra === null ? [] : [`extra ${extra.toString('base64')}`]), `index ${index}`];
  return `${[...lines, ...hashes.map((hash) => hash.toString('base64'))].join('\n')}\n\n${checkpoint}`;
}

/** Reads a proof strictly; null for anything that `formatTlogProof` never writes. Says nothing yet of whether it holds. */
export function parseTlogProof(text: string): TlogProof | null {
  const split = text.indexOf('\n\n');
  if (split < 0 || !text.isWellFormed()) return null;
  const [header, ...lines] = text.slice(0, split).split('\n');
  const checkpoint = text.slice(split + 2);
  if (header !== HEADER || checkpoint === '') return null;
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()!.slice('extra '.length)) : undefined;
  const digits = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? '')?.[1];
  const index = Number(digits);
  if (extra === null || digits === undefined || !Number.isSafeInteger(index)) return null;
  const hashes = parseHashLines(lines);
  return hashes === null ? null : { extra: extra ?? null, index, hashes, checkpoint };
}

/** SHA-256 hashes in base64, one a line; null when a line is none, or there are more than any proof has. */
export function parseHashLines(lines: readonly string[]): Buffer[] | null {
  if (lines.length > MAX_HASHES) return null;
  const hashes: Buffer[] = [];
  for (const line of lines) {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) return null;
    hashes.push(hash);
  }
  return hashes;
}

export type TlogProofProblem = NoteProblem | 'not-included';

/** The proof's checkpoint, opened, when its signatures hold and the leaf is in its tree; else why not. */
export function verifyTlogProof(
  { index, hashes, checkpoint }: TlogProof,
  leaf: Uint8Array,
  log: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
): OpenedCheckpoint | { problem: TlogProofProblem } {
  const opened = openCheckpoint(checkpoint, log, witnesses);
  if ('problem' in opened) return opened;
  return verifyInclusion(leaf, index, opened.size, hashes, opened.root) ? opened : { problem: 'not-included' };
}
