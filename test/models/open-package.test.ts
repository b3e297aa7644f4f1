import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../contract/failure.ts';
import { openPackage } from '../../models/open-package.ts';
import { manifestOf, packFixture, scratchDirectory, sha256, writePackage } from './pack-fixture.ts';

async function failureOf(path: string): Promise<Failure> {
  const opened = await openPackage(path);
  if (!('failure' in opened)) throw new Error('the package opened');
  return opened.failure;
}

function zipped(members: Zippable): string {
  const path = join(scratchDirectory(), 'package.zip');
  writeFileSync(path, zipSync(members));
  return path;
}

function membersOf(directory: string): Record<string, Uint8Array> {
  return Object.fromEntries(
    ['manifest.json', 'model.onnx', 'background.json', 'golden.json'].map((name) => [name, readFileSync(join(directory, name))]),
  );
}

describe('opening a package', () => {
  it('gives the same package from a directory and from an archive of it, known by the digest of its manifest', async () => {
    const directory = packFixture('xgb-classifier');
    const fromDirectory = await openPackage(directory);
    const fromArchive = await openPackage(zipped(membersOf(directory)));
    if ('failure' in fromDirectory || 'failure' in fromArchive) throw new Error('did not open');
    expect(fromArchive.artefact).toStrictEqual({
      name: 'fixture',
      version: '1.0.0',
      sha256: sha256(readFileSync(join(directory, 'manifest.json'))),
    });
    expect(fromDirectory.artefact).toStrictEqual(fromArchive.artefact);
    expect(fromDirectory.golden).toStrictEqual(fromArchive.golden);
  });

  it('refuses a file that was changed by one byte', async () => {
    const directory = packFixture('xgb-classifier');
    const bytes = readFileSync(join(directory, 'model.onnx'));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(directory, 'model.onnx'), bytes);
    expect(await failureOf(directory)).toMatchObject({ kind: 'model-package-unsafe', facts: { place: 'model.onnx' } });
  });

  it('refuses a file that the manifest does not list, and a listed one that is not there', async () => {
    const extra = packFixture('xgb-classifier');
    writeFileSync(join(extra, 'notes.txt'), 'hello');
    expect(await failureOf(extra)).toMatchObject({ kind: 'model-package-unsafe', facts: { place: 'notes.txt' } });
    const lacking = packFixture('xgb-classifier', { manifest: { files: { 'card.md': 'a'.repeat(64) } } });
    expect(await failureOf(lacking)).toMatchObject({ kind: 'model-package-malformed', facts: { place: 'card.md' } });
  });

  it('refuses symbolic links, to files and to directories', async () => {
    const file = packFixture('xgb-classifier');
    symlinkSync('/etc/hostname', join(file, 'host.txt'));
    expect(await failureOf(file)).toMatchObject({ kind: 'model-package-unsafe', facts: { place: 'host.txt' } });
    const directory = packFixture('xgb-classifier');
    symlinkSync('/etc', join(directory, 'etc'));
    expect(await failureOf(directory)).toMatchObject({ kind: 'model-package-unsafe', facts: { place: 'etc' } });
  });

  it.each(['../outside.txt', '/etc/passwd', 'a/../../b', 'C:\\windows', '.hidden', 'a//b', 'nul\u0000byte'])(
    'refuses the path %j in an archive',
    async (path) => {
      const members = membersOf(packFixture('xgb-classifier'));
      expect(await failureOf(zipped({ ...members, [path]: new Uint8Array(3) }))).toMatchObject({ kind: 'model-package-unsafe' });
    },
  );

  it('refuses an archive that holds one name twice', async () => {
    const archive = zipSync({ ...membersOf(packFixture('xgb-classifier')), 'golden.jsom': new Uint8Array(3) }, { level: 0 });
    const renamed = Buffer.from(archive);
    for (let at = renamed.indexOf('golden.jsom'); at !== -1; at = renamed.indexOf('golden.jsom'))
      renamed.write('golden.json', at, 'latin1');
    const path = join(scratchDirectory(), 'twice.zip');
    writeFileSync(path, renamed);
    expect((await failureOf(path)).facts.detail).toBe('is in the archive twice');
  });

  it('refuses a decompression bomb before unpacking it, and too many files', async () => {
    const members = membersOf(packFixture('xgb-classifier'));
    const bomb = await failureOf(zipped({ ...members, 'bomb.bin': new Uint8Array(64 * 2 ** 20) }));
    expect(bomb).toMatchObject({ kind: 'model-package-unsafe', facts: { place: 'bomb.bin' } });
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`f${i}.txt`, new Uint8Array(1)]));
    expect((await failureOf(zipped({ ...members, ...many }))).facts.detail).toBe('there are more than 64 files');
  });

  it('says what is no archive and what is not there', async () => {
    const path = join(scratchDirectory(), 'package.zip');
    writeFileSync(path, 'this is no archive');
    expect(await failureOf(path)).toMatchObject({ kind: 'model-package-malformed' });
    expect(await failureOf(join(scratchDirectory(), 'nowhere'))).toMatchObject({ kind: 'file-unreadable' });
    expect(await failureOf(scratchDirectory())).toMatchObject({ kind: 'model-package-malformed', facts: { place: 'manifest.json' } });
  });

  it('names the place of a mistake in the manifest', async () => {
    const manifest = { ...manifestOf('xgb-classifier'), expiresOn: 'soon' };
    const wrongDate = await failureOf(packFixture('xgb-classifier', { manifest }));
    expect(wrongDate.kind).toBe('model-package-malformed');
    expect(wrongDate.happened).toContain('manifest.json: expiresOn: ');
    const directory = packFixture('xgb-classifier');
    writeFileSync(join(directory, 'manifest.json'), '{"format": ');
    expect((await failureOf(directory)).happened).toContain('manifest.json: is not JSON in UTF-8');
  });

  it('never quotes a golden row, which may be a person', async () => {
    const directory = scratchDirectory();
    const files = { 'model.onnx': 'x', 'background.json': '{}', 'golden.json': '{"rows":[{"answers":{"name":"Ada Lovelace"' };
    writePackage(directory, files, manifestOf('xgb-classifier'));
    writeFileSync(join(directory, 'background.json'), files['background.json']);
    expect(JSON.stringify(await failureOf(directory))).not.toContain('Ada');
  });

  it('compares the rows with the features: their number, and texts where texts go in', async () => {
    const short = { tolerance: 0, rows: [{ answers: null, features: [1, 2], pd: 0.5 }] };
    expect((await failureOf(packFixture('xgb-classifier', { golden: short }))).happened).toContain(
      'golden.json: rows[0]: has 2 values for 4 features',
    );
    const text = { tolerance: 0, rows: [{ answers: null, features: [1, 'two', 3, 4], pd: 0.5 }] };
    expect((await failureOf(packFixture('xgb-classifier', { golden: text }))).happened).toContain('feature income must be a number');
  });

  it('refuses directories nested without end', async () => {
    const directory = packFixture('xgb-classifier');
    mkdirSync(join(directory, ...Array.from({ length: 14 }, () => 'deeper')), { recursive: true });
    expect(await failureOf(directory)).toMatchObject({
      kind: 'model-package-unsafe',
      facts: { detail: 'directories are nested too deep' },
    });
  });
});
