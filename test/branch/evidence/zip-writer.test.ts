import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ZipWriter } from '../../../branch/evidence/zip-writer.ts';
import { openZip } from '../../../verifier/zip.ts';
import { temporaryFolder } from '../../support/temporary-log.ts';

async function zipOf(files: Iterable<[string, Uint8Array]>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const zip = new ZipWriter(async (bytes) => void parts.push(bytes));
  for (const [path, bytes] of files) await zip.add(path, bytes);
  await zip.end();
  return Buffer.concat(parts);
}

function read(archive: Buffer, isWanted: (path: string) => boolean = () => true): Map<string, Buffer | null> {
  const file = join(temporaryFolder(), 'archive.zip');
  writeFileSync(file, archive);
  const zip = openZip(file);
  try {
    return new Map([...zip.sizes].map(([path, size]) => [path, isWanted(path) ? zip.read(path, size) : null]));
  } finally {
    zip.close();
  }
}

describe('an archive', () => {
  it('gives back any files, to the verifier’s strict reader and to another program’s', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.string({ maxLength: 20 }).map((text) => Buffer.from(text.repeat(4000))),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,9}(\/[a-z]{1,9})?$/), content, { noNullPrototype: true }),
        async (files) => {
          const archive = await zipOf(Object.entries(files));
          const strict = read(archive);
          const other = unzipSync(archive);
          expect([strict.size, Object.keys(other).length]).toEqual([Object.keys(files).length, Object.keys(files).length]);
          for (const [path, bytes] of Object.entries(files)) {
            expect(strict.get(path)!.equals(bytes)).toBe(true);
            expect(Buffer.compare(other[path]!, bytes)).toBe(0);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is read where it counts more files than a plain zip can', async () => {
    function* many(): Generator<[string, Uint8Array]> {
      for (let i = 0; i < 66_000; i++) yield [`entries/${i}.json`, Buffer.from(`${i}`)];
    }
    const files = read(await zipOf(many()), (path) => path.endsWith('/65999.json'));
    expect([files.size, files.get('entries/65999.json')!.toString()]).toEqual([66_000, '65999']);
  });

  it('stores what would look like a bomb to a reader', async () => {
    const zeros = new Uint8Array(4 << 20);
    expect(
      read(await zipOf([['zeros', zeros]]))
        .get('zeros')!
        .equals(zeros),
    ).toBe(true);
  });
});
