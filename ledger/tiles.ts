/** Tiles of a Merkle tree (C2SP tlog-tiles): the log as a folder of files that never change but at its right edge. */
import { HASH_BYTES, TILE_HEIGHT } from './merkle.ts';

/** Hashes or entries of a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Levels go to 63, in steps of eight levels of the tree. */
const MAX_TILE_LEVEL = 63;

export interface Tile {
  /** Of tiles, not of the tree: tile level 1 holds hashes of tree level 8. */
  level: number | 'entries';
  index: number;
  /** 1 to 256; fewer than 256 only at the right edge of the tree. */
  width: number;
}

/** `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`. */
export function tilePath({ level, index, width }: Tile): string {
  return `tile/${level}/${indexPath(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Groups of three digits, all but the last behind an x, so that no name is both a folder and a file. */
function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
}

/** Level, index (beyond what a number holds: hence a bigint) and width of a tile's path; null for anything that `tilePath` never writes. */
export function parseTilePath(path: string): { level: number | 'entries'; index: bigint; width: number } | null {
  const match = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (match === null) return null;
  const level = match[1] === 'entries' ? 'entries' : Number(match[1]);
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  if ((level !== 'entries' && level > MAX_TILE_LEVEL) || (match[3] !== undefined && width >= TILE_WIDTH)) return null;
  // A group of zeros in front would give one tile two names.
  if (match[2]!.startsWith('x000/')) return null;
  return { level, index: BigInt(match[2]!.replaceAll(/[x/]/g, '')), width };
}

/** The tile that holds a node of the tree, and where the node stands in it: `level` above the tile's own hashes, `index` within that level. */
export function tileOfNode(
  level: number,
  index: number,
): { tile: Pick<Tile, 'level' | 'index'>; within: { level: number; index: number } } {
  const above = level % TILE_HEIGHT;
  const perTile = 2 ** (TILE_HEIGHT - above);
  return {
    tile: { level: (level - above) / TILE_HEIGHT, index: Math.floor(index / perTile) },
    within: { level: above, index: index % perTile },
  };
}

/** Every hash tile of a tree of `size` leaves, the lowest level first. A tree of no leaves has none. */
export function* tilesOf(size: number): Generator<Tile & { level: number }, void, void> {
  let hashes = size;
  for (let level = 0; hashes > 0; level++) {
    yield* tilesOfLevel(level, hashes);
    hashes = Math.floor(hashes / TILE_WIDTH);
  }
}

/** Every tile of entries of a log of `size`. */
export function* entryTilesOf(size: number): Generator<Tile & { level: 'entries' }, void, void> {
  yield* tilesOfLevel('entries', size);
}

function* tilesOfLevel<L extends number | 'entries'>(level: L, count: number): Generator<Tile & { level: L }, void, void> {
  for (let index = 0; index * TILE_WIDTH < count; index++) yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) };
}

/** A tile's hashes one behind the other. */
export function formatHashTile(hashes: readonly Uint8Array[]): Buffer {
  return Buffer.concat(hashes, hashes.length * HASH_BYTES);
}

/** The hashes of a tile; null when its length is not that of `width` hashes. */
export function parseHashTile(bytes: Uint8Array, width: number): Buffer[] | null {
  if (bytes.length !== width * HASH_BYTES) return null;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: width }, (_, i) => all.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** Entries, each behind its length as a big-endian 16-bit number. Throws RangeError for one that is too long. */
export function formatEntryTile(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** The entries of a tile; null when it does not hold exactly `width` of them. */
export function parseEntryTile(bytes: Uint8Array, width: number): Buffer[] | null {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Buffer[] = [];
  let at = 0;
  while (at + 2 <= all.length) {
    const end = at + 2 + all.readUInt16BE(at);
    if (end > all.length || entries.length === width) return null;
    entries.push(all.subarray(at + 2, end));
    at = end;
  }
  return at === all.length && entries.length === width ? entries : null;
}
