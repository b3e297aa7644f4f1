/** The outcome in a large plain sentence, with score and probability of default beside it. */
import { Trans } from '@lingui/react/macro';
import type { DecisionView } from '../../contract/ipc.ts';
import { useLocale } from '../language/locale.tsx';
import { OUTCOME_ICONS, OutcomeSentence, OutcomeWord } from './outcome.tsx';
import classes from './report.module.css';

export function Verdict({ view, product, who }: { view: DecisionView; product: string; who: string | undefined }) {
  const { formats } = useLocale();
  const { outcome, pd, score } = view.decision;
  const Icon = OUTCOME_ICONS[outcome];
  return (
    <header className={classes.verdict} data-outcome={outcome} aria-live="polite">
      <Icon size={44} stroke={1.6} aria-hidden className={classes.verdictIcon} />
      <div className={classes.sentence}>
        <p className={classes.word}>
          <OutcomeWord outcome={outcome} />
        </p>
        <p className={classes.plain}>
          <OutcomeSentence outcome={outcome} />
        </p>
        <p className={classes.about}>{[who, product, formats.moment(view.wall)].filter(Boolean).join(' · ')}</p>
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>
            <Trans>Score</Trans>
          </dt>
          <dd>{score === null ? '–' : formats.points(score)}</dd>
        </div>
        <div>
          <dt>
            <Trans>Probability of default</Trans>
          </dt>
          <dd>{pd === null ? '–' : formats.probability(pd)}</dd>
        </div>
      </dl>
    </header>
  );
}
