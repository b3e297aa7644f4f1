import { say } from '../print.ts';

/** Told to the person, never on standard output, which may go to a file. */
export function sayRecoveryKey(recoveryKey: string): void {
  say(`
Recovery key of this data folder, shown this once and kept nowhere:

    ${recoveryKey}

Write it down and lock it away, not beside this PC. It opens the folder when its passphrase or key store is lost, and it opens backups.
`);
}
