import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readApplications } from '../../../branch/read-applications/read-applications.ts';
import { readBytes, refusalOf } from './read-file.ts';
import { smallProduct } from './small-product.ts';

const text = 'Amount,full_name\n1,José Muñoz\n';

function utf16(of: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\ufeff${of}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(text), 0],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`), 0],
    ['UTF-16 little-endian', utf16(text, false), 1],
    ['UTF-16 big-endian', utf16(text, true), 1],
    ['Windows-1252', Buffer.from(text, 'latin1'), 1],
  ])('reads %s', async (_name, bytes, notices) => {
    const file = await readBytes(bytes);
    expect(file.rows[0]?.application.identity.full_name).toBe('José Muñoz');
    expect(file.notices.filter((notice) => notice.startsWith('Read as'))).toHaveLength(notices);
  });

  it('refuses eight-bit letters that are not certainly Windows-1252', async () => {
    const cyrillic = Buffer.concat([Buffer.from('Amount,full_name\n1,'), Buffer.from([0xc8, 0xe2, 0xe0, 0xed]), Buffer.from('\n')]);
    expect((await refusalOf(cyrillic)).happened).toContain('neither UTF-8 nor certainly Windows-1252');
    const polish = Buffer.concat([Buffer.from('Amount,full_name\n1,Micha'), Buffer.from([0xb3]), Buffer.from('\n')]);
    expect((await refusalOf(polish)).happened).toContain('neither UTF-8');
  });

  it('finds a byte that is not UTF-8 at the very end before anything is decided', async () => {
    const lines = Array.from({ length: 120_000 }, () => '1,Ada Lovelace').join('\n');
    const bytes = Buffer.concat([Buffer.from(`Amount,full_name\n${lines}\n1,`), Buffer.from([0xb3, 0x0a])]);
    expect((await refusalOf(bytes)).safe).toBe('Nothing of this file was decided.');
  });

  it('refuses what is cut off in the middle of a letter', async () => {
    expect((await refusalOf(utf16(text, false).subarray(0, -1))).happened).toContain('the rest is not');
  });

  it.each([
    ['a workbook', Buffer.from('504b030414000600', 'hex'), 'workbook (.xlsx)'],
    ['a gzip archive', Buffer.from('1f8b0800', 'hex'), 'gzip'],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7919) % 251)), 'binary file'],
    ['UTF-16 without its mark', utf16(text, false).subarray(2), 'UTF-16 without a byte order mark'],
  ])('refuses %s by name', async (_name, bytes, words) => {
    expect((await refusalOf(bytes)).happened).toContain(words);
  });

  it('refuses an empty file, a folder and a file that is not there', async () => {
    expect((await refusalOf('')).happened).toContain('empty');
    const folder = await mkdtemp(join(tmpdir(), 'outpost-read-'));
    await expect(readApplications(folder, smallProduct)).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } });
    await expect(readApplications(join(folder, 'none.csv'), smallProduct)).rejects.toMatchObject({ failure: { kind: 'file-unreadable' } });
    await rm(folder, { recursive: true });
  });
});
