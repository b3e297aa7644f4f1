/** The data folder that a command works on, with the key that the environment offers. */
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Openers, Protection } from '../branch/keys/key-file.ts';
import type { Branch, OpenFolder } from '../branch/open-branch.ts';
import { Failed } from '../contract/failure.ts';
import { sayRecoveryKey } from './keep/say-recovery-key.ts';
import { readSecretFile } from './secret-file.ts';

export const BUNDLED_DIR = fileURLToPath(new URL('../models/bundled', import.meta.url));

/** For work: makes the folder at its first use. */
export async function openDataFolder(dataDir: string): Promise<Branch> {
  const { openBranch } = await import('../branch/open-branch.ts');
  const { takeFirstRecoveryKey } = await import('../branch/keys/hand-out-recovery-key.ts');
  const branch = await openBranch({
    dataDir,
    bundledDir: BUNDLED_DIR,
    actor: userInfo().username,
    role: 'officer',
    clock: { now: () => Date.now(), mono: () => Math.round(performance.now()) },
    protection: protectionOfEnvironment(),
    openers: openersOfEnvironment(),
  });
  if ('failure' in branch) throw new Failed(branch.failure);
  const recoveryKey = takeFirstRecoveryKey(branch);
  if (recoveryKey !== null) sayRecoveryKey(recoveryKey);
  return branch;
}

/** To look at it only. */
export async function lookIntoDataFolder(dataDir: string): Promise<OpenFolder> {
  const { openFolder } = await import('../branch/open-branch.ts');
  return await openFolder(dataDir, openersOfEnvironment());
}

export function openersOfEnvironment(): Openers {
  return { passphrase: passphraseOfEnvironment(), keyStore: null, recoveryKey: recoveryKeyOfEnvironment() };
}

/** How the key of a new folder is protected. */
export function protectionOfEnvironment(): Protection {
  const passphrase = passphraseOfEnvironment();
  return passphrase === null ? { wrap: 'none' } : { wrap: 'passphrase', passphrase };
}

/** Only from a file: it is not typed every day, and opens everything. */
function recoveryKeyOfEnvironment(): string | null {
  const { OUTPOST_RECOVERY_KEY_FILE: file } = process.env;
  return file === undefined || file === '' ? null : readSecretFile(file, 'OUTPOST_RECOVERY_KEY_FILE');
}

/** A file is preferred: other programs of the same user can read a process's environment. */
function passphraseOfEnvironment(): string | null {
  const { OUTPOST_PASSPHRASE_FILE: file, OUTPOST_PASSPHRASE: given } = process.env;
  if (file === undefined || file === '') return given === undefined || given === '' ? null : given;
  return readSecretFile(file, 'OUTPOST_PASSPHRASE_FILE');
}
