/** Doubts that come from neither the model's columns nor the policy's cells: dates, absent parts, missing fields. */
import type { Answer } from '../contract/application.ts';
import type { Doubt } from '../contract/decision.ts';
import type { ProductDefinition } from '../contract/product.ts';
import type { LoadedModel, LoadedPolicy } from './ports.ts';
import { isRealDate } from './validate.ts';

/** What the dates and the parts at hand make doubtful, for every decision of that day. `expiresOn` itself is still a good day. */
export function standingDoubts({ model, policy }: { model: LoadedModel | null; policy: LoadedPolicy | null }, today: string): Doubt[] {
  const doubts: Doubt[] = [];
  const add = (kind: Doubt['kind'], subject: string | null, cause: string) => doubts.push({ kind, subject, cause });
  if (!isRealDate(today)) add('clock', null, 'The date of today is not known, so nothing can be said to be valid.');
  if (model === null) add('no-model', null, 'No scoring model is active for this product.');
  else if (today > model.manifest.expiresOn)
    add('model-expired', model.manifest.name, `The model expired after ${model.manifest.expiresOn}.`);
  if (policy === null) add('no-policy', null, 'No credit policy is active for this product.');
  else if (today > policy.policy.expiresOn)
    add('policy-expired', policy.policy.name, `The policy expired after ${policy.policy.expiresOn}.`);
  else if (today < policy.policy.validFrom)
    add('policy-not-yet-valid', policy.policy.name, `The policy becomes valid on ${policy.policy.validFrom}.`);
  return doubts;
}

/** Fields that a person must look at when they are missing, whatever model and policy make of them. */
export function prepareMissing(product: ProductDefinition): (answers: Record<string, Answer>) => Doubt[] {
  const watched = product.fields
    .filter(({ use, whenMissing }) => whenMissing === 'refer' && (use === 'scored' || use === 'policy'))
    .map(
      ({ id, label }): Doubt => ({ kind: 'missing-value', subject: id, cause: `${label.en} (${id}) is missing, and a person must look.` }),
    );
  return (answers) => watched.filter(({ subject }) => answers[subject!] === null);
}

/** Adds doubts, one per kind and subject. */
export function addDoubts(to: Doubt[], more: readonly Doubt[]): void {
  for (const doubt of more) if (!to.some(({ kind, subject }) => kind === doubt.kind && subject === doubt.subject)) to.push(doubt);
}
