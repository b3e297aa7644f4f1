import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createKey,
  hasRecoveryKey,
  type KeyStore,
  openKey,
  type Protection,
  portableKeyFile,
  protectKey,
  replaceRecoveryKey,
} from '../../../branch/keys/key-file.ts';
import { makeRecoveryKey, readRecoveryKey } from '../../../branch/keys/recovery-key.ts';
import { temporaryFolder } from '../../support/temporary-log.ts';

const nothing = { passphrase: null, keyStore: null };
const store: KeyStore = { backend: 'kwallet6', wrap: async (hex) => `s1:${hex}`, unwrap: async (wrapped) => wrapped.slice(3) };

async function made(protection: Protection): Promise<{ file: string; key: Buffer; recoveryKey: string }> {
  const file = join(temporaryFolder(), 'key.json');
  const created = await createKey(file, protection);
  if ('failure' in created) throw new Error(created.failure.kind);
  return { file, ...created };
}

const outcome = async (file: string, openers: Parameters<typeof openKey>[1]): Promise<string | Buffer> => {
  const opened = await openKey(file, openers);
  return 'failure' in opened ? opened.failure.kind : opened.key;
};

describe('the recovery key as it is written down', () => {
  it('has 160 bits in seven groups of five letters that are not misread', () => {
    const keys = Array.from({ length: 200 }, makeRecoveryKey);
    for (const key of keys) expect(key).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){6}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(keys).size).toBe(200);
    expect(readRecoveryKey(keys[0]!)).toHaveLength(32);
  });

  it('is read as people type it: in small letters, with O for 0 and l for 1, without hyphens, with blanks', () => {
    const key = makeRecoveryKey();
    const typed = ` ${key.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}\n`;
    expect(readRecoveryKey(typed)).toBe(readRecoveryKey(key));
  });

  it('is not taken with a letter changed, swapped, lost or doubled', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const mistakes: ((letters: string[], at: number) => void)[] = [
      (letters, at) => letters.splice(at, 1, alphabet[(alphabet.indexOf(letters[at]!) + 1) % 32]!),
      (letters, at) => letters.splice(at, 2, letters[(at + 1) % 35]!, letters[at]!),
      (letters, at) => letters.splice(at, 1),
      (letters, at) => letters.splice(at, 0, letters[at]!),
    ];
    const overlooked = Array.from({ length: 34 }, (_, at) => {
      const key = makeRecoveryKey().replaceAll('-', '');
      return mistakes.map((mistake) => {
        const letters = Array.from(key);
        mistake(letters, at);
        return letters.join('') !== key && readRecoveryKey(letters.join('')) !== null;
      });
    }).flat();
    // Three letters of check: one mistake in 32,768 is overlooked, and then opens nothing.
    expect(overlooked.filter(Boolean).length).toBeLessThanOrEqual(1);
  });
});

describe('a key file with a recovery key', () => {
  it('opens with it however else it is protected, also where it is typed as a passphrase', async () => {
    for (const protection of [
      { wrap: 'none' },
      { wrap: 'passphrase', passphrase: 'correct horse' },
      { wrap: 'safe-storage', keyStore: store },
    ] as Protection[]) {
      const { file, key, recoveryKey } = await made(protection);
      expect(await openKey(file, { ...nothing, recoveryKey })).toEqual({ key, wrap: protection.wrap });
      expect(await outcome(file, { passphrase: recoveryKey, keyStore: null })).toEqual(key);
      const text = readFileSync(file, 'utf8');
      expect(text.includes(recoveryKey) || text.includes(readRecoveryKey(recoveryKey)!)).toBe(false);
    }
  });

  it('tells a mistyped one from another folder’s', async () => {
    const { file, recoveryKey } = await made({ wrap: 'none' });
    expect(await outcome(file, { ...nothing, recoveryKey: recoveryKey.slice(0, -1) })).toBe('recovery-key-wrong');
    const other = await openKey(file, { ...nothing, recoveryKey: makeRecoveryKey() });
    expect(other).toMatchObject({ failure: { kind: 'recovery-key-wrong', happened: expect.stringMatching(/does not belong/) } });
  });

  it('takes a new recovery key or protection in the place of the old, and nothing else of it changes', async () => {
    const { file, key, recoveryKey } = await made({ wrap: 'passphrase', passphrase: 'correct horse' });
    const next = replaceRecoveryKey(file, key);
    expect(await outcome(file, { ...nothing, recoveryKey })).toBe('recovery-key-wrong');
    expect(await outcome(file, { ...nothing, recoveryKey: next })).toEqual(key);
    expect(await outcome(file, { passphrase: 'correct horse', keyStore: null })).toEqual(key);
    await protectKey(file, key, { wrap: 'passphrase', passphrase: 'another horse' });
    expect(await outcome(file, { passphrase: 'correct horse', keyStore: null })).toBe('database-key-wrong');
    expect(await outcome(file, { passphrase: 'another horse', keyStore: null })).toEqual(key);
    expect(await outcome(file, { ...nothing, recoveryKey: next })).toEqual(key);
    expect(readdirSync(dirname(file))).toEqual(['key.json']);
  });

  it('of before there were recovery keys still opens, and can be given one', async () => {
    const { file, key } = await made({ wrap: 'none' });
    const older = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    delete older.recovery;
    writeFileSync(file, JSON.stringify(older));
    expect(hasRecoveryKey(file)).toBe(false);
    expect(await outcome(file, nothing)).toEqual(key);
    const recoveryKey = replaceRecoveryKey(file, key);
    expect(hasRecoveryKey(file)).toBe(true);
    expect(await outcome(file, { ...nothing, recoveryKey })).toEqual(key);
  });

  it('is never written anew under another key than its own', async () => {
    const { file } = await made({ wrap: 'none' });
    const before = readFileSync(file, 'utf8');
    expect(() => replaceRecoveryKey(file, Buffer.alloc(32, 9))).toThrow(/unwrapped/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('goes into a backup without what lies open or belongs to this PC', async () => {
    const open = await made({ wrap: 'none' });
    const text = portableKeyFile(open.file)!;
    expect(text.includes(open.key.toString('base64'))).toBe(false);
    writeFileSync(open.file, text);
    expect(await outcome(open.file, nothing)).toBe('database-key-missing');
    expect(await outcome(open.file, { ...nothing, recoveryKey: open.recoveryKey })).toEqual(open.key);
    const stored = await made({ wrap: 'safe-storage', keyStore: store });
    expect(portableKeyFile(stored.file)).not.toMatch(/kwallet6|s1:/);
    const typed = await made({ wrap: 'passphrase', passphrase: 'correct horse' });
    writeFileSync(typed.file, portableKeyFile(typed.file)!);
    expect(await outcome(typed.file, { passphrase: 'correct horse', keyStore: null })).toBe('database-key-missing');
    expect(await outcome(typed.file, { passphrase: typed.recoveryKey, keyStore: null })).toEqual(typed.key);
  });
});
