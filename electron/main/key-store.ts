/**
 * The system's key store, for wrapping the database key. On Linux without a keyring, Electron would use a password that is in its source
 * (`basic_text`): that is refused, and a passphrase takes its place.
 */
import { safeStorage } from 'electron';

/** @returns the name that is recorded with the wrapped key (a changed backend cannot unwrap it), or null when nothing can be trusted */
export async function nameKeyStore(): Promise<string | null> {
  try {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return null;
  } catch (error) {
    // A key store that cannot even say whether it is there is not one to be trusted.
    process.stderr.write(`outpost: the key store cannot be asked: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
  if (process.platform !== 'linux') return process.platform === 'darwin' ? 'keychain' : 'dpapi';
  const backend = safeStorage.getSelectedStorageBackend();
  return backend === 'basic_text' || backend === 'unknown' ? null : backend;
}

/** @returns base64 of the wrapped key, or the key itself; null when the key store refuses (locked, changed, another user's) */
export async function askKeyStore(ask: 'wrap' | 'unwrap', value: string): Promise<string | null> {
  try {
    if (ask === 'wrap') return (await safeStorage.encryptStringAsync(value)).toString('base64');
    return (await safeStorage.decryptStringAsync(Buffer.from(value, 'base64'))).result;
  } catch (error) {
    process.stderr.write(`outpost: the key store refused to ${ask}: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}
