/** The machine's outcome, and beside it what a person made of it, or that a person is waited for. */
import { Trans } from '@lingui/react/macro';
import { IconArrowNarrowRight } from '@tabler/icons-react';
import type { DecisionRow } from '../../contract/decision-list.ts';
import { OutcomeMark } from '../decision/outcome.tsx';
import classes from './decisions.module.css';

export function OutcomeWithReview({ row: { outcome, reviewed } }: { row: DecisionRow }) {
  return (
    <span className={classes.outcomes}>
      <OutcomeMark outcome={outcome} />
      {reviewed !== null && (
        <>
          <IconArrowNarrowRight size={16} stroke={1.6} aria-hidden />
          <OutcomeMark outcome={reviewed} />
        </>
      )}
      {reviewed === null && outcome === 'refer' && (
        <span className={classes.waits}>
          <Trans>waits</Trans>
        </span>
      )}
    </span>
  );
}
