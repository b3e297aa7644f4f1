/** Sync with this machine's clock, timers and chance, over the `fetch` of whoever runs it: Node's on the command line, the system's in the desktop. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { settleEnrolment } from '../enrolment/pending-enrolment.ts';
import { takeDelivery } from '../outcomes/take-delivery.ts';
import { branchReport } from './branch-report.ts';
import type { Fetch } from './call-head-office.ts';
import { encodeBatch } from './encode.ts';
import { enrolledPlace } from './enrolled-place.ts';
import { lineOf } from './post-enrolment.ts';
import type { SyncDeps } from './sync-deps.ts';

export function ownDeps(fetch: Fetch): SyncDeps {
  return {
    ...lineOf(fetch),
    place: enrolledPlace,
    settleEnrolment,
    deliveries: { take: takeDelivery },
    report: branchReport,
    encode: encodeBatch,
    random: Math.random,
    pause: async () => {
      await nextTurn();
    },
  };
}
