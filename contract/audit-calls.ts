/** The auditor's calls, and those that take evidence away. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { activityRow, entryView, exportRequest, holdRequest, logFilter, logRow, replayProgress, timelineBar } from './audit.ts';
import { callFor } from './call.ts';
import { sha256 } from './product.ts';

const seq = z.int().nonnegative();
const range = z.strictObject({ from: seq, to: seq });

export const auditCalls = {
  /**
   * A page of the filtered log, newest first. `offset` counts matching rows. `upTo`: as the log was when it had that many entries, so that
   * pages fit together while it grows; absent: as it is now. `size` says which log was looked at.
   */
  rows: callFor('read-log')
    .input(z.strictObject({ filter: logFilter, offset: z.int().nonnegative(), limit: z.int().positive().max(200), upTo: seq.optional() }))
    .output(z.strictObject({ rows: z.array(logRow), total: z.int().nonnegative(), size: z.int().nonnegative() })),
  /** What the filters may be set to: people, versions, reasons that occur. */
  facets: callFor('read-log').output(
    z.strictObject({
      actors: z.array(z.string()),
      types: z.array(z.string()),
      modelVersions: z.array(z.string()),
      policyVersions: z.array(z.string()),
      reasons: z.array(z.string()),
    }),
  ),
  timeline: callFor('read-log')
    .input(z.strictObject({ filter: logFilter, bars: z.int().positive().max(400), upTo: seq.optional() }))
    .output(z.array(timelineBar)),
  entry: callFor('read-log').input(z.strictObject({ seq })).output(entryView),
  replay: callFor('read-log').input(range).output(eventIterator(replayProgress)),
  activity: callFor('read-log')
    .input(z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() }))
    .output(z.array(activityRow)),
  /** Writes the bundle into the data folder's `exports` and tells where; the shell lets the person choose where it goes from there. */
  exportEvidence: callFor('export-evidence')
    .input(exportRequest)
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.strictObject({ step: z.literal('progress'), done: z.int(), total: z.int() }),
          z.strictObject({ step: z.literal('done'), file: z.string(), bytes: z.number(), sha256, entries: z.int() }),
        ]),
      ),
    ),
  setHold: callFor('set-hold').input(holdRequest).output(z.void()),
  holds: callFor('set-hold', 'erase-subject').output(
    z.array(z.strictObject({ application: z.uuid(), seq, since: z.iso.datetime({ precision: 3 }), reason: z.string() })),
  ),
};

export const receiptCalls = {
  /** C2SP tlog-proof of a decision under a checkpoint signed now: for the applicant. */
  get: callFor('see-own-decisions', 'see-all-decisions')
    .input(z.strictObject({ seq }))
    .output(z.strictObject({ text: z.string(), leafHash: sha256, size: z.int() })),
};
