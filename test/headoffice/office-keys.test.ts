import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Failed } from '../../contract/failure.ts';
import { areOfficeKeysProtected, createOfficeKeys, readOfficeKeys } from '../../headoffice/office-keys.ts';
import { parseVkey } from '../../ledger/note-keys.ts';

const PASSPHRASE = 'four blue wooden boats';
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'office-keys-'));
  file = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function kindOf(work: () => unknown): string {
  try {
    work();
    return 'no failure';
  } catch (error) {
    if (error instanceof Failed) return error.failure.kind;
    throw error;
  }
}

it('reads back the keys that it made, with and without a passphrase, for the owner alone', async () => {
  for (const passphrase of [null, PASSPHRASE]) {
    const at = `${file}-${passphrase === null}`;
    const made = await createOfficeKeys(at, 'First Bank', 'sync.bank.example', passphrase);
    const read = readOfficeKeys(at, passphrase);
    expect({ ...read, office: read.office.skey, witness: read.witness.skey }).toEqual({
      ...made,
      office: made.office.skey,
      witness: made.witness.skey,
    });
    expect([parseVkey(read.office.vkey)?.type, parseVkey(read.witness.vkey)?.type]).toEqual([1, 4]);
    expect(areOfficeKeysProtected(at)).toBe(passphrase !== null);
    if (process.platform !== 'win32') expect(statSync(at).mode & 0o777).toBe(0o600);
  }
});

it('writes no secret in the clear under a passphrase, and opens with no other', async () => {
  const keys = await createOfficeKeys(file, 'First Bank', 'bank', PASSPHRASE);
  const text = readFileSync(file, 'utf8');
  for (const secret of [keys.office.skey, keys.witness.skey, keys.identity]) expect(text).not.toContain(secret);
  expect(kindOf(() => readOfficeKeys(file, 'another passphrase'))).toBe('key-wrong');
  expect(kindOf(() => readOfficeKeys(file, null))).toBe('key-wrong');
  writeFileSync(file, text.replace('First Bank', 'Other Bank'));
  expect(kindOf(() => readOfficeKeys(file, PASSPHRASE))).toBe('key-wrong');
});

it('never writes over keys, and says what is no file of keys', async () => {
  await createOfficeKeys(file, 'First Bank', 'bank', null);
  await expect(createOfficeKeys(file, 'First Bank', 'bank', null)).rejects.toMatchObject({ failure: { kind: 'usage' } });
  await expect(createOfficeKeys(`${file}2`, 'First Bank', 'bank', 'short')).rejects.toMatchObject({ failure: { kind: 'usage' } });
  await expect(createOfficeKeys(`${file}4`, 'First Bank', 'two words', null)).rejects.toMatchObject({ failure: { kind: 'usage' } });
  const text = readFileSync(file, 'utf8');
  const other = await createOfficeKeys(`${file}3`, 'First Bank', 'bank', null);
  const swapped = { ...JSON.parse(text), office: other.office.vkey };
  for (const wrong of [
    '',
    '{',
    'null',
    '[]',
    '{"format":"outpost-office-keys/1"}',
    text.replace('"none"', '"scrypt"'),
    JSON.stringify(swapped),
  ]) {
    writeFileSync(file, wrong);
    expect(kindOf(() => readOfficeKeys(file, null))).toBe('file-malformed');
  }
  expect(kindOf(() => readOfficeKeys(join(folder, 'nothing'), null))).toBe('file-unreadable');
});
