/** Approve, refer, decline: always an icon and a word, never a colour alone. */
import { msg } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { IconCircleCheck, IconCircleX, IconUserQuestion, type TablerIcon } from '@tabler/icons-react';
import type { Outcome } from '../../contract/policy.ts';
import classes from './outcome.module.css';

export const OUTCOME_ICONS: Record<Outcome, TablerIcon> = { approve: IconCircleCheck, refer: IconUserQuestion, decline: IconCircleX };

export const OUTCOME_WORDS = { approve: msg`Approve`, refer: msg`Refer`, decline: msg`Decline` } as const;

export function OutcomeWord({ outcome }: { outcome: Outcome }) {
  switch (outcome) {
    case 'approve':
      return <Trans>Approve</Trans>;
    case 'refer':
      return <Trans>Refer</Trans>;
    case 'decline':
      return <Trans>Decline</Trans>;
  }
}

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const Icon = OUTCOME_ICONS[outcome];
  return (
    <span className={classes.mark} data-outcome={outcome}>
      <Icon size={16} stroke={1.9} aria-hidden />
      <OutcomeWord outcome={outcome} />
    </span>
  );
}

/** What an outcome means for the officer, in one plain sentence. */
export function OutcomeSentence({ outcome }: { outcome: Outcome }) {
  switch (outcome) {
    case 'approve':
      return <Trans>This application can be approved.</Trans>;
    case 'refer':
      return <Trans>A person must decide this application.</Trans>;
    case 'decline':
      return <Trans>This application does not meet the policy.</Trans>;
  }
}
