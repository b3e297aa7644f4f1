/** Calls about the branch file: what it says, enrolling with it, and what this PC is enrolled as. */
import { z } from 'zod';
import { branchFile } from './branch-file.ts';
import { callFor, openCall } from './call.ts';
import { failure } from './failure-schema.ts';

/** Where the branch file is: its text, as a QR code gives it, or a file of this PC. */
export const branchFileSource = z.union([
  z.strictObject({ text: z.string().min(1).max(10_000) }),
  z.strictObject({ path: z.string().min(1).max(4000) }),
]);
export type BranchFileSource = z.infer<typeof branchFileSource>;

export const branchFileView = z.strictObject({
  branch: branchFile.shape.branch,
  name: z.string(),
  headOffice: z.strictObject({ name: z.string(), url: z.string().nullable() }),
  people: branchFile.shape.people,
  issued: z.iso.datetime({ precision: 3 }),
  expires: z.iso.datetime({ precision: 3 }),
  /** Of head office's key: to be compared over the phone. */
  fingerprint: z.string(),
  /** The key is the one that came with the program, or that this folder was enrolled with: nothing needs to be compared. */
  isPinned: z.boolean(),
  /** This folder was enrolled with another key before. */
  isOtherHeadOffice: z.boolean(),
  /** By this PC's clock, which may be wrong: head office judges it. */
  isExpired: z.boolean(),
});
export type BranchFileView = z.infer<typeof branchFileView>;

const enrolledAs = {
  branch: branchFile.shape.branch,
  name: z.string(),
  headOffice: z.strictObject({ name: z.string(), url: z.string().nullable(), fingerprint: z.string() }),
  /** Names this PC at head office. */
  device: z.string(),
  at: z.iso.datetime({ precision: 3 }),
  /** Whom head office named and who has no account yet. */
  waiting: branchFile.shape.people,
};

export const enrolmentState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  /** `pending`: head office has not heard of it; it goes with the next sync or by stick. `copied`: this folder is a copy and must be enrolled itself. */
  z.strictObject({ state: z.enum(['enrolled', 'pending', 'copied']), ...enrolledAs }),
]);
export type EnrolmentState = z.infer<typeof enrolmentState>;

/** `unreached`: why head office could not be asked just now; null where it was, or has no address. */
export const enrolmentResult = z.strictObject({ state: enrolmentState, unreached: failure.nullable() });
export type EnrolmentResult = z.infer<typeof enrolmentResult>;

const enrolRequest = z.strictObject({
  source: branchFileSource,
  /** As the person compared it; null where the key is pinned. */
  fingerprint: z.string().max(100).nullable(),
});

export const enrolmentCalls = {
  state: callFor('manage-sync').output(enrolmentState),
  read: callFor('manage-sync').input(branchFileSource).output(branchFileView),
  enrol: callFor('manage-sync').input(enrolRequest).output(enrolmentResult),
  /** The same while there is no account yet. */
  readFirst: openCall.input(branchFileSource).output(branchFileView),
  enrolFirst: openCall.input(enrolRequest).output(enrolmentResult),
};
