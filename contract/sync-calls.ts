/** Calls about bringing the log to head office: how far it is, sending now, what it may take of the line, and sticks. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { callFor } from './call.ts';
import { failure } from './failure-schema.ts';

const count = z.int().nonnegative();
const moment = z.iso.datetime({ precision: 3 });

export const syncSettings = z.strictObject({
  bytesPerSecond: z.int().min(500).max(1_000_000_000).nullable(),
  metered: z.enum(['send', 'wait']),
  /** A person says so: no program can tell on every system. */
  isMetered: z.boolean(),
});

export const syncView = z.strictObject({
  /** null: this PC is not enrolled. */
  headOffice: z
    .strictObject({
      name: z.string(),
      /** null: by USB stick alone. */
      url: z.string().nullable(),
      /** The enrolment waits to be taken by head office. */
      isPending: z.boolean(),
    })
    .nullable(),
  logSize: count,
  unsent: count,
  /** Number of the last entry that head office countersigned. */
  lastCountersigned: count.nullable(),
  /** Entries under a checkpoint that enough witnesses countersigned. */
  witnessed: count,
  lastContact: moment.nullable(),
  lastTry: moment.nullable(),
  failure: failure.nullable(),
  /** Nothing is sent by itself until somebody says so. */
  stopped: failure.nullable(),
  isRunning: z.boolean(),
  settings: syncSettings,
});
export type SyncView = z.infer<typeof syncView>;

export const syncProgress = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('preparing') }),
  z.strictObject({ step: z.literal('sending'), from: count, to: count, done: count, total: count }),
  z.strictObject({ step: z.literal('countersigned'), size: count }),
  z.strictObject({ step: z.literal('witnesses') }),
  z.strictObject({ step: z.literal('done'), view: syncView }),
]);
export type SyncProgress = z.infer<typeof syncProgress>;

export const stickExported = z.strictObject({ from: count, to: count, entries: count, files: count, bytes: count });
export type StickExported = z.infer<typeof stickExported>;

export const stickImported = z.strictObject({
  replies: z.array(z.strictObject({ file: z.string(), outcome: z.enum(['taken', 'known', 'unreadable', 'not-proven']) })),
  before: count,
  acked: count,
  deliveries: count,
  refused: z.array(z.strictObject({ file: z.string(), type: z.string() })),
});
export type StickImported = z.infer<typeof stickImported>;

const stick = z.strictObject({ folder: z.string().min(1) });

export const syncCalls = {
  state: callFor().output(syncView),
  /** Everybody at work may: it changes nothing but when. What stopped sync is tried again. */
  now: callFor().output(eventIterator(syncProgress)),
  set: callFor('manage-sync').input(syncSettings.partial()).output(syncView),
  /** Writes what head office does not have yet to a stick. */
  exportStick: callFor('manage-sync').input(stick).output(stickExported),
  /** Reads head office's replies from a stick. */
  importStick: callFor('manage-sync').input(stick).output(stickImported),
};
