/** A decision on its way into the log: what is open, what is sealed, and the applicant's name for the list. */
import type { Application } from '../contract/application.ts';
import type { DecisionRecord } from '../contract/log-entry.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { Decided } from '../decision/decide.ts';
import { toRecord } from '../decision/record.ts';
import { sealIdentity } from './keys/seal-identity.ts';
import type { NewEntry } from './log/branch-log.ts';
import type { Branch } from './open-branch.ts';
import type { ReadyProduct } from './ready-product.ts';

export type ValidDecided = Exclude<Decided, { complaints: Record<string, string> }>;

export function decisionEntry(
  { actor, role }: Pick<Branch, 'actor' | 'role'>,
  { product, model, policy }: Pick<ReadyProduct, 'product' | 'model' | 'policy'>,
  { applicationId }: Application,
  decided: ValidDecided,
): { entry: NewEntry; record: DecisionRecord } {
  const named = Object.keys(decided.identity).length > 0;
  const identity = named ? sealIdentity(decided.identity) : null;
  const record = toRecord(decided.decision);
  return {
    record,
    entry: {
      entry: {
        type: 'decision',
        actor,
        role,
        application: applicationId,
        product: product.artefact,
        model: model?.artefact ?? null,
        policy: policy?.artefact ?? null,
        inputs: decided.answers,
        protected: decided.protected,
        pii: identity?.sealed ?? null,
        shadow: decided.shadow,
        ...record,
      },
      applicant: applicantOf(product.definition, decided.identity),
      identityKey: identity?.identityKey ?? null,
    },
  };
}

/** The first identifying text of the form is who the applicant is called; what comes later are numbers and addresses. */
function applicantOf(product: ProductDefinition, identity: Record<string, string>): string | null {
  const name = product.fields.find(({ use, type }) => use === 'identifying' && type === 'text');
  return name === undefined ? null : (identity[name.id] ?? null);
}
