import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argon2id } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { createKey, type KeyStore, type Openers, openKey, type Protection } from '../../../branch/keys/key-file.ts';
import { deriveKey } from '../../../branch/keys/passphrase.ts';
import { temporaryFolder } from '../../support/temporary-log.ts';

const nothing: Openers = { passphrase: null, keyStore: null };

/** Stands in for the platform's store: what one made, another rejects. */
function keyStore(backend: string, secret: string): KeyStore {
  return {
    backend,
    wrap: async (hex) => `${secret}:${hex}`,
    unwrap: async (wrapped) => {
      const [by, hex] = wrapped.split(':');
      if (by !== secret || hex === undefined) throw new Error('cannot decrypt');
      return hex;
    },
  };
}

async function made(protection: Protection): Promise<{ file: string; key: Buffer }> {
  const file = join(temporaryFolder(), 'key.json');
  const created = await createKey(file, protection);
  if ('failure' in created) throw new Error(created.failure.kind);
  return { file, key: created.key };
}

const kindOf = async (file: string, openers: Openers): Promise<string> => {
  const opened = await openKey(file, openers);
  return 'failure' in opened ? opened.failure.kind : opened.wrap;
};

describe('the key file', () => {
  it('gives the key back, however it was wrapped, and is its owner’s alone', async () => {
    const store = keyStore('gnome_libsecret', 's1');
    const ways: [Protection, Openers][] = [
      [{ wrap: 'none' }, nothing],
      [
        { wrap: 'passphrase', passphrase: 'correct horse' },
        { passphrase: 'correct horse', keyStore: null },
      ],
      [
        { wrap: 'safe-storage', keyStore: store },
        { passphrase: null, keyStore: store },
      ],
    ];
    for (const [protection, openers] of ways) {
      const { file, key } = await made(protection);
      expect(key).toHaveLength(32);
      expect(await openKey(file, openers)).toEqual({ key, wrap: protection.wrap });
      expect(statSync(file).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
      const text = readFileSync(file, 'utf8');
      if (protection.wrap === 'passphrase') expect(text.includes(key.toString('base64')) || text.includes('horse')).toBe(false);
    }
  });

  it('is never written over, since that would lose the data', async () => {
    const { file } = await made({ wrap: 'none' });
    await expect(createKey(file, { wrap: 'none' })).rejects.toThrow(/EEXIST/);
  });

  it('asks for a passphrase, refuses a wrong one, and takes the same letters typed in another way', async () => {
    const { file, key } = await made({ wrap: 'passphrase', passphrase: 'Zo\u00eb’s caf\u00e9' });
    expect(await kindOf(file, nothing)).toBe('database-key-missing');
    expect(await kindOf(file, { passphrase: 'zoë’s café', keyStore: null })).toBe('database-key-wrong');
    expect(await openKey(file, { passphrase: 'Zoe\u0308’s cafe\u0301', keyStore: null })).toMatchObject({ key });
  });

  it('refuses a key store that protects nothing, or is gone, or is another one', async () => {
    const store = keyStore('kwallet6', 's1');
    const weak = await createKey(join(temporaryFolder(), 'key.json'), { wrap: 'safe-storage', keyStore: keyStore('basic_text', 's') });
    expect(weak).toMatchObject({ failure: { kind: 'key-store-untrusted' } });
    const { file } = await made({ wrap: 'safe-storage', keyStore: store });
    expect(await kindOf(file, nothing)).toBe('key-store-untrusted');
    expect(await kindOf(file, { passphrase: null, keyStore: keyStore('basic_text', 's1') })).toBe('key-store-untrusted');
    expect(await kindOf(file, { passphrase: null, keyStore: keyStore('gnome_libsecret', 's2') })).toBe('database-key-wrong');
  });

  it.each([
    ['missing', null, 'database-key-missing'],
    ['not JSON', 'x', 'file-malformed'],
    ['JSON null', 'null', 'file-malformed'],
    ['of another format', '{"format":"other"}', 'file-malformed'],
    ['of an unknown wrap', '{"format":"outpost-key/1","wrap":"rot13","wrapped":"","check":""}', 'file-malformed'],
    ['without cost', '{"format":"outpost-key/1","wrap":"passphrase","wrapped":"","check":""}', 'file-malformed'],
    ['made to eat all memory', costing({ memoryKiB: 1e9 }), 'file-malformed'],
    ['made to run for ever', costing({ passes: 1e9 }), 'file-malformed'],
    ['cut short', '{"format":"outpost-key/1","wrap":"none","wrapped":"AAAA","check":"AAAA"}', 'database-key-wrong'],
  ])('that is %s is told as such', async (_, text, kind) => {
    const file = join(temporaryFolder(), 'key.json');
    if (text !== null) writeFileSync(file, text);
    expect(await kindOf(file, { passphrase: 'x', keyStore: null })).toBe(kind);
  });

  it('derives the same key with and without the platform’s argon2id', async () => {
    const kdf = { memoryKiB: 256, passes: 2, parallelism: 1, salt: Buffer.from('0123456789abcdef') };
    const fallback = await argon2id({
      password: 'secret',
      salt: kdf.salt,
      parallelism: 1,
      iterations: 2,
      memorySize: 256,
      hashLength: 32,
      outputType: 'hex',
    });
    expect((await deriveKey('secret', kdf)).toString('hex')).toBe(fallback);
  });
});

function costing(cost: object): string {
  const kdf = { name: 'argon2id', memoryKiB: 65_536, passes: 3, parallelism: 1, salt: 'AAAAAAAAAAAAAAAAAAAAAA==', ...cost };
  return JSON.stringify({ format: 'outpost-key/1', wrap: 'passphrase', backend: null, kdf, wrapped: 'AAAA', check: '' });
}
