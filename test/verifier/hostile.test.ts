/** Evidence made to break its reader: the answer is always a verdict, and never a good one. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyEvidence } from '../../verifier/verify.ts';
import { type Judged, judge, type Known, writeFiles } from './judge.ts';
import { canonical, exportBundle, type Files, SampleLog, signer } from './sample-log.ts';
import { type ZipMember, type ZipOptions, zip } from './sample-zip.ts';

const LOG = signer('branch-7.example/epoch-1', 1);
const WITNESS = signer('head-office.example', 4);
const KNOWN: Known = { logs: [LOG], witnesses: [WITNESS] };
const NOBODY = { logs: [], witnesses: [], quorum: 0 };

const log = new SampleLog(LOG);
log.decide();
log.countersign([WITNESS, 1_700_000_000]);
log.decide();
const NEWEST = log.checkpoint(3, [[WITNESS, 1_700_000_500]]);
const whole = exportBundle(log, { newest: NEWEST, personal: true });
const part = exportBundle(log, { newest: NEWEST, personal: true, scope: [1, 2] });
const tiles: Files = new Map([...log.tiles(), ['checkpoint', Buffer.from(NEWEST)]]);

const malformed = (archive: Buffer | Files, why: string | RegExp): void => {
  const judged = judge(archive);
  expect(judged).toMatchObject({ verdict: 'malformed', exitCode: 3 });
  expect(judged.malformed).toHaveLength(1);
  expect(judged.malformed[0]).toMatch(why);
};

describe('archives', () => {
  it.each<[string, ZipOptions]>([
    ['stored members', { stored: true }],
    ['sums behind the members', { streamed: true }],
    ['an end record for many files', { zip64: true }],
  ])('with %s are read', (_, options) => {
    expect(judge(zip(whole, options), KNOWN)).toMatchObject({ verdict: 'intact' });
  });

  it('with members for folders are read', () => {
    expect(judge(zip([['checkpoints/', Buffer.alloc(0)], ...whole], { stored: true }), KNOWN)).toMatchObject({ verdict: 'intact' });
  });

  it.each(['../up', 'a/../../up', '/etc/passwd', 'C:/x', 'a\\b', 'a\0b', 'a//b', './a', '.hidden', 'a\nb', '', 'é'])(
    'with the name %j are refused',
    (name) => {
      malformed(zip([...whole, [name, Buffer.from('x')]]), 'is not allowed in a bundle');
    },
  );

  it('with one name twice are refused', () => {
    malformed(zip([...whole, ['checkpoint', Buffer.from('x')]]), 'one name twice');
  });

  const lies: [string, (member: ZipMember) => Partial<ZipMember>, string][] = [
    ['a size too small', ({ size }) => ({ size: size - 1 }), 'two ways'],
    ['another packed size', ({ packed }) => ({ packed: packed - 1 }), 'two ways'],
    ['another checksum', ({ crc }) => ({ crc: (crc ^ 1) >>> 0 }), 'two ways'],
    ['another method', () => ({ method: 0 }), 'two sizes'],
    ['an unknown method', () => ({ method: 93 }), 'method'],
    ['encryption', () => ({ flags: 1 }), 'encrypted'],
    ['another place', ({ start }) => ({ start: start + 1 }), 'behind the member before'],
    ['another name', () => ({ path: 'checkpoinU' }), 'two ways'],
    ['a size of 4 GiB', () => ({ size: 0xffffffff }), '4 GiB'],
  ];
  it.each(lies)('whose directory lies about %s are refused', (_, change, why) => {
    malformed(zip(whole, { lie: (member) => member.path === 'checkpoint' && Object.assign(member, change(member)) }), why);
  });

  it('that lie in both places are found out by the bytes', () => {
    const archive = zip(new Map([['checkpoint', Buffer.from(NEWEST)]]));
    const sizes = [22, archive.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24];
    for (const size of [1, NEWEST.length + 1, 2 ** 20]) {
      for (const at of sizes) archive.writeUInt32LE(size, at);
      malformed(archive, /damaged|larger than the/);
    }
  });

  it('with two members in one place are refused', () => {
    malformed(
      zip(whole, { lie: (member) => member.path !== 'checkpoint' && Object.assign(member, { start: 0 }) }),
      /behind the member before|two ways/,
    );
  });

  it('that unpack to far more than they are, are refused before they are unpacked', () => {
    malformed(zip(new Map([['checkpoint', Buffer.alloc(64 * 2 ** 20)]])), /would unpack to \d+ times/);
    malformed(zip(new Map([['checkpoint', Buffer.alloc(2 ** 20)]])), 'larger than the');
  });

  it('with bytes before, between or behind are refused', () => {
    const archive = zip(whole);
    malformed(Buffer.concat([Buffer.from('#!/bin/sh\n'), archive]), 'place or size');
    malformed(Buffer.concat([archive, Buffer.from('x')]), 'not a zip archive');
    const hidden = deflateRawSync('x');
    const trailing = zip([['checkpoint', Buffer.from(NEWEST)]]);
    expect(judge(Buffer.concat([trailing.subarray(0, 40), hidden, trailing.subarray(40)]))).toMatchObject({ verdict: 'malformed' });
  });

  it('that hide something behind a stream, between members and directory, or in sums that nobody needs, are refused', () => {
    malformed(zip(whole, { hidden: Buffer.from('hidden') }), 'cannot be unpacked to the size told');
    const archive = zip(whole);
    const end = archive.length - 22;
    const start = archive.readUInt32LE(end + 16);
    const wider = Buffer.concat([archive.subarray(0, start), Buffer.from('hidden'), archive.subarray(start)]);
    wider.writeUInt32LE(start + 6, end + 6 + 16);
    malformed(wider, 'something between the members');
    const streamed = zip(whole, { streamed: true });
    streamed[streamed.readUInt32LE(streamed.length - 22 + 16) - 12]! ^= 1;
    malformed(streamed, 'two ways');
  });

  it('whose end record lies are refused', () => {
    const plain = zip(whole);
    const many = zip(whole, { zip64: true });
    const end = (archive: Buffer): number => archive.length - 22;
    const changed = (archive: Buffer, at: number): Buffer => {
      const copy = Buffer.from(archive);
      copy[at]! ^= 1;
      return copy;
    };
    malformed(changed(plain, end(plain) + 4), 'several parts');
    malformed(changed(plain, end(plain) + 8), 'several parts');
    malformed(changed(changed(plain, end(plain) + 8), end(plain) + 10), 'another number of files');
    malformed(changed(plain, end(plain) + 12), 'place or size');
    malformed(changed(many, end(many) + 12), 'two ways');
    malformed(changed(many, end(many) - 20 - 56), 'two ways');
    malformed(changed(many, end(many) - 20 - 56 + 32), 'another number of files');
    malformed(changed(many, end(many) - 20 + 8), 'not where it must be');
  });

  it('with a byte that is not what its checksum says are refused', () => {
    const archive = zip(whole, { stored: true });
    archive[archive.indexOf('For a person')]! ^= 1;
    malformed(archive, 'README.txt is damaged');
  });

  it('that are none are refused', () => {
    for (const bytes of ['', 'PK', 'hello', 'PK\u0005\u0006', 'x'.repeat(70_000)])
      malformed(Buffer.from(bytes, 'latin1'), /zip archive|too early/);
    malformed(zip(new Map()), 'checkpoint is missing');
  });
});

describe('folders', () => {
  const inRoom = (fill: (room: string) => void): Judged => {
    const room = mkdtempSync(join(tmpdir(), 'outpost-hostile-'));
    try {
      fill(room);
      return JSON.parse(JSON.stringify(verifyEvidence(room, NOBODY, { receipts: [], checkpoints: [] }))) as Judged;
    } finally {
      rmSync(room, { recursive: true });
    }
  };

  it('with links out of them are refused', () => {
    for (const target of ['/etc/hostname', '..', 'nowhere']) {
      const judged = inRoom((room) => {
        writeFiles(room, whole);
        symlinkSync(target, join(room, 'link'));
      });
      expect(judged.malformed).toEqual(['link is neither a plain file nor a folder.']);
    }
  });

  it('with a file larger than it may be are refused before it is read', () => {
    const judged = inRoom((room) => writeFiles(room, new Map([...whole, ['checkpoint', Buffer.alloc(1_000_001)]])));
    expect(judged.malformed).toHaveLength(1);
    expect(judged.malformed[0]).toContain('is larger than the 1000000 bytes');
  });

  it('with nothing, strange names or endless depth are refused', () => {
    expect(inRoom(() => undefined)).toMatchObject({ exitCode: 3 });
    expect(inRoom((room) => writeFileSync(join(room, 'a b'), ''))).toMatchObject({ exitCode: 3 });
    expect(inRoom((room) => mkdirSync(join(room, 'a/'.repeat(26)), { recursive: true }))).toMatchObject({ exitCode: 3 });
  });
});

describe('contents', () => {
  it('that are no JSON, no canonical JSON or another format are malformed', () => {
    for (const manifest of [
      '',
      '{',
      '[]',
      'null',
      '{"format":"outpost-evidence/2"}',
      '{ }',
      '{"a":1,"a":1}',
      `${'['.repeat(9999)}${']'.repeat(9999)}`,
    ]) {
      malformed(new Map([...whole, ['manifest.json', Buffer.from(manifest)]]), 'manifest.json');
    }
    const { by: _, ...rest } = JSON.parse(String(whole.get('manifest.json'))) as Record<string, unknown>;
    for (const change of [rest, { ...rest, by: 7 }, { ...rest, by: { account: 'a', role: 'b' }, size: -1 }]) {
      malformed(new Map([...whole, ['manifest.json', canonical(change)]]), 'manifest.json');
    }
  });

  it.each([
    '{"b":1,"a":2}',
    '{"a":1.0}',
    '{"a":1e2}',
    '{"a":-0}',
    '{"a":1e999}',
    '{"a": 1}',
    '{"a":"\\u0041"}',
    '{"a":"\\ud800"}',
    '{"a":1}\n',
    '\ufeff{"a":1}',
    '[1]',
    '7',
    '',
  ])('an entry that is %j is malformed, though its hash is in the tree', (text) => {
    const strange = new SampleLog(LOG);
    strange.entries.push(Buffer.from(text));
    // An empty entry would stand for a withheld one.
    expect(judge(exportBundle(strange))).toMatchObject({ verdict: 'malformed' });
    expect(judge(strange.tiles(), {}, true)).toMatchObject({ verdict: 'malformed' });
  });

  it('an entry that says another number than its own is tampering', () => {
    const strange = new SampleLog(LOG);
    strange.append('a', { seq: 7 });
    expect(judge(exportBundle(strange))).toMatchObject({ verdict: 'tampered' });
  });

  it('tiles that hold more, or other hashes, than follow from the entries are found out', () => {
    const longer = new SampleLog(LOG);
    for (let i = 0; i < 300; i++) longer.append('a');
    const all = longer.tiles();
    expect(judge(all, {}, true)).toMatchObject({ exitCode: 2 });
    const more = new Map([...all, ['tile/entries/001.p/45', Buffer.concat([all.get('tile/entries/001.p/45')!, Buffer.from([0, 1, 7])])]]);
    expect(judge(more, {}, true).malformed).toEqual(['tile/entries/001.p/45 does not hold 45 entries.']);
    const upper = new Map([...all, ['tile/1/000.p/1', Buffer.alloc(32)]]);
    expect(judge(upper, {}, true).tampered[0]).toBe('tile/1/000.p/1 does not follow from the tiles below it.');
  });

  it('a bundle with tiles is of the whole log, and stored checkpoints have the size in their name', () => {
    expect(judge(exportBundle(log, { manifest: { scope: { from: 1, to: 2 } } })).malformed).toEqual([
      'there are tiles, but the scope is not the whole log.',
    ]);
    const misnamed = (files: Files): void => void files.set('checkpoints/1', files.get('checkpoints/2')!);
    expect(judge(exportBundle(log, { change: misnamed })).malformed).toEqual(['checkpoints/1 is a checkpoint of another size.']);
  });

  it('an epoch under a key that was there before, or after another than the one before it, is malformed', () => {
    const again = new SampleLog(LOG);
    again.begin(LOG, { origin: LOG.name, checkpoint: null });
    expect(judge(exportBundle(again)).malformed.join()).toContain('a key or origin that was there before');
    const other = new SampleLog(LOG);
    other.begin(signer('branch-7.example/epoch-2', 1), { origin: 'another.example', checkpoint: null });
    expect(judge(exportBundle(other)).malformed.join()).toContain('after another than the one before it');
    for (const previous of [null, {}, { origin: 7 }, { origin: LOG.name, checkpoint: 7 }]) {
      const strange = new SampleLog(LOG);
      strange.begin(signer('branch-7.example/epoch-2', 1), previous as null);
      expect(judge(exportBundle(strange)).exitCode).toBe(3);
    }
  });

  it('a log of no entries is no evidence', () => {
    const body = `${LOG.name}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
    malformed(new Map([['checkpoint', Buffer.from(`${body}\n${LOG.line(body)}`)]]), 'the log is empty');
  });

  it('JSON that would fill the memory is refused before it is read', () => {
    const bundle = new Map([...whole, ['manifest.json', Buffer.from(`{"a":[${'{},'.repeat(8_100_000)}1]}`)]]);
    malformed(zip(bundle, { stored: true }), 'manifest.json holds more than 16000000 values');
  });

  it('an epoch that does not name its own key is malformed', () => {
    const strange = new SampleLog(LOG);
    strange.entries[0] = canonical({ ...(JSON.parse(String(strange.entries[0])) as object), origin: 'another' });
    expect(judge(exportBundle(strange)).malformed.join()).toContain('does not name its key');
  });

  it('names from the bundle cannot steer the terminal', () => {
    const strange = exportBundle(log, { manifest: { by: { account: '\u001b[2J\u202eursula\n', role: 'x' } } });
    expect(judge(strange).unproven.join()).toContain('Who exported (?[2J?ursula?, x)');
  });

  it('a number of files of a bundle can be missing in any way', () => {
    for (const bundle of [whole, part]) {
      for (const path of bundle.keys())
        expect([1, 3]).toContain(judge(new Map([...bundle].filter(([name]) => name !== path)), KNOWN).exitCode);
    }
    for (const path of tiles.keys()) expect(judge(new Map([...tiles].filter(([name]) => name !== path)), KNOWN, true).exitCode).toBe(3);
  });
});

describe('any change of a byte', () => {
  const offsets = { at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) };
  const flip = (bytes: Buffer, at: number, mask: number): Buffer => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length]! ^= mask;
    return copy;
  };

  it.each<[string, Files]>([
    ['whole log', whole],
    ['part of a log', part],
  ])('in a file of a bundle of a %s is tampering or malformed', (_, bundle) => {
    expect(judge(bundle, KNOWN)).toMatchObject({ verdict: 'intact' });
    const paths = fc.constantFrom(...bundle.keys());
    fc.assert(
      fc.property(paths, offsets.at, offsets.mask, (path, at, mask) => {
        const judged = judge(new Map([...bundle, [path, flip(bundle.get(path)!, at, mask)]]), KNOWN);
        expect([1, 3]).toContain(judged.exitCode);
        expect(judged.malformed.join()).not.toContain('could not go on');
      }),
      { numRuns: 120 },
    );
  });

  it('in a hashed file of a tiles export is tampering or malformed, and in its checkpoint never intact', () => {
    expect(judge(tiles, KNOWN, true)).toMatchObject({ verdict: 'intact' });
    fc.assert(
      fc.property(fc.constantFrom(...tiles.keys()), offsets.at, offsets.mask, (path, at, mask) => {
        const { exitCode } = judge(new Map([...tiles, [path, flip(tiles.get(path)!, at, mask)]]), KNOWN, true);
        expect(path === 'checkpoint' ? [1, 2, 3] : [1, 3]).toContain(exitCode);
      }),
      { numRuns: 80 },
    );
  });

  it('of an archive, a cut or a doubling never crashes, and leaves it intact only where it holds the same files', () => {
    const archive = zip(whole);
    const members = archive.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    fc.assert(
      fc.property(fc.nat(archive.length - 1), offsets.mask, fc.constantFrom('flip', 'cut', 'double'), (at, mask, how) => {
        const changed =
          how === 'flip'
            ? flip(archive, at, mask)
            : how === 'cut'
              ? archive.subarray(0, at)
              : Buffer.concat([archive.subarray(0, at), archive]);
        const judged = judge(changed, KNOWN);
        expect(judged.malformed.join()).not.toContain('could not go on');
        if (at > 0 && how !== 'flip') expect(judged.exitCode).toBe(3);
        // What a flip may leave intact is what says nothing: times, versions and attributes in headers.
        if (how === 'flip' && judged.exitCode === 0) expect(at >= members || isHeader(archive, at)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('of receipts and kept checkpoints is never called intact', () => {
    const receipt = log.receipt(2, 3, log.checkpoint(3));
    expect(judge(whole, { ...KNOWN, receipts: [receipt], checkpoints: [NEWEST] })).toMatchObject({ verdict: 'intact' });
    fc.assert(
      fc.property(offsets.at, offsets.mask, (at, mask) => {
        const changed = flip(Buffer.from(receipt), at, mask).toString('latin1');
        expect([1, 2, 3]).toContain(judge(whole, { ...KNOWN, receipts: [changed] }).exitCode);
      }),
      { numRuns: 60 },
    );
  });

  it('or any bytes at all in place of a file never crash', () => {
    fc.assert(
      fc.property(fc.constantFrom(...part.keys()), fc.uint8Array({ maxLength: 300 }), (path, bytes) => {
        const judged = judge(new Map([...part, [path, Buffer.from(bytes)]]), KNOWN);
        expect([1, 3]).toContain(judged.exitCode);
        expect(judged.malformed.join()).not.toContain('could not go on');
      }),
      { numRuns: 80 },
    );
  });
});

/** Whether a place lies in a local header of an archive without gaps. */
function isHeader(archive: Buffer, at: number): boolean {
  let start = 0;
  while (archive.readUInt32LE(start) === 0x04034b50) {
    const data = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
    if (at < data) return at >= start;
    start = data + archive.readUInt32LE(start + 18);
  }
  return false;
}
