/** `safeStorage`: AES-256-GCM under a key in the user data folder. It is not a keychain and protects nothing: it only behaves like one. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SafeStorage } from 'electron';
import { app } from './app.ts';
import { cover } from './cover.ts';
import { state } from './state.ts';

const PREFIX = Buffer.from('v11');

/** As on Electron, `--password-store=basic` gives a desktop without a keyring. */
const isBasic = state.switches.get('password-store') === 'basic';

function readKey(): Buffer {
  const file = join(app.getPath('userData'), 'stand-in-safe-storage-key');
  if (!existsSync(file)) {
    mkdirSync(app.getPath('userData'), { recursive: true });
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(file);
}

export const safeStorage = cover('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(!isBasic),
  getSelectedStorageBackend: () => (isBasic ? 'basic_text' : 'gnome_libsecret'),
  async encryptStringAsync(plainText: string) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', readKey(), nonce);
    const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
    return Buffer.concat([PREFIX, nonce, cipher.getAuthTag(), sealed]);
  },
  async decryptStringAsync(encrypted: Buffer) {
    const failed = new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
    if (!encrypted.subarray(0, 3).equals(PREFIX)) throw failed;
    const decipher = createDecipheriv('aes-256-gcm', readKey(), encrypted.subarray(3, 15)).setAuthTag(encrypted.subarray(15, 31));
    try {
      return {
        result: Buffer.concat([decipher.update(encrypted.subarray(31)), decipher.final()]).toString('utf8'),
        shouldReEncrypt: false,
      };
    } catch {
      throw failed;
    }
  },
} satisfies Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'>);
