/** Reasons and doubts in plain words. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { IconGavel, IconHelpCircle, IconTrendingDown } from '@tabler/icons-react';
import type { Doubt, Reason } from '../../contract/decision.ts';
import type { DecisionView } from '../../contract/ipc.ts';
import type { Localised } from '../../contract/localised.ts';
import type { Outcome } from '../../contract/policy.ts';
import type { ProductDefinition } from '../../contract/product.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './report.module.css';

const ICONS = { model: IconTrendingDown, policy: IconGavel, doubt: IconHelpCircle };

export function Reasons({ reasons, outcome }: { reasons: Reason[]; outcome: Outcome }) {
  const { text } = useLocale();
  const told = reasons.filter((reason) => reason.source !== 'doubt');
  if (told.length === 0 && outcome === 'approve') {
    return (
      <p className={classes.none}>
        <Trans>The score is above the cutoff and no rule stands against it.</Trans>
      </p>
    );
  }
  return (
    <ol className={classes.reasons}>
      {told.map((reason) => {
        const Icon = ICONS[reason.source];
        return (
          <li key={`${reason.source} ${reason.code}`}>
            <Icon size={18} stroke={1.7} aria-hidden />
            <span>
              {text(reason.text)}
              <small>
                {reason.source === 'model' ? <Trans>scored factor</Trans> : <Trans>policy rule</Trans>} · {reason.code}
              </small>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const DOUBTS: Record<Doubt['kind'], MessageDescriptor> = {
  'no-model': msg`No scoring model is active for this product.`,
  'no-policy': msg`No credit policy is active for this product.`,
  'model-expired': msg`The scoring model has expired.`,
  'policy-not-yet-valid': msg`The credit policy is not valid yet.`,
  'policy-expired': msg`The credit policy has expired.`,
  'missing-value': msg`A value is missing.`,
  'outside-trained-range': msg`A value is outside of what the model has seen.`,
  'unknown-value': msg`A value is not known to the model.`,
  'scoring-failed': msg`The model could not score this application.`,
  'explanation-failed': msg`The score could not be explained.`,
  'policy-cell': msg`A policy rule could not be tested.`,
  'policy-gap': msg`No policy rule covers this case.`,
  clock: msg`This PC's clock cannot be trusted.`,
};

/** A doubt names a field, or a column of the model: a person knows that by the characteristic that it is counted to. */
function labelOf(subject: string, definition: ProductDefinition | null, { features, characteristics }: Named): Localised | null {
  const field = definition?.fields.find(({ id }) => id === subject);
  if (field !== undefined) return field.label;
  const feature = features?.find(({ name }) => name === subject);
  return characteristics?.find(({ id }) => id === feature?.characteristic)?.label ?? null;
}

type Named = Pick<DecisionView, 'features' | 'characteristics'>;

export function Doubts({ doubts, definition, named }: { doubts: Doubt[]; definition: ProductDefinition | null; named: Named }) {
  const { _, i18n } = useLingui();
  const { text } = useLocale();
  if (doubts.length === 0) return null;
  const nameOf = (subject: string) => {
    const label = labelOf(subject, definition, named);
    return label === null ? subject : text(label);
  };
  return (
    <div className={classes.doubts}>
      <h3>
        <Trans>Why a person must look</Trans>
      </h3>
      <ul>
        {doubts.map((doubt) => (
          <li key={`${doubt.kind} ${doubt.subject}`}>
            <IconHelpCircle size={18} stroke={1.7} aria-hidden />
            <span>
              {doubt.subject !== null && <strong>{nameOf(doubt.subject)}: </strong>}
              {_(DOUBTS[doubt.kind])}
              {i18n.locale === 'en' && <small>{doubt.cause}</small>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
