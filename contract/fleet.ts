/** What head office watches its branches for. */
import { z } from 'zod';

export const alarmKind = z.enum([
  /** Two pasts of one log (evidence is kept, the log is frozen). */
  'fork',
  /** A branch stands behind what head office countersigned of it. */
  'rollback',
  /** A log goes on under a new key: a restored backup, a copied disk, a replaced key. */
  'new-epoch',
  /** A device that was revoked, or never enrolled, asks. */
  'device',
  /** The PC's clock is far from head office's, or jumped. */
  'clock',
  'disk',
  'stale-policy',
  'stale-model',
  /** Models do not decide there: suspended, went back, missing. */
  'model',
  /** Entries that could not be read; they are stored, and those behind them too. */
  'unreadable-entry',
  /** Head office itself stands behind what a branch holds countersigned by it: it was restored from a backup. */
  'head-office-behind',
]);
export type AlarmKind = z.infer<typeof alarmKind>;
