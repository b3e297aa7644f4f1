/** The calls between the screens and the branch service: one oRPC contract, zod in and out, one typed error. */
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { answer, application, draft } from './application.ts';
import { auditCalls, receiptCalls } from './audit-calls.ts';
import { callFor } from './call.ts';
import { decision } from './decision.ts';
import { decisionFilter, decisionRow } from './decision-list.ts';
import { enrolmentCalls } from './enrolment-calls.ts';
import { artefact, role } from './entry-base.ts';
import { failure } from './failure-schema.ts';
import { keepCalls } from './keep-calls.ts';
import { localised } from './localised.ts';
import { characteristic, modelManifest } from './model-package.ts';
import { doorCalls, peopleCalls, reviewCalls } from './people-calls.ts';
import { policy } from './policy.ts';
import { fieldId, productDefinition, sha256, slug } from './product.ts';
import { syncCalls } from './sync-calls.ts';
import { trouble } from './trouble.ts';
import { updateCalls } from './update-calls.ts';

/** An active model or policy with what its age means. */
export const activeArtefact = z.strictObject({
  ...artefact.shape,
  title: localised,
  activatedAt: z.iso.datetime({ precision: 3 }),
  expiresOn: z.iso.date(),
  /** Whole days until `expiresOn`; negative = expired, every decision is a refer. */
  daysLeft: z.int(),
});

export const productView = z.strictObject({
  definition: productDefinition,
  model: activeArtefact.nullable(),
  policy: activeArtefact.nullable(),
});
export type ProductView = z.infer<typeof productView>;

export const officeStatus = z.strictObject({
  /** As head office named it; before an enrolment the folder's own id. */
  branch: z.string(),
  /** Origin of the log (C2SP tlog-checkpoint), ends in the epoch. */
  origin: z.string(),
  actor: z.string(),
  role,
  logSize: z.int().nonnegative(),
  /** Base64 of the RFC 6962 root. */
  root: z.string(),
  /** Entries that head office has not countersigned yet. */
  unsent: z.int().nonnegative(),
  /** null: no head office has been set up. */
  headOffice: z.string().nullable(),
  lastContact: z.iso.datetime({ precision: 3 }).nullable(),
  /** Number of the last entry that head office countersigned; null: none yet. */
  lastCountersigned: z.int().nonnegative().nullable(),
  /** What went wrong when head office was last tried; null: nothing. */
  syncFailure: failure.nullable(),
  diskFreeBytes: z.number().nonnegative(),
  /** Below the reserve nothing is decided any more. */
  diskLow: z.boolean(),
  /** How the database key is protected. */
  keyProtection: z.enum(['safe-storage', 'passphrase', 'none']),
  products: z.array(
    z.strictObject({ product: slug, title: localised, model: activeArtefact.nullable(), policy: activeArtefact.nullable() }),
  ),
  /** What does not work as it should, the gravest first; mostly empty. */
  troubles: z.array(trouble),
});
export type OfficeStatus = z.infer<typeof officeStatus>;

/** A stored decision with everything that led to it. It is read back from the log's bytes, so what is shown is what was stored. */
export const decisionView = z.strictObject({
  seq: z.int().nonnegative(),
  /** Hexadecimal RFC 6962 leaf hash of the stored bytes. */
  leafHash: sha256,
  wall: z.iso.datetime({ precision: 3 }),
  actor: z.string(),
  role,
  applicationId: z.uuid(),
  product: artefact,
  model: artefact.nullable(),
  policy: artefact.nullable(),
  inputs: z.record(fieldId, answer),
  protected: z.record(fieldId, answer),
  /** null: nobody was named, or the subject was erased. */
  identity: z.record(fieldId, z.string()).nullable(),
  decision,
  /** For naming contributions and drawing the scale; null when the artefact is no longer on this PC. */
  characteristics: z.array(characteristic).nullable(),
  /** What each of the model's columns is counted to, for naming a doubt about one; null as above. */
  features: z.array(z.strictObject({ name: z.string(), characteristic: fieldId })).nullable(),
  scaling: modelManifest.shape.scaling.nullable(),
  referBand: policy.shape.referBand.nullable(),
  tables: policy.shape.tables.nullable(),
});
export type DecisionView = z.infer<typeof decisionView>;

export const verifyReport = z.strictObject({
  verdict: z.enum(['intact', 'tampered', 'intact-unwitnessed-tail', 'malformed']),
  size: z.int().nonnegative(),
  /** Entries covered by a countersigned checkpoint. */
  countersigned: z.int().nonnegative(),
  root: z.string(),
  /** What is wrong, entry by entry; at most 100. */
  findings: z.array(z.strictObject({ seq: z.int().nonnegative().nullable(), message: z.string() })),
});
export type VerifyReport = z.infer<typeof verifyReport>;

export const verifyProgress = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('progress'), done: z.int().nonnegative(), total: z.int().nonnegative() }),
  z.strictObject({ step: z.literal('report'), report: verifyReport }),
]);

export const serviceContract = {
  door: doorCalls,
  people: peopleCalls,
  reviews: reviewCalls,
  office: {
    status: callFor().output(officeStatus),
    /** The status now and at every change. */
    watch: callFor().output(eventIterator(officeStatus)),
  },
  products: {
    list: callFor().output(z.array(productView)),
    /** Instructions for use (EU AI Act Art. 13): the active model's card, Markdown. */
    modelCard: callFor()
      .input(z.strictObject({ product: slug }))
      .output(z.strictObject({ markdown: z.string() })),
  },
  drafts: {
    get: callFor('decide')
      .input(z.strictObject({ product: slug }))
      .output(draft.nullable()),
    save: callFor('decide').input(draft).output(z.void()),
    discard: callFor('decide')
      .input(z.strictObject({ product: slug }))
      .output(z.void()),
  },
  applications: {
    /** Decides, stores, then answers. The same applicationId again answers with the entry that exists, and never decides twice. */
    decide: callFor('decide').input(application).output(decisionView),
  },
  decisions: {
    list: callFor('see-own-decisions', 'see-all-decisions')
      .input(z.strictObject({ filter: decisionFilter, offset: z.int().nonnegative(), limit: z.int().positive().max(200) }))
      .output(z.strictObject({ rows: z.array(decisionRow), total: z.int().nonnegative() })),
    get: callFor('see-own-decisions', 'see-all-decisions')
      .input(z.strictObject({ seq: z.int().nonnegative() }))
      .output(decisionView),
  },
  receipts: receiptCalls,
  log: {
    verify: callFor('verify-log').output(eventIterator(verifyProgress)),
  },
  audit: auditCalls,
  keep: keepCalls,
  updates: updateCalls,
  sync: syncCalls,
  enrolment: enrolmentCalls,
};
