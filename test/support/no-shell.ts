/** Calls without the process that serves them. */
import { noUpdates } from '../../branch/activation/update-state.ts';
import { noSync } from '../../branch/sync/sync-access.ts';
import type { Shell } from '../../electron/service/router.ts';

export const NO_SHELL: Shell = {
  protection: { wrap: 'none' },
  updates: noUpdates('0.1.0'),
  sync: noSync(),
  enrolment: { trustRoot: 'build/trust-root', post: () => Promise.reject(new Error('head office was to be asked')) },
  makeWay: () => {
    throw new Error('nothing was to be restored');
  },
};
