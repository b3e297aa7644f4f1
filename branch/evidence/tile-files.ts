/** The log as tiles (C2SP tlog-tiles), read from the database as they are asked for. */
import { Failed } from '../../contract/failure.ts';
import type { Reader } from '../../db/handle.ts';
import { listEntries, listNodes, type StoredEntry } from '../../db/log-entries.ts';
import { TILE_HEIGHT } from '../../ledger/merkle.ts';
import { entryTilesOf, formatEntryTile, formatHashTile, TILE_WIDTH, type Tile, tilePath, tilesOf } from '../../ledger/tiles.ts';
import type { BundledFile } from './bundled-file.ts';

const WITHHELD = Buffer.alloc(0);

/**
 * Every tile of the first `size` entries; a withheld entry has length 0 in its tile, and its hash in the tile of hashes. With a tile of entries
 * come the entries themselves.
 * @throws Failed `log-tampered` where the stored log has a hole
 */
export function* tileFiles(
  reader: Reader,
  size: number,
  withheld: ReadonlySet<number>,
): Generator<BundledFile & { entries?: readonly StoredEntry[] }, void, void> {
  for (const tile of entryTilesOf(size)) {
    const from = tile.index * TILE_WIDTH;
    const entries = listEntries(reader, from, tile.width);
    if (entries.length !== tile.width || entries[0]!.seq !== from) throw hole(`Of the entries ${from} to ${from + tile.width - 1}`);
    const bytes = formatEntryTile(entries.map((entry) => (withheld.has(entry.seq) ? WITHHELD : entry.bytes)));
    yield { path: tilePath(tile), bytes, entries };
    const hashes = { ...tile, level: 0 };
    yield { path: tilePath(hashes), bytes: formatHashTile(entries.map(({ leafHash }) => leafHash)) };
  }
  for (const tile of tilesOf(size)) if (tile.level > 0) yield { path: tilePath(tile), bytes: hashTile(reader, tile) };
}

function hashTile(reader: Reader, { level, index, width }: Tile & { level: number }): Buffer {
  const from = index * TILE_WIDTH;
  const nodes = listNodes(reader, level * TILE_HEIGHT, from, from + width);
  if (nodes.size !== width) throw hole(`Of the tree's nodes ${from} to ${from + width - 1} of level ${level * TILE_HEIGHT}`);
  return formatHashTile(Array.from({ length: width }, (_, i) => nodes.get(from + i)!));
}

function hole(where: string): Failed {
  return new Failed({
    kind: 'log-tampered',
    happened: `${where} not all are stored.`,
    safe: 'Nothing was changed, and nothing was exported.',
    next: 'Keep the data folder as it is and verify the log.',
    facts: {},
  });
}
