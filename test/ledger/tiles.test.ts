import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../../ledger/merkle.ts';
import {
  entryTilesOf,
  formatEntryTile,
  formatHashTile,
  parseEntryTile,
  parseHashTile,
  parseTilePath,
  TILE_WIDTH,
  tileOfNode,
  tilePath,
  tilesOf,
} from '../../ledger/tiles.ts';

describe('tile paths', () => {
  it.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 7, width: 3 }, 'tile/0/007.p/3'],
    [{ level: 2, index: 999, width: 255 }, 'tile/2/999.p/255'],
    [{ level: 'entries', index: 1000, width: 256 }, 'tile/entries/x001/000'],
    [{ level: 63, index: 98_765_432, width: 1 }, 'tile/63/x098/x765/432.p/1'],
  ] as const)('%j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ ...tile, index: BigInt(tile.index) });
  });

  it('read back as what they name, whatever the tile', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index: BigInt(index), width });
      }),
    );
  });

  it.each([
    'tile/0/0',
    'tile/0/x000/001',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/000',
    'tile/0/x001',
    'tile/0/../000',
    'tile/entries/',
    '/tile/0/000',
    'tile/0/000\n',
  ])('%j is none', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });
});

describe('the tiles of a tree', () => {
  it.each([
    [0, []],
    [1, ['tile/0/000.p/1']],
    [256, ['tile/0/000', 'tile/1/000.p/1']],
    [257, ['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']],
  ])('of %i leaves are these', (size, paths) => {
    expect([...tilesOf(size)].map(tilePath)).toEqual(paths);
  });

  it('hold every hash of every eighth level once', () => {
    const size = 70_123;
    const widths = new Map<number, number>();
    for (const { level, width } of tilesOf(size)) widths.set(level, (widths.get(level) ?? 0) + width);
    expect([...widths]).toEqual([
      [0, size],
      [1, 273],
      [2, 1],
    ]);
    expect([...entryTilesOf(size)].reduce((sum, { width }) => sum + width, 0)).toBe(size);
  });

  it('hold a node where it is looked for', () => {
    expect(tileOfNode(3, 70)).toEqual({ tile: { level: 0, index: 2 }, within: { level: 3, index: 6 } });
    expect(tileOfNode(16, 300)).toEqual({ tile: { level: 2, index: 1 }, within: { level: 0, index: 44 } });
  });
});

describe('the bytes of a tile', () => {
  it('hold hashes of one length only', () => {
    const hashes = [1, 2, 3].map((n) => leafHash(Buffer.from([n])));
    expect(parseHashTile(formatHashTile(hashes), 3)).toEqual(hashes);
    expect(parseHashTile(formatHashTile(hashes), 2)).toBeNull();
    expect(parseHashTile(formatHashTile(hashes).subarray(1), 3)).toBeNull();
  });

  it('hold entries of any length up to the limit, and nothing besides', () => {
    const entries = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(65_535, 7)];
    const bytes = formatEntryTile(entries);
    expect(parseEntryTile(bytes, 3)).toEqual(entries);
    expect(parseEntryTile(bytes, 2)).toBeNull();
    expect(parseEntryTile(bytes, 4)).toBeNull();
    expect(parseEntryTile(bytes.subarray(0, -1), 3)).toBeNull();
    expect(parseEntryTile(Buffer.concat([bytes, Buffer.alloc(1)]), 3)).toBeNull();
    expect(() => formatEntryTile([Buffer.alloc(65_536)])).toThrow(RangeError);
    expect(TILE_WIDTH).toBe(256);
  });
});
