/** What the program's exit code says: part of its contract with scripts, told in `outpost --help`. */
import type { FailureKind } from '../contract/failure.ts';

export const EXIT = {
  done: 0,
  /** A check found something, or rows were set aside. */
  found: 1,
  /** Usage or bad input. */
  input: 2,
  /** Malformed or unsafe: do not go on with it. */
  unsafe: 3,
  /** Ended by the person at the keyboard (128 + SIGINT). */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const FOUND: ReadonlySet<FailureKind> = new Set(['model-check-failed', 'model-hangs', 'model-does-not-fit', 'log-tampered']);
const UNSAFE: ReadonlySet<FailureKind> = new Set([
  'model-package-malformed',
  'model-package-unsafe',
  'policy-malformed',
  'database-corrupt',
  'database-newer',
  'disk-full',
  'disk-error',
  'log-malformed',
  'receipt-malformed',
  'backup-unreadable',
  'key-store-untrusted',
  'repository-unsafe',
  'update-refused',
  'update-malformed',
  'sync-fork',
  'stick-unreadable',
]);

export function exitCodeOf(kind: FailureKind): ExitCode {
  if (FOUND.has(kind)) return EXIT.found;
  return UNSAFE.has(kind) ? EXIT.unsafe : EXIT.input;
}
