/** What can be wrong with a key file, in words for a person. */
import type { Failure } from '../../contract/failure.ts';

const untouched = 'Nothing was changed.';

export function missing(file: string, happened: string, next: string): Failure {
  return { kind: 'database-key-missing', happened, safe: untouched, next, facts: { file } };
}

export function malformed(file: string): Failure {
  const next = 'Put the key.json of this data folder back, from a backup.';
  return { kind: 'file-malformed', happened: 'The key file cannot be read as one.', safe: untouched, next, facts: { file } };
}

export function notWritten(file: string, code: string, safe: string): Failure {
  const kind = code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'disk-error';
  const next = 'Free space on this disk or choose another data folder.';
  return { kind, happened: 'The key file could not be written.', safe, next, facts: { file, code } };
}

export function untrusted(file: string, backend: string): Failure {
  return {
    kind: 'key-store-untrusted',
    happened: "This PC's key store cannot be trusted with the database key.",
    safe: untouched,
    next: 'Use a passphrase, sign in to a session that has a key ring, or give the recovery key.',
    facts: { file, backend },
  };
}

export function wrong(file: string, { wrap, backend }: { wrap: string; backend: string | null }): Failure {
  const happened = wrap === 'passphrase' ? 'The passphrase is not the right one.' : 'The database key could not be unwrapped.';
  const next =
    wrap === 'passphrase'
      ? 'Try again.'
      : 'Use the account and key store that made this data folder, put its own key file back, or give the recovery key.';
  return { kind: 'database-key-wrong', happened, safe: untouched, next, facts: backend === null ? { file } : { file, backend } };
}

export function recoveryKeyMistyped(file: string): Failure {
  return {
    kind: 'recovery-key-wrong',
    happened: 'This is no recovery key: a letter is wrong, missing or too much.',
    safe: untouched,
    next: 'Compare it with what was written down: seven groups of five letters.',
    facts: { file },
  };
}

export function recoveryKeyOfAnother(file: string): Failure {
  return {
    kind: 'recovery-key-wrong',
    happened: 'This recovery key does not belong to this key file: it is of another folder, or a newer one has taken its place.',
    safe: untouched,
    next: 'Give the recovery key that was made for this folder last, or the passphrase.',
    facts: { file },
  };
}

export function recoveryKeyOfAnotherBackup(file: string): Failure {
  return {
    kind: 'recovery-key-wrong',
    happened: 'This recovery key does not open this backup.',
    safe: untouched,
    next: 'Give the recovery key that was in force when the backup was made: a newer one does not open older backups.',
    facts: { file },
  };
}
