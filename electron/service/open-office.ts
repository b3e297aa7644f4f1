/** Opens the branch with what protects its key on this PC, or says what is missing. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { isTakingPlace } from '../../branch/backup/take-place.ts';
import type { KeyStore, Protection } from '../../branch/keys/key-file.ts';
import { type Branch, openBranch } from '../../branch/open-branch.ts';
import type { Failure } from '../../contract/failure.ts';

const LEAST_CHARACTERS = 8;

export interface OfficeKey {
  keyStore: KeyStore | null;
  passphrase: string | null;
}
export type Opened = { branch: Branch } | { failure: Failure } | { needsPassphrase: { firstUse: boolean; why: string; wrong: boolean } };

export async function openOffice(dataDir: string, bundledDir: string, key: OfficeKey): Promise<Opened> {
  const isNew = !existsSync(join(dataDir, 'key.json')) && !existsSync(join(dataDir, 'outpost.db'));
  const firstUse = isNew && !isTakingPlace(dataDir);
  if (firstUse && !key.keyStore) {
    const lacking = askForFirst(key.passphrase);
    if (lacking) return { needsPassphrase: lacking };
  }
  const opened = await openBranch({
    dataDir,
    bundledDir,
    actor: userInfo().username,
    role: 'officer',
    clock: { now: () => Date.now(), mono: () => Math.round(performance.now()) },
    protection: protectionOf(key),
    openers: key,
  });
  return 'failure' in opened ? explain(opened.failure, key) : { branch: opened };
}

function askForFirst(passphrase: string | null): { firstUse: true; why: string; wrong: boolean } | null {
  const why = `This PC has no key store that can be trusted with the database key, so the office is protected by a passphrase of at least ${LEAST_CHARACTERS} characters. Without it nobody can open the office again.`;
  if (passphrase === null) return { firstUse: true, why, wrong: false };
  return passphrase.length < LEAST_CHARACTERS ? { firstUse: true, why, wrong: true } : null;
}

function protectionOf({ keyStore, passphrase }: OfficeKey): Protection {
  if (keyStore) return { wrap: 'safe-storage', keyStore };
  return { wrap: 'passphrase', passphrase: passphrase ?? '' };
}

/** Of a folder that takes the place of this one: as a new one would be, and where nothing else is at hand, as this one is. */
export function protectionAtHand({ keyStore, passphrase }: OfficeKey): Protection {
  return keyStore === null && passphrase === null ? { wrap: 'none' } : protectionOf({ keyStore, passphrase });
}

/** A folder whose key waits for a passphrase is not a failure but a question. A key that another key store wrapped names that key store. */
function explain(failure: Failure, { passphrase }: OfficeKey): Opened {
  const isPassphrase = !('backend' in failure.facts);
  const why = failure.happened;
  if (failure.kind === 'database-key-missing' && existsSync(String(failure.facts.file)))
    return { needsPassphrase: { firstUse: false, why, wrong: false } };
  if (failure.kind === 'database-key-wrong' && isPassphrase && passphrase !== null)
    return { needsPassphrase: { firstUse: false, why, wrong: true } };
  return { failure };
}
