/** Calls without the process that serves them. */
import type { Shell } from '../../electron/service/router.ts';

export const NO_SHELL: Shell = {
  protection: { wrap: 'none' },
  makeWay: () => {
    throw new Error('nothing was to be restored');
  },
};
