/** The log's tree, from what a bundle holds of it: all tiles, or single entries with their proofs. */
import type { Bundle } from './bundle.ts';
import { leafHash, rootOf, rootOfLevels, TILE, tileAt, verifyConsistency, verifyInclusion } from './merkle.ts';
import { type Checkpoint, openNote, parseCheckpoint, parseHashes, parseProof } from './note.ts';
import { Malformed, type Report } from './report.ts';

const MAX_ENTRY_BYTES = 65_535;
const MAX_NOTE_BYTES = 1_000_000;

export interface Tree {
  /** Whether the log had this root at this size (at most its present one); null: this bundle cannot tell. */
  holds(size: number, root: Buffer): boolean | null;
  /** Hash of the entry at this place; null: it is not in the bundle. */
  leafAt(seq: number): Buffer | null;
}

/** Takes each entry in the order of the log; null: it is withheld. */
export type SeeEntry = (seq: number, bytes: Buffer | null) => void;

/** Hashes every entry of the log anew and holds all tiles against what comes out, one tile of each level in memory at a time. */
export function readTiles(bundle: Bundle, size: number, report: Report, see: SeeEntry): Tree {
  const levels: Buffer[][] = [];
  const done: number[] = [];
  const tileOf = (level: number, index: number): Buffer[] => {
    const { path, width } = tileAt(level, index, size);
    const bytes = bundle.read(path, TILE * 32);
    if (bytes.length !== width * 32) throw new Malformed(`${path} does not hold ${width} hashes`);
    return Array.from({ length: width }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32));
  };
  const add = (level: number, hash: Buffer): void => {
    levels[level] ??= [];
    const open = levels[level];
    open.push(hash);
    if (open.length < TILE) return;
    closeTile(level);
    add(level + 1, rootOf(open));
  };
  /** Level 0 is compared leaf by leaf, so that the entry can be named. */
  const closeTile = (level: number): void => {
    const open = levels[level]!;
    const index = done[level] ?? 0;
    done[level] = index + 1;
    levels[level] = [];
    if (level === 0) return;
    const stored = tileOf(level, index);
    if (!open.every((hash, i) => hash.equals(stored[i]!)))
      report.tampered(`${tileAt(level, index, size).path} does not follow from the tiles below it.`);
  };
  for (let tile = 0; tile * TILE < size; tile++) {
    const stored = tileOf(0, tile);
    for (const [i, entry] of readEntriesTile(bundle, tile, size).entries()) {
      const seq = tile * TILE + i;
      const hash = entry === null ? stored[i]! : leafHash(entry);
      if (!hash.equals(stored[i]!)) report.tampered(`Entry ${seq} is not the one that was hashed into the log.`);
      see(seq, entry);
      add(0, hash);
    }
  }
  const root = rootOfLevels(levels);
  for (const [level, open] of levels.entries()) if (level > 0 && open.length > 0) closeTile(level);
  const rootAt = (wanted: number): Buffer => {
    const parts: Buffer[][] = [];
    for (let level = 0; TILE ** level <= wanted; level++) {
      const count = Math.floor(wanted / TILE ** level);
      if (count % TILE === 0) parts.push([]);
      else parts.push(tileOf(level, Math.floor(count / TILE)).slice(0, count % TILE));
    }
    return rootOfLevels(parts);
  };
  return {
    holds: (wanted, claimed) => (wanted === size ? root : rootAt(wanted)).equals(claimed),
    leafAt: (seq) => (seq < size ? tileOf(0, Math.floor(seq / TILE))[seq % TILE]! : null),
  };
}

/** Entries in one tile: uint16 big-endian length, then the bytes. Length 0, which no entry has, stands for a withheld one. */
function readEntriesTile(bundle: Bundle, index: number, size: number): (Buffer | null)[] {
  const { path, width } = tileAt('entries', index, size);
  const bytes = bundle.read(path, TILE * (2 + MAX_ENTRY_BYTES));
  const entries: (Buffer | null)[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const end = at + 2 + (bytes.length - at < 2 ? 0 : bytes.readUInt16BE(at));
    if (end > bytes.length) throw new Malformed(`${path} breaks off in an entry`);
    entries.push(end === at + 2 ? null : bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length || entries.length !== width) throw new Malformed(`${path} does not hold ${width} entries`);
  return entries;
}

/** Reads single entries, each with its own proof under the newest checkpoint. */
export function readProvenEntries(bundle: Bundle, newest: Checkpoint, report: Report, see: SeeEntry): Tree {
  const { size, root } = newest;
  const leaves = new Map<number, Buffer>();
  const { scope, withheld } = bundle.manifest!;
  const here = bundle.numbers(/^entries\/(0|[1-9][0-9]*)\.json$/);
  let expected = scope.from;
  for (const seq of here) {
    const bytes = bundle.read(`entries/${seq}.json`, MAX_ENTRY_BYTES);
    const what = `proofs/${seq}.tlog-proof`;
    const proof = parseProof(bundle.read(what, MAX_NOTE_BYTES), what);
    const note = openNote(proof.checkpoint, []);
    const under = 'problem' in note ? null : parseCheckpoint(note.text);
    if (under === null) throw new Malformed(`${what} holds no checkpoint`);
    const isNewest = under.size === size && under.root.equals(root) && under.origin === newest.origin;
    if (!isNewest || proof.index !== seq) report.tampered(`${what} is not a proof of entry ${seq} under the newest checkpoint.`);
    const leaf = leafHash(bytes);
    leaves.set(seq, leaf);
    if (!verifyInclusion(leaf, seq, size, proof.hashes, root)) report.tampered(`Entry ${seq} is not the one that was hashed into the log.`);
    if (seq >= scope.from && seq <= scope.to) expected = seeMissing(expected, seq, withheld, see) + 1;
    see(seq, bytes);
  }
  seeMissing(expected, scope.to + 1, withheld, see);
  return {
    holds: (wanted, claimed) => {
      if (wanted === size) return claimed.equals(root);
      const what = `consistency/${wanted}-${size}`;
      if (!bundle.has(what)) return null;
      const lines = bundle.read(what, MAX_NOTE_BYTES).toString('latin1').split('\n');
      const hashes = lines.pop() === '' ? parseHashes(lines) : null;
      if (hashes === null) throw new Malformed(`${what} is not a list of hashes`);
      return verifyConsistency(wanted, size, hashes, claimed, root);
    },
    leafAt: (seq) => leaves.get(seq) ?? null,
  };
}

/** Entries of the scope that are not there must be withheld, and say so. */
function seeMissing(from: number, to: number, withheld: ReadonlySet<number>, see: SeeEntry): number {
  for (let seq = from; seq < to; seq++) {
    if (!withheld.has(seq)) throw new Malformed(`entry ${seq} is in scope, and neither there nor withheld`);
    see(seq, null);
  }
  return to;
}
